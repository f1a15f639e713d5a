import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { History } from './history.ts';
import type { Machine, Revision } from './machines.ts';

/** One execution, running or ended. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  /** Pinned at the start: an update never reaches a running execution. */
  readonly revision: Revision;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  /** As it was given, JSON text. */
  readonly input: string;
  readonly started: Date;
  readonly history: History;
  readonly controller: AbortController;
  status: ExecutionStatus;
  stopped?: Date;
  output?: string;
  error?: string | undefined;
  cause?: string | undefined;
}
