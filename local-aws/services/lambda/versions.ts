import { ListVersionsByFunctionCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { ask, page, type Lambda } from './lambda.ts';
import { describe, fingerprint } from './settings.ts';
import { checkRevision, freshRevision, invalid, type FunctionRecord, type VersionRecord } from './store.ts';

/**
 * Publishes `$LATEST`. Code and settings that were published last give that version again.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
export function publish({ kernel }: Lambda, record: FunctionRecord, description?: string): VersionRecord {
  const print = fingerprint(record.latest);
  const last =
    record.lastPublished?.fingerprint === print ? record.versions.get(record.lastPublished.version) : undefined;
  if (last !== undefined) return last;
  const version: VersionRecord = {
    ...record.latest,
    version: String(++record.lastVersion),
    revisionId: freshRevision(),
    lastModified: kernel.clock.now(),
    settings: { ...record.latest.settings, description: description ?? record.latest.settings.description },
  };
  record.versions.set(version.version, version);
  record.lastPublished = { version: version.version, fingerprint: print };
  return version;
}

export function versionOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: PublishVersionCommand,
      accepts: ['FunctionName', 'CodeSha256', 'Description', 'RevisionId'],
      authorize: (input, call) => ask(lambda, 'PublishVersion', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        const { sha256 } = record.latest.code;
        if (input.CodeSha256 !== undefined && input.CodeSha256 !== '' && input.CodeSha256 !== sha256)
          throw invalid(
            `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
          );
        checkRevision(input.RevisionId, record.latest.revisionId);
        return describe(record, publish(lambda, record, input.Description));
      },
    }),
    operation({
      command: ListVersionsByFunctionCommand,
      accepts: ['FunctionName', 'Marker', 'MaxItems'],
      authorize: (input, call) => ask(lambda, 'ListVersionsByFunction', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        const { items, next } = page([record.latest, ...record.versions.values()], input.Marker, input.MaxItems);
        return { Versions: items.map((each) => describe(record, each, each.version)), NextMarker: next };
      },
    }),
  ];
}
