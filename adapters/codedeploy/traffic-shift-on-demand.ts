import type { CodeDeployClientConfig } from '@aws-sdk/client-codedeploy';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { TrafficShifts } from './traffic-shift.ts';

/** CodeDeploy, loaded when traffic is first read or moved: few of the tasks and events that open a target need it. */
export function trafficOnDemand(observe: Observability, settings: CodeDeployClientConfig): TrafficShifts {
  const traffic = onDemand(async () => (await import('./traffic-shift.ts')).openTraffic(observe, settings));
  return {
    ensureGroup: async (order) => (await traffic()).ensureGroup(order),
    ensureConfiguration: async (name, routing) => (await traffic()).ensureConfiguration(name, routing),
    groupAlarms: async (group) => (await traffic()).groupAlarms(group),
    deploy: async (order) => (await traffic()).deploy(order),
    describe: async (deployment) => (await traffic()).describe(deployment),
    running: async (group) => (await traffic()).running(group),
    stop: async (deployment) => (await traffic()).stop(deployment),
  };
}
