import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Observability } from '../powertools/observability.ts';
import { type Alarms, createAlarms } from '../cloudwatch/alarms.ts';
import { createLiveFunctions, type LiveFunctions } from '../lambda/live-functions.ts';
import type { OpenTarget, TargetSessions } from './session.ts';
import { createStacks, type Stacks } from '../cloudformation/stacks.ts';
import { type Pause } from '../cloudformation/stack.ts';

/** One target, through its verify role. */
export interface VerifyTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'resources'>;
  readonly functions: Pick<LiveFunctions, 'alias' | 'invoke'>;
  readonly alarms: Alarms;
}

// A probe that fails is evidence: the SDK must not retry it, and many run at the same time.
const probing = {
  maxAttempts: 1,
  requestHandler: { httpsAgent: { maxSockets: 1000 }, httpAgent: { maxSockets: 1000 } },
};

export function verifyTargets(
  sessions: TargetSessions,
  observe: Observability,
  pause: Pause,
): OpenTarget<VerifyTarget> {
  return async (access) => {
    const settings = { region: access.region, credentials: await sessions.credentials(access) };
    return {
      stacks: createStacks(observe.client(new CloudFormationClient(settings)), pause),
      functions: createLiveFunctions(observe.client(new LambdaClient({ ...settings, ...probing }))),
      alarms: createAlarms(observe.client(new CloudWatchClient(settings))),
    };
  };
}
