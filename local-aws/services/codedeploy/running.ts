import type { ErrorCode } from '@aws-sdk/client-codedeploy';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { AppSpec } from './app-spec.ts';
import type { Deployment, Realm } from './store.ts';

/** What a running deployment works with. */
export interface Run {
  readonly kernel: Kernel;
  readonly realm: Realm;
  readonly deployment: Deployment;
  readonly spec: AppSpec;
  /** The group's service role. */
  readonly role: Caller;
}

/** Ends a deployment as failed. */
export class DeploymentFailure extends Error {
  override readonly name = 'DeploymentFailure';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The deployment was asked to stop; `Deployment.stop` says why. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
