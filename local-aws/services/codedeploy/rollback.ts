import { rollbackRevision, type AppSpec } from './app-spec.ts';
import {
  configurationOf,
  newDeploymentId,
  pendingLifecycle,
  type Deployment,
  type Realm,
  type Realms,
} from './store.ts';

/**
 * The deployment that rolls a broken one back, where it or its stop asks for that: all at once, to what served before.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
 */
export function rollbackOf(
  realms: Realms,
  realm: Realm,
  broken: Deployment,
  spec: AppSpec | undefined,
): Deployment | undefined {
  if (!isWanted(broken) || !broken.moved || spec === undefined) return undefined;
  const now = realms.kernel.clock.date();
  const deployment: Deployment = {
    id: newDeploymentId(),
    group: broken.group,
    configuration: configurationOf(realm, 'CodeDeployDefault.LambdaAllAtOnce'),
    revision: rollbackRevision(spec),
    previousRevision: broken.revision,
    description: `Rollback of ${broken.id}`,
    creator: 'codeDeployRollback',
    alarms: broken.alarms,
    rollback: undefined,
    createdAt: now,
    startedAt: undefined,
    completedAt: undefined,
    updatedAt: now,
    status: 'Created',
    error: undefined,
    rollbackInfo: {
      rollbackTriggeringDeploymentId: broken.id,
      rollbackMessage: `Deployment ${broken.id} has failed or was stopped; this deployment rolls it back.`,
    },
    lifecycle: pendingLifecycle(),
    hooks: [],
    weight: 0,
    moved: false,
    stop: undefined,
    wake: undefined,
  };
  broken.rollbackInfo = {
    rollbackDeploymentId: deployment.id,
    rollbackMessage: `Deployment ${broken.id} is rolled back by deployment ${deployment.id}.`,
  };
  realm.deployments.set(deployment.id, deployment);
  broken.group.lastAttempted = deployment;
  return deployment;
}

function isWanted({ creator, rollback, stop, status }: Deployment): boolean {
  if (creator === 'codeDeployRollback') return false;
  if (stop?.rollBack !== undefined) return stop.rollBack;
  if (rollback?.enabled !== true) return false;
  const event = status === 'Stopped' && stop !== undefined ? stop.event : 'DEPLOYMENT_FAILURE';
  return (rollback.events ?? []).includes(event);
}
