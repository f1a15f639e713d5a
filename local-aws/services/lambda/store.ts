import { randomUUID } from 'node:crypto';
import type {
  AliasConfiguration,
  Architecture,
  DestinationConfig,
  LoggingConfig,
  Runtime,
  TracingMode,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller, PolicyStatement } from '../../kernel/principal.ts';
import { arnOf, isVersion, readReference, type FunctionReference } from './names.ts';

/** A deployment package that was unpacked. Packages are kept by digest: the same bytes are unpacked once. */
export interface CodePackage {
  /** SHA-256 of the zip, Base64, as AWS shows it. */
  readonly sha256: string;
  /** Size of the zip in bytes. */
  readonly size: number;
  /** The folder that is LAMBDA_TASK_ROOT. */
  readonly folder: string;
  /** The zip itself. */
  readonly zip: string;
  /** Bytes that it takes unpacked. */
  readonly unzipped: number;
  /** Whether it has files in `extensions/`, which Lambda would start where it is a layer. */
  readonly extensions: boolean;
}

/** A layer that a function has; without content where it is of another account that did not publish it here. */
export interface LayerUse {
  readonly arn: string;
  readonly content: CodePackage | undefined;
}

/** What a version freezes. */
export interface Settings {
  readonly role: string;
  readonly handler: string;
  readonly runtime: Runtime;
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memorySize: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly architecture: Architecture;
  readonly tracing: TracingMode;
  /** MB of /tmp. */
  readonly ephemeralStorage: number;
  readonly logging: LoggingConfig & { readonly LogGroup: string; readonly LogFormat: 'Text' | 'JSON' };
  readonly deadLetterTarget: string | undefined;
  /** In their order: a later one's files stand over an earlier one's. */
  readonly layers: readonly LayerUse[];
  /** Where it reaches into a network: kept and shown, while functions run on this machine as all do. */
  readonly vpc: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] } | undefined;
}

/** `$LATEST` or a published version. Replaced, never changed. */
export interface VersionRecord {
  readonly version: string;
  readonly code: CodePackage;
  readonly settings: Settings;
  readonly revisionId: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
}

export interface AliasRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The additional version and its share of the traffic, 0 to 1. */
  readonly additional: { readonly version: string; readonly weight: number } | undefined;
  readonly revisionId: string;
}

export interface EventInvokeRecord {
  readonly maximumRetryAttempts: number | undefined;
  readonly maximumEventAgeInSeconds: number | undefined;
  readonly destinations: DestinationConfig;
  readonly lastModified: number;
}

export interface FunctionRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  latest: VersionRecord;
  readonly versions: Map<string, VersionRecord>;
  readonly aliases: Map<string, AliasRecord>;
  /** Policy statements by qualifier; `''` is the function's own. */
  readonly policies: Map<string, { statements: PolicyStatement[]; revisionId: string }>;
  readonly eventInvoke: Map<string, EventInvokeRecord>;
  tags: Record<string, string>;
  reservedConcurrency: number | undefined;
  /** The last version number given; numbers are never given twice. */
  lastVersion: number;
  /** What `$LATEST` was when the last version was published. */
  lastPublished: { readonly version: string; readonly fingerprint: string } | undefined;
}

/** Every function of every account and region. */
export class FunctionStore {
  private readonly functions = new Map<string, FunctionRecord>();

  add(record: FunctionRecord): void {
    this.functions.set(arnOf(record), record);
  }

  remove(record: FunctionRecord): void {
    this.functions.delete(arnOf(record));
  }

  find(reference: FunctionReference): FunctionRecord | undefined {
    return this.functions.get(arnOf(reference));
  }

  /** @throws AwsError ResourceNotFoundException */
  get(reference: FunctionReference): FunctionRecord {
    const found = this.find(reference);
    if (found === undefined) throw notFound('Function', arnOf(reference, reference.qualifier));
    return found;
  }

  /** The function an input names. @throws AwsError ResourceNotFoundException */
  named(functionName: string | undefined, caller: Caller): FunctionRecord {
    return this.get(readReference(functionName, caller));
  }

  /** @param arn of a function, a version or an alias */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [unqualified = ''] = /^arn:aws:lambda:[^:]*:\d*:function:[^:]+/.exec(arn) ?? [];
    const record = this.functions.get(unqualified);
    return record === undefined ? undefined : new Map(Object.entries(record.tags));
  }

  /** The functions of an account and region, by name. */
  list({ account, region }: { readonly account: string; readonly region: string }): FunctionRecord[] {
    return [...this.functions.values()]
      .filter((record) => record.account === account && record.region === region)
      .sort((one, other) => one.name.localeCompare(other.name));
  }
}

/**
 * The version a qualifier names; an alias gives its primary version, none `$LATEST`.
 * @throws AwsError ResourceNotFoundException
 */
export function versionOf(record: FunctionRecord, qualifier: string | undefined): VersionRecord {
  if (qualifier === undefined || qualifier === '$LATEST') return record.latest;
  const version = isVersion(qualifier) ? qualifier : record.aliases.get(qualifier)?.version;
  const found = version === '$LATEST' ? record.latest : record.versions.get(version ?? '');
  if (found === undefined) throw notFound('Function', arnOf(record, qualifier));
  return found;
}

/** The alias of that name. @throws AwsError ResourceNotFoundException */
export function aliasOf(record: FunctionRecord, name: string | undefined): AliasRecord {
  const alias = record.aliases.get(name ?? '');
  if (alias === undefined) throw notFound('Alias', arnOf(record, name));
  return alias;
}

/** An alias as the API shows it. */
export function describeAlias(record: FunctionRecord, alias: AliasRecord): AliasConfiguration {
  return {
    AliasArn: arnOf(record, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(alias.additional === undefined
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: { [alias.additional.version]: alias.additional.weight } } }),
  };
}

function notFound(kind: string, arn: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    kind === 'Alias' ? `Cannot find alias arn: ${arn}` : `${kind} not found: ${arn}`,
    404,
    {
      Type: 'User',
    },
  );
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' });
}

export function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message, 409, { Type: 'User' });
}

/** @throws AwsError PreconditionFailedException */
export function checkRevision(given: string | undefined, present: string): void {
  if (given === undefined || given === present) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
    { Type: 'User' },
  );
}

export function freshRevision(): string {
  return randomUUID();
}
