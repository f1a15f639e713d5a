import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import { type Alarms, createAlarms } from '../cloudwatch/alarms.ts';
import { createLiveFunctions, type LiveFunctions } from '../lambda/live-functions.ts';
import type { SecretValues } from '../secrets-manager/values.ts';
import type { OpenTarget, TargetSessions } from './session.ts';
import { createStacks, type Stacks } from '../cloudformation/stacks.ts';
import { type Pause } from '../cloudformation/stack.ts';

/** One target, through its verify role. */
export interface VerifyTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'resources'>;
  readonly functions: Pick<LiveFunctions, 'alias' | 'invoke'>;
  readonly alarms: Alarms;
  /** Of the service alone, by a session for nothing else. */
  readonly secrets: SecretValues;
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
    const { region } = access;
    const settings = { region, credentials: await sessions.credentials(access) };
    // Few checks need one.
    const secrets = onDemand(async () => {
      const { openSecretValues } = await import('../secrets-manager/values.ts');
      const credentials = await sessions.credentials({ ...access, purpose: 'secrets' });
      return openSecretValues(observe, { region, credentials });
    });
    return {
      stacks: createStacks(observe.client(new CloudFormationClient(settings)), pause),
      functions: createLiveFunctions(observe.client(new LambdaClient({ ...settings, ...probing }))),
      alarms: createAlarms(observe.client(new CloudWatchClient(settings))),
      secrets: { read: async (id) => (await secrets()).read(id) },
    };
  };
}
