import { pathToFileURL } from 'node:url';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type UpdateFunctionCodeRequest,
} from '@aws-sdk/client-lambda';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { askLayers, layersOf } from './layers/of-function.ts';
import { ask, askPassRole, page, type Lambda } from './lambda.ts';
import { arnOf, isVersion, readReference } from './names.ts';
import { checkRole } from './roles.ts';
import { changed, describe, settingsOf } from './settings.ts';
import {
  checkRevision,
  conflict,
  freshRevision,
  invalid,
  versionOf,
  type FunctionRecord,
  type VersionRecord,
} from './store.ts';
import { publish } from './versions.ts';

const SETTINGS = [
  'Role',
  'Handler',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'Runtime',
  'DeadLetterConfig',
  'TracingConfig',
  'EphemeralStorage',
  'LoggingConfig',
  'Layers',
  'VpcConfig',
] as const;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its neighbours. */
export function functionOperations(lambda: Lambda): AnyOperation[] {
  return [createFunction(lambda), updateCode(lambda), updateConfiguration(lambda), ...readers(lambda), remove(lambda)];
}

function createFunction(lambda: Lambda): AnyOperation {
  return operation({
    command: CreateFunctionCommand,
    accepts: ['FunctionName', 'Code', 'Publish', 'PackageType', 'Tags', 'Architectures', ...SETTINGS],
    authorize: (input, call) => [
      ask(lambda, 'CreateFunction', input, call),
      ...askPassRole(input.Role),
      ...askLayers(lambda, input.Layers),
      ...(input.Tags === undefined ? [] : [ask(lambda, 'TagResource', input, call)]),
    ],
    handle: async (input, { caller }) => {
      const reference = readReference(input.FunctionName, caller);
      if (reference.name.length > 64) throw invalid(`Function name ${reference.name} is longer than 64 characters.`);
      if (lambda.store.find(reference) !== undefined) throw conflict(`Function already exist: ${reference.name}`);
      const { account, region, name } = reference;
      const settings = settingsOf(input, layersOf(lambda, input.Layers, reference));
      checkRole(lambda.kernel, settings, { region, name });
      const code = await lambda.code.read(input.Code ?? {}, caller);
      if (lambda.store.find(reference) !== undefined) throw conflict(`Function already exist: ${reference.name}`);
      const record: FunctionRecord = {
        account,
        region,
        name,
        latest: version(lambda, { version: '$LATEST', code, settings }),
        versions: new Map(),
        aliases: new Map(),
        policies: new Map(),
        eventInvoke: new Map(),
        tags: { ...input.Tags },
        reservedConcurrency: undefined,
        lastVersion: 0,
        lastPublished: undefined,
      };
      lambda.store.add(record);
      return describe(record, input.Publish === true ? publish(lambda, record) : record.latest);
    },
  });
}

function updateCode(lambda: Lambda): AnyOperation {
  return operation({
    command: UpdateFunctionCodeCommand,
    accepts: [
      'FunctionName',
      'ZipFile',
      'S3Bucket',
      'S3Key',
      'S3ObjectVersion',
      'Architectures',
      'Publish',
      'DryRun',
      'RevisionId',
    ],
    authorize: (input, call) => ask(lambda, 'UpdateFunctionCode', input, call),
    handle: async (input, { caller }) => {
      const record = lambda.store.named(input.FunctionName, caller);
      checkRevision(input.RevisionId, record.latest.revisionId);
      const code = await lambda.code.read(codeOf(input), caller);
      checkRevision(input.RevisionId, record.latest.revisionId);
      const settings = changed(
        record.latest.settings,
        input.Architectures === undefined ? {} : { Architectures: input.Architectures },
        record.name,
        undefined,
      );
      const next = version(lambda, { version: '$LATEST', code, settings });
      if (input.DryRun === true) return describe(record, next);
      replaceLatest(lambda, record, next);
      return describe(record, input.Publish === true ? publish(lambda, record) : record.latest);
    },
  });
}

function codeOf({ ZipFile, S3Bucket, S3Key, S3ObjectVersion }: UpdateFunctionCodeRequest) {
  return { ZipFile, S3Bucket, S3Key, S3ObjectVersion };
}

function updateConfiguration(lambda: Lambda): AnyOperation {
  return operation({
    command: UpdateFunctionConfigurationCommand,
    accepts: ['FunctionName', 'RevisionId', ...SETTINGS],
    authorize: (input, call) => [
      ask(lambda, 'UpdateFunctionConfiguration', input, call),
      ...askPassRole(input.Role),
      ...askLayers(lambda, input.Layers),
    ],
    handle: async (input, { caller }) => {
      const record = lambda.store.named(input.FunctionName, caller);
      checkRevision(input.RevisionId, record.latest.revisionId);
      const settings = changed(record.latest.settings, input, record.name, layersOf(lambda, input.Layers, record));
      checkRole(lambda.kernel, settings, record);
      replaceLatest(lambda, record, version(lambda, { version: '$LATEST', code: record.latest.code, settings }));
      return describe(record, record.latest);
    },
  });
}

function readers(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: GetFunctionCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => ask(lambda, 'GetFunction', input, call),
      handle: async (input, call) => {
        const { record, configuration, code } = lookUp(lambda, input, call);
        return {
          Configuration: configuration,
          // AWS gives a signed S3 address; here it is the file itself.
          Code: { RepositoryType: 'S3', Location: pathToFileURL(code.zip).href },
          ...(Object.keys(record.tags).length === 0 ? {} : { Tags: { ...record.tags } }),
          ...(record.reservedConcurrency === undefined
            ? {}
            : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
        };
      },
    }),
    operation({
      command: GetFunctionConfigurationCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => ask(lambda, 'GetFunctionConfiguration', input, call),
      handle: async (input, call) => lookUp(lambda, input, call).configuration,
    }),
    operation({
      command: ListFunctionsCommand,
      accepts: ['FunctionVersion', 'Marker', 'MaxItems'],
      authorize: () => ({ action: 'lambda:ListFunctions', resource: '*' }),
      handle: async (input, { caller }) => {
        const all = lambda.store
          .list(caller)
          .flatMap((record) =>
            (input.FunctionVersion === 'ALL' ? [record.latest, ...record.versions.values()] : [record.latest]).map(
              (each) =>
                describe(
                  record,
                  each,
                  each.version === '$LATEST' && input.FunctionVersion === 'ALL' ? '$LATEST' : undefined,
                ),
            ),
          );
        const { items, next } = page(all, input.Marker, input.MaxItems);
        return { Functions: [...items], NextMarker: next };
      },
    }),
  ];
}

function lookUp(
  lambda: Lambda,
  input: { readonly FunctionName: string | undefined; readonly Qualifier?: string | undefined },
  { caller }: Call,
): { record: FunctionRecord; configuration: FunctionConfiguration; code: VersionRecord['code'] } {
  const reference = readReference(input.FunctionName, caller, input.Qualifier);
  const record = lambda.store.get(reference);
  const found = versionOf(record, reference.qualifier);
  return { record, configuration: describe(record, found, reference.qualifier), code: found.code };
}

function remove(lambda: Lambda): AnyOperation {
  return operation({
    command: DeleteFunctionCommand,
    accepts: ['FunctionName', 'Qualifier'],
    authorize: (input, call) => ask(lambda, 'DeleteFunction', input, call),
    handle: async (input, { caller }) => {
      const reference = readReference(input.FunctionName, caller, input.Qualifier);
      const record = lambda.store.get(reference);
      if (reference.qualifier === undefined) {
        lambda.store.remove(record);
        for (const url of lambda.urls.of(record)) await lambda.urls.delete(url);
        lambda.pool.retire(record);
      } else removeVersion(lambda, record, reference.qualifier);
      return { StatusCode: 204 };
    },
  });
}

function removeVersion(lambda: Lambda, record: FunctionRecord, qualifier: string): void {
  if (qualifier === '$LATEST') throw invalid('$LATEST version cannot be deleted without deleting the function.');
  if (!isVersion(qualifier)) throw invalid('Aliases cannot be deleted with DeleteFunction; use DeleteAlias.');
  const users = [...record.aliases.values()].filter(
    ({ version, additional }) => version === qualifier || additional?.version === qualifier,
  );
  if (users.length > 0)
    throw conflict(
      `Unable to delete version because the following aliases reference it: [${users.map(({ name }) => name).join(', ')}]`,
    );
  versionOf(record, qualifier);
  record.versions.delete(qualifier);
  record.policies.delete(qualifier);
  record.eventInvoke.delete(qualifier);
  lambda.pool.retire(record, qualifier);
}

function version({ kernel }: Lambda, made: Pick<VersionRecord, 'version' | 'code' | 'settings'>): VersionRecord {
  return { ...made, revisionId: freshRevision(), lastModified: kernel.clock.now() };
}

function replaceLatest(lambda: Lambda, record: FunctionRecord, next: VersionRecord): void {
  if (lambda.store.find({ ...record, qualifier: undefined }) !== record)
    throw conflict(`The function ${arnOf(record)} was deleted meanwhile.`);
  record.latest = next;
  lambda.pool.retire(record, '$LATEST');
}
