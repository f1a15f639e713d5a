import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
  type AliasRoutingConfiguration,
} from '@aws-sdk/client-lambda';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { ask, page, type Lambda } from './lambda.ts';
import { arnOf, isVersion } from './names.ts';
import {
  aliasOf,
  checkRevision,
  conflict,
  describeAlias,
  freshRevision,
  invalid,
  versionOf,
  type AliasRecord,
  type FunctionRecord,
} from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html and configuring-alias-routing.html */
export function aliasOperations(lambda: Lambda): AnyOperation[] {
  return [create(lambda), update(lambda), ...readers(lambda), remove(lambda)];
}

function create(lambda: Lambda): AnyOperation {
  return operation({
    command: CreateAliasCommand,
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
    authorize: (input, call) => ask(lambda, 'CreateAlias', input, call),
    handle: async (input, { caller }) => {
      const record = lambda.store.named(input.FunctionName, caller);
      const name = input.Name ?? '';
      if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name) || isVersion(name)) throw invalid(`Invalid alias name: ${name}`);
      if (record.aliases.has(name)) throw conflict(`Alias already exists: ${arnOf(record, name)}`);
      const version = existing(record, input.FunctionVersion);
      const alias: AliasRecord = {
        name,
        version,
        description: input.Description ?? '',
        additional: additionalOf(record, version, input.RoutingConfig),
        revisionId: freshRevision(),
      };
      record.aliases.set(name, alias);
      return describeAlias(record, alias);
    },
  });
}

function update(lambda: Lambda): AnyOperation {
  return operation({
    command: UpdateAliasCommand,
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig', 'RevisionId'],
    authorize: (input, call) => ask(lambda, 'UpdateAlias', input, call),
    handle: async (input, { caller }) => {
      const record = lambda.store.named(input.FunctionName, caller);
      const before = aliasOf(record, input.Name);
      checkRevision(input.RevisionId, before.revisionId);
      const version = input.FunctionVersion === undefined ? before.version : existing(record, input.FunctionVersion);
      const alias: AliasRecord = {
        ...before,
        version,
        description: input.Description ?? before.description,
        additional:
          input.RoutingConfig === undefined
            ? keptWeight(before, version)
            : additionalOf(record, version, input.RoutingConfig),
        revisionId: freshRevision(),
      };
      record.aliases.set(alias.name, alias);
      return describeAlias(record, alias);
    },
  });
}

function readers(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: GetAliasCommand,
      accepts: ['FunctionName', 'Name'],
      authorize: (input, call) => ask(lambda, 'GetAlias', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        return describeAlias(record, aliasOf(record, input.Name));
      },
    }),
    operation({
      command: ListAliasesCommand,
      accepts: ['FunctionName', 'FunctionVersion', 'Marker', 'MaxItems'],
      authorize: (input, call) => ask(lambda, 'ListAliases', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        const wanted = input.FunctionVersion;
        const all = [...record.aliases.values()]
          .filter(
            ({ version, additional }) => wanted === undefined || version === wanted || additional?.version === wanted,
          )
          .sort((one, other) => one.name.localeCompare(other.name));
        const { items, next } = page(all, input.Marker, input.MaxItems);
        return { Aliases: items.map((alias) => describeAlias(record, alias)), NextMarker: next };
      },
    }),
  ];
}

function remove(lambda: Lambda): AnyOperation {
  return operation({
    command: DeleteAliasCommand,
    accepts: ['FunctionName', 'Name'],
    authorize: (input, call) => ask(lambda, 'DeleteAlias', input, call),
    handle: async (input, { caller }) => {
      const record = lambda.store.named(input.FunctionName, caller);
      const name = input.Name ?? '';
      // Deleting an alias that is gone already succeeds, as in AWS.
      record.aliases.delete(name);
      record.policies.delete(name);
      record.eventInvoke.delete(name);
      const url = lambda.urls.find(record, name);
      if (url !== undefined) await lambda.urls.delete(url);
      return {};
    },
  });
}

function existing(record: FunctionRecord, version: string | undefined): string {
  if (version === undefined || !isVersion(version)) throw invalid(`Invalid version: ${version ?? ''}`);
  return versionOf(record, version).version;
}

/** One additional version at most, its weight between 0 and 1; no version beside `$LATEST`, none twice. */
function additionalOf(
  record: FunctionRecord,
  primary: string,
  routing: AliasRoutingConfiguration | undefined,
): AliasRecord['additional'] {
  onlyMembers(routing, ['AdditionalVersionWeights'], 'an alias’s RoutingConfig');
  const weights = Object.entries(routing?.AdditionalVersionWeights ?? {});
  const [first] = weights;
  if (first === undefined) return undefined;
  if (weights.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1.');
  const [version, weight] = first;
  if (!(weight >= 0 && weight <= 1))
    throw invalid(`Invalid weight ${weight} for version ${version}: it must be between 0.0 and 1.0.`);
  if (primary === '$LATEST' || version === '$LATEST')
    throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
  if (version === primary)
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  existing(record, version);
  return { version, weight };
}

function keptWeight(before: AliasRecord, version: string): AliasRecord['additional'] {
  if (before.additional?.version === version)
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  return before.additional;
}
