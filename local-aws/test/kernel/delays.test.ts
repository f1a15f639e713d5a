import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where } from '../lambda/functions.ts';

// At `max` hours are over at once, however many things stand around the wait.

const HALF_A_MINUTE = 30_000;
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterAll(() => aws.close());

/** Engine milliseconds that pass, and real ones. */
async function measured(work: () => Promise<unknown>): Promise<{ readonly passed: number; readonly real: number }> {
  const [from, since] = [aws.clock.now(), performance.now()];
  await work();
  return { passed: aws.clock.now() - from, real: performance.now() - since };
}

function expectJump({ passed, real }: { readonly passed: number; readonly real: number }): void {
  expect(passed).toBeGreaterThanOrEqual(HALF_A_MINUTE);
  expect(real).toBeLessThan(HALF_A_MINUTE / 2);
}

describe('whoever waits for the clock', () => {
  it('keeps nobody busy, when a client waits for an answer', async () => {
    const sns = aws.client(SNSClient, where);
    const call = { service: 'sns', operation: 'CreateTopic' };
    aws.faults.atCall('it takes long', call, { kind: 'delay', milliseconds: HALF_A_MINUTE });
    expectJump(await measured(() => sns.send(new CreateTopicCommand({ Name: 'asked-for' }))));
    aws.faults.assertAllHappened();
  });

  it('keeps nobody busy, when a stack waits for a resource', async () => {
    const stacks = aws.client(CloudFormationClient, where);
    const isIts = (input: unknown): boolean => JSON.stringify(input).includes('stacked');
    const call = { service: 'sns', operation: 'CreateTopic', input: isIts };
    aws.faults.atCall('it takes long', call, { kind: 'delay', milliseconds: HALF_A_MINUTE });
    const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'stacked' } };
    const create = async (): Promise<void> => {
      const TemplateBody = JSON.stringify({ Resources: { Topic } });
      await stacks.send(new CreateStackCommand({ StackName: 'shop', TemplateBody }));
      for (let status: string | undefined; status !== 'CREATE_COMPLETE';) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: 'shop' }));
        status = Stacks?.[0]?.StackStatus;
      }
    };
    expectJump(await measured(create));
    aws.faults.assertAllHappened();
  });

  it('keeps nobody busy, when a client waits for a function that pauses', async () => {
    const lambda = aws.client(LambdaClient, where);
    const source = `import { setTimeout as pause } from 'node:timers/promises';
      export const handler = () => pause(${HALF_A_MINUTE}, 'paused');`;
    await createFunction(lambda, 'pauser', await roleFor(aws, 'pauser', []), source, { Timeout: 60 });
    expectJump(await measured(async () => expect((await invoke(lambda, 'pauser')).payload).toBe('paused')));
  });
});
