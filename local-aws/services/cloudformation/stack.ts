import type { Caller } from '../../kernel/principal.ts';
import type { PlannedChange } from './planned-change.ts';
import type { Desired } from './desired.ts';
import type { Properties } from './provider.ts';
import type { ResourceDefinition } from './template.ts';
import type { StackStatus, ResourceStatus, ChangeSetStatus, ExecutionStatus } from '@aws-sdk/client-cloudformation';

/** A stack's resource as it stands. */
export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  /** Absent while nothing was created. */
  readonly physicalId?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Resolved properties, dynamic references still as written. */
  readonly properties: Properties;
  /** What it has instead of `properties`, where the update to those failed before anything was asked of a service. */
  readonly standing?: Properties;
  readonly definition: ResourceDefinition;
  /** What it refers to, so that it is deleted before those. */
  readonly dependsOn: readonly string[];
  readonly status: ResourceStatus;
  readonly reason?: string;
  /** Of the last status, milliseconds since the epoch. */
  readonly at: number;
}

export interface StackEventRecord {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly at: number;
  readonly status: ResourceStatus;
  readonly reason?: string;
  readonly properties?: string;
  readonly token?: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string | undefined;
  readonly exportName?: string | undefined;
}

/** What a failed or cancelled update has to put back. */
export interface Undo {
  readonly desired: Desired;
  readonly outputs: readonly StackOutput[];
  readonly before: ReadonlyMap<string, ResourceRecord>;
  /** Logical ids that the update has touched and that are not yet as they were. */
  readonly pending: Set<string>;
  /** Old resources that new ones replaced: they go when the update succeeds and serve again when it does not. */
  readonly replaced: ResourceRecord[];
  /** How the resources stood when the rollback began. */
  attempted: ReadonlyMap<string, ResourceRecord> | undefined;
  readonly retainExceptOnCreate: boolean;
}

/** What runs on a stack now. */
export interface RunningOperation {
  readonly kind: 'create' | 'update' | 'delete' | 'rollback';
  readonly token: string | undefined;
  /** Why no further step is to be taken: a resource failed, or somebody asked for the end. */
  stopped: 'failure' | 'asked' | undefined;
  /** A deletion that was asked for meanwhile and follows. */
  deletion: (() => void) | undefined;
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly desired: Desired;
  readonly roleArn: string | undefined;
  readonly onStackFailure: OnFailure | undefined;
  readonly token: string | undefined;
  readonly importExisting: boolean;
  status: ChangeSetStatus;
  reason: string | undefined;
  execution: ExecutionStatus;
  changes: readonly PlannedChange[];
}

export type OnFailure = 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  updatedAt: number | undefined;
  deletedAt: number | undefined;
  status: StackStatus;
  reason: string | undefined;
  /** What stands, or what is being put in place. Absent in REVIEW_IN_PROGRESS. */
  desired: Desired | undefined;
  resources: Map<string, ResourceRecord>;
  outputs: readonly StackOutput[];
  readonly events: StackEventRecord[];
  changeSets: ChangeSet[];
  /** Executed or outdated ones: their names are free, but they can still be described. */
  pastChangeSets: ChangeSet[];
  /** The change set that made the stack what it is. */
  changeSetId: string | undefined;
  roleArn: string | undefined;
  disableRollback: boolean;
  terminationProtection: boolean;
  policy: string | undefined;
  operation: RunningOperation | undefined;
  undo: Undo | undefined;
  /** What the latest operation takes into the stack although it exists already: physical id by logical id. */
  imported: Imports;
}

/** Resources that exist already: physical id by logical id. */
export type Imports = ReadonlyMap<string, string>;

/** What one deployment, rollback or deletion works with. */
export interface Work {
  readonly stack: Stack;
  /** Whom CloudFormation acts as. */
  readonly caller: Caller;
  readonly operation: RunningOperation;
}

/** The properties a resource has, or, where an update failed half-way, those it was changing to. */
export function standingProperties({ standing, properties }: ResourceRecord): Properties {
  return standing ?? properties;
}

/** A resource that physically exists. */
export function exists(record: ResourceRecord | undefined): record is ResourceRecord & { readonly physicalId: string } {
  return record?.physicalId !== undefined;
}
