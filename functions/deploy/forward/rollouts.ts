import type { Rollout } from '../../../core/values/rollout.ts';
import type { TrafficRouting } from '../../../adapters/codedeploy/traffic-shift.ts';

/** CodeDeploy's routing for a rollout that AWS has no configuration for. */
export function trafficRouting({ kind, percent, minutes }: Rollout): TrafficRouting {
  switch (kind) {
    case 'AllAtOnce':
      return { type: 'AllAtOnce' };
    case 'Canary':
      return { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: percent, canaryInterval: minutes } };
    case 'Linear':
      return { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: percent, linearInterval: minutes } };
  }
}
