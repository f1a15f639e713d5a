import { type FormerAlarms, leftOutAlarms } from '../checks/watched-alarms.ts';
import { canonicalJson, digestOf } from '../release/chain.ts';
import { type ChangeSummary, type ChangeWarning, type ResourceChange, resourceChangeSchema } from './change-schema.ts';
import type { ChangeSetResource } from './change-set.ts';
import {
  fullParameterChanges,
  type ParameterContext,
  parameterChanges,
  parameterWarnings,
} from './parameter-changes.ts';
import { permissionWarnings } from './permissions.ts';

/** One entry of `DescribeChangeSet`'s changes, as far as it is read (with property values included). */
export interface ChangeSetEntry {
  readonly ResourceChange?: ChangeSetResource | undefined;
}

/** The context of a change. */
export interface ChangeContext {
  /** Functions that no alias guards. */
  readonly unguarded: readonly string[];
  /** Resources that are kept until the bake is over, and then removed. */
  readonly kept: readonly { readonly logicalId: string; readonly type: string }[];
  /** How many roles and users get the boundary, in a sentence; undefined where none does. */
  readonly boundary?: string | undefined;
  /** The alarms of the manifest, by their logical ids. */
  readonly alarms: readonly string[];
  /** The release that is live; undefined where none is. */
  readonly former?: FormerAlarms | undefined;
  /** Undefined where nothing is known of parameters. */
  readonly parameters?: ParameterContext | undefined;
}

/** Types whose replacement or removal loses data, or an address that clients use. */
const stateful =
  /^AWS::(DynamoDB::(Global)?Table|S3::Bucket|SQS::Queue|SNS::Topic|Kinesis::Stream|RDS::\w+|DocDB::\w+|Neptune::\w+|EFS::FileSystem|ElastiCache::\w+|MemoryDB::Cluster|OpenSearchService::Domain|OpenSearchServerless::Collection|Cognito::UserPool|SecretsManager::Secret|KMS::Key|SSM::Parameter|Logs::LogGroup|Events::EventBus|Timestream::\w+|Redshift::Cluster|QLDB::Ledger|Backup::BackupVault|ECR::Repository|ApiGateway::RestApi|ApiGatewayV2::Api)$/;

/**
 * What a change set would do, for the approver and for comparison: the digest is the same as long as the change is.
 * Physical ids and the change set's own name are left out; values are in.
 */
export function summarizeChange(changes: readonly ChangeSetEntry[], context: ChangeContext): ChangeSummary {
  const entries = changes
    .flatMap(({ ResourceChange: change }) => (change === undefined ? [] : [{ change, resource: describe(change) }]))
    .sort((a, b) => compare(a.resource.logicalId, b.resource.logicalId));
  const details = entries.map(({ change, resource }) => [resource, change.PolicyAction ?? '', detailsOf(change)]);
  const kept = [...context.kept].sort((a, b) => compare(a.logicalId, b.logicalId));
  const { former } = context;
  const leftOut = leftOutAlarms(context.alarms, former);
  const { parameters: given } = context;
  const parameters = given === undefined ? [] : parameterChanges(given);
  const boundary = context.boundary === undefined ? {} : { boundary: context.boundary };
  return {
    digest: digestOf({
      details,
      kept,
      ...boundary,
      ...(leftOut.length === 0 ? {} : { leftOut }),
      ...(given === undefined || parameters.length === 0 ? {} : { parameters: fullParameterChanges(given) }),
    }),
    ...boundary,
    resources: entries.map(({ resource }) => resource),
    ...(parameters.length === 0 ? {} : { parameters }),
    warnings: [
      ...entries.flatMap(({ change, resource }) => warningsOf(change, resource, context)),
      ...kept.map(keptWarning),
      ...(given === undefined ? [] : parameterWarnings(parameters, given)),
      ...(former === undefined ? [] : leftOut.map((name) => leftOutWarning(name, former.release))),
    ],
  };
}

/** Sentences about resources that hold something, and would certainly be replaced by an empty one. */
export function replacedState({ resources, warnings }: ChangeSummary): string[] {
  const certain = resources.filter(({ replacement }) => replacement === 'True').map(({ logicalId }) => logicalId);
  return warnings
    .filter(({ code, logicalId }) => code === 'stateful-replaced' && certain.includes(logicalId))
    .map(({ sentence }) => sentence);
}

function describe(change: ChangeSetResource): ResourceChange {
  const { Action, LogicalResourceId, ResourceType, Replacement } = change;
  return resourceChangeSchema.parse({
    action: Action ?? 'Dynamic',
    logicalId: LogicalResourceId ?? '',
    type: ResourceType ?? '',
    ...(Replacement === undefined ? {} : { replacement: Replacement }),
  });
}

function detailsOf(change: ChangeSetResource): string[] {
  const lines = (change.Details ?? []).map(({ Target: target = {} }) =>
    canonicalJson([target.Attribute, target.Name, target.Path, target.RequiresRecreation, target.AfterValue]),
  );
  return [...new Set(lines)].sort();
}

function warningsOf(
  change: ChangeSetResource,
  resource: ResourceChange,
  { unguarded, alarms, former }: ChangeContext,
): ChangeWarning[] {
  const { logicalId, type, action } = resource;
  const found = [...replacementWarnings(resource), ...permissionWarnings(change, resource)];
  if (type === 'AWS::Lambda::EventSourceMapping' && action === 'Modify') {
    const sentence = `The event source mapping ${logicalId} changes in place, for the version still serving too.`;
    found.push({ code: 'event-source-changed', logicalId, sentence });
  }
  if (
    /^AWS::CloudWatch::(Composite)?Alarm$/.test(type) &&
    action === 'Modify' &&
    watches({ alarms, former }, logicalId)
  ) {
    const sentence = `The alarm ${logicalId}, by which the release is judged, changes in place.`;
    found.push({ code: 'alarm-changed', logicalId, sentence });
  }
  if (type === 'AWS::Lambda::Function' && action === 'Modify' && unguarded.includes(logicalId)) {
    const sentence = `No alias guards the function ${logicalId}: its callers move to the new code all at once.`;
    found.push({ code: 'moves-all-at-once', logicalId, sentence });
  }
  return found;
}

function watches({ alarms, former }: Pick<ChangeContext, 'alarms' | 'former'>, logicalId: string): boolean {
  return alarms.includes(logicalId) || former?.alarms.includes(logicalId) === true;
}

function leftOutWarning(logicalId: string, release: string): ChangeWarning {
  const sentence = `The manifest no longer names the alarm ${logicalId}, which ${release} names: while it exists, it is watched until this release has proven itself.`;
  return { code: 'alarm-left-out', logicalId, sentence };
}

function replacementWarnings({ logicalId, type, action, replacement }: ResourceChange): ChangeWarning[] {
  if (action === 'Remove' && stateful.test(type)) {
    const sentence = `${logicalId} (${type}) would be removed, and what it holds with it.`;
    return [{ code: 'stateful-removed', logicalId, sentence }];
  }
  if (replacement !== 'True' && replacement !== 'Conditional') return [];
  const may = replacement === 'True' ? 'would be' : 'may be';
  if (stateful.test(type)) {
    const sentence = `${logicalId} (${type}) ${may} replaced by a new, empty one.`;
    return [{ code: 'stateful-replaced', logicalId, sentence }];
  }
  return type === 'AWS::Lambda::Version'
    ? []
    : [{ code: 'resource-replaced', logicalId, sentence: `${logicalId} (${type}) ${may} replaced.` }];
}

function keptWarning({ logicalId, type }: { logicalId: string; type: string }): ChangeWarning {
  const loss = stateful.test(type) ? ', and what it holds with it' : '';
  const sentence = `${logicalId} (${type}) is no longer in the template: it is kept until the bake is over and then removed${loss}.`;
  return { code: stateful.test(type) ? 'stateful-removed' : 'removed-after-bake', logicalId, sentence };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
