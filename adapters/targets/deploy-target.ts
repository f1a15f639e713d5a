import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Observability } from '../powertools/observability.ts';
import { type Alarms, createAlarms } from '../cloudwatch/alarms.ts';
import { assetsOnDemand } from '../s3/assets-on-demand.ts';
import { type Assets } from '../s3/asset-bucket.ts';
import { createLiveFunctions, type LiveFunctions } from '../lambda/live-functions.ts';
import type { Identities } from '../iam/identities.ts';
import { identitiesOnDemand } from '../iam/identities-on-demand.ts';
import { type Contents, contentsOnDemand } from './contents.ts';
import { createRequirements, type Requirements } from './requirements.ts';
import type { OpenTarget, TargetSessions } from './session.ts';
import type { Pause } from '../cloudformation/stack.ts';
import { createStacks, type Stacks } from '../cloudformation/stacks.ts';
import { trafficOnDemand } from '../codedeploy/traffic-shift-on-demand.ts';
import type { TrafficShifts } from '../codedeploy/traffic-shift.ts';

/** One target, through its deploy role. */
export interface DeployTarget {
  readonly stacks: Stacks;
  readonly functions: LiveFunctions;
  readonly alarms: Alarms;
  readonly traffic: TrafficShifts;
  readonly assets: Assets;
  readonly requirements: Requirements;
  readonly identities: Identities;
  readonly contents: Contents;
}

export function deployTargets(
  sessions: TargetSessions,
  observe: Observability,
  pause: Pause,
): OpenTarget<DeployTarget> {
  return async (access) => {
    const settings = { region: access.region, credentials: await sessions.credentials(access) };
    return {
      stacks: createStacks(observe.client(new CloudFormationClient(settings)), pause),
      functions: createLiveFunctions(observe.client(new LambdaClient(settings))),
      alarms: createAlarms(observe.client(new CloudWatchClient(settings))),
      traffic: trafficOnDemand(observe, settings),
      assets: assetsOnDemand(observe, settings, access.account),
      requirements: createRequirements(observe, settings),
      identities: identitiesOnDemand(observe, settings),
      contents: contentsOnDemand(observe, async () => {
        const credentials = await sessions.credentials({ ...access, purpose: 'look' });
        return { region: access.region, credentials };
      }),
    };
  };
}
