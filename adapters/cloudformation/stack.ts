/** A stack as CloudFormation describes it. */

import type { Change } from '@aws-sdk/client-cloudformation';

export interface StackState {
  readonly id: string;
  readonly name: string;
  /** E.g. `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly reason?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of parameters that name one in Parameter Store: what was found there. */
  readonly resolved?: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** One resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  /** E.g. `UPDATE_FAILED`. */
  readonly status?: string | undefined;
}

/** The latest state of one operation on a stack. */
export interface StackOperation {
  /** E.g. `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string;
  /** Its first status, which distinguishes an update that was rolled back from a rollback that was continued. */
  readonly began?: string | undefined;
  /** The first resource that failed, and why; else the stack's own reason. Of names that are taken, all. */
  readonly reason?: string | undefined;
  /** What left the stack and stays in the world, because its template retains it: logical id, type and name. */
  readonly retained?: readonly string[];
}

/** A change set to be made. */
export interface ChangeSetOrder {
  readonly stack: string;
  readonly name: string;
  readonly create: boolean;
  readonly template: TemplateSource;
  /** Name → value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of parameters that keep the value the stack has. */
  readonly keptParameters: readonly string[];
  readonly roleArn: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether what the template adds and exists already is imported, by its name. */
  readonly importExisting?: boolean | undefined;
}

/** A template as text (at most 51,200 bytes) or in S3 (at most 1 MB). */
export type TemplateSource = { readonly body: string } | { readonly url: string };

/** A change set that was computed. */
export interface ChangeSet {
  readonly id: string;
  readonly stackId: string;
  readonly status: 'ready' | 'failed';
  /** True when the set failed only because nothing would change. */
  readonly empty: boolean;
  readonly reason?: string | undefined;
  readonly changes: readonly Change[];
}

/** CloudFormation refuses the request for now, because the stack has changed, or is changing, since it was read. */
export interface NotNow {
  readonly status: 'notNow';
  readonly reason: string;
}

/** Waits some milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;
