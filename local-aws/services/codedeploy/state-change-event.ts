import type { Kernel } from '../../kernel/kernel.ts';
import { arnOf, type Deployment, type Realm } from './store.ts';

/**
 * Tells EventBridge of a change of state.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
 */
export function emitStateChange(
  kernel: Kernel,
  realm: Realm,
  { id, group }: Deployment,
  state: 'START' | 'SUCCESS' | 'FAILURE' | 'STOP',
): void {
  kernel.port.events.emit({
    account: realm.account,
    region: realm.region,
    source: 'aws.codedeploy',
    detailType: 'CodeDeploy Deployment State-change Notification',
    resources: [
      arnOf(realm, `deploymentgroup:${group.application}/${group.name}`),
      arnOf(realm, `application:${group.application}`),
    ],
    detail: {
      region: realm.region,
      deploymentId: id,
      instanceGroupId: group.id,
      deploymentGroup: group.name,
      state,
      application: group.application,
    },
  });
}
