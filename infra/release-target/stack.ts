import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Assets } from './assets.ts';
import { executionRole, type Executions } from '../../core/policy/execution.ts';
import type { EntryNames } from '../../core/policy/stack-names.ts';
import { entryLabel } from '../../core/contract/names.ts';
import { Boundary } from './boundary.ts';
import { ExecutionRoles } from './execution-roles.ts';
import { Forwarding } from './forwarding.ts';
import type { TargetNames } from './names.ts';
import { TargetRoles } from './roles.ts';

export interface ReleaseTargetProps extends StackProps {
  /** The engine's account and region. */
  readonly engine: { readonly account: string; readonly region: string };
  readonly externalId: string;
  /** How the stacks of services are called here, and what is in them. */
  readonly names: TargetNames;
  /** The entries of the policy that are released into it. */
  readonly entries: readonly EntryNames[];
  /** Who makes the resources of services. */
  readonly executions: Executions;
}

/** What one target account and region needs for the engine to release into it. */
export class ReleaseTarget extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { engine, externalId, names, entries, executions, ...props }: ReleaseTargetProps,
  ) {
    super(scope, id, props);
    new Assets(this, 'Assets');
    for (const entry of entries) new Boundary(this, `Boundary-${entryLabel(entry.entry)}`, entry);
    new ExecutionRoles(this, 'Execution', { entries, executions });
    const { account, region } = this;
    const executionRoles = entries.map(({ entry }) => executionRole({ entry, executions }, { account, region }));
    new TargetRoles(this, 'Roles', {
      engineAccount: engine.account,
      externalId,
      names,
      executionRoles: [...new Set(executionRoles)],
    });
    new Forwarding(this, 'Forwarding', { engine, names });
  }
}
