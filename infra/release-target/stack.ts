import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Assets } from './assets.ts';
import { Boundary } from './boundary.ts';
import { Forwarding } from './forwarding.ts';
import type { TargetNames } from './names.ts';
import { TargetRoles } from './roles.ts';

export interface ReleaseTargetProps extends StackProps {
  /** The engine's account and region. */
  readonly engine: { readonly account: string; readonly region: string };
  readonly externalId: string;
  /** How the stacks of services are called here, and what is in them. */
  readonly names: TargetNames;
}

/** What one target account and region needs for the engine to release into it. */
export class ReleaseTarget extends Stack {
  constructor(scope: Construct, id: string, { engine, externalId, names, ...props }: ReleaseTargetProps) {
    super(scope, id, props);
    new Assets(this, 'Assets');
    new Boundary(this, 'Boundary', { names });
    new TargetRoles(this, 'Roles', { engineAccount: engine.account, externalId, names });
    new Forwarding(this, 'Forwarding', { engine, names });
  }
}
