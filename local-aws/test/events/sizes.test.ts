import { CreateEventBusCommand, PutPermissionCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../kernel/principal.ts';
import { administrator, smallAws } from './small-aws.ts';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html

let aws: ReturnType<typeof smallAws>;
let me: Caller;
beforeEach(async () => {
  aws = smallAws();
  me = administrator(aws.kernel, '111111111111');
  await aws.kernel.send(me, new CreateEventBusCommand({ Name: 'central' }));
});

const arn = 'arn:aws:events:us-east-1:111111111111:event-bus/central';
const tooLong = /^PolicyLengthExceededException: .*10240/;

/** The same, its refusal with the error's name before the message. */
const named = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => Promise.reject(new Error(String(error))));

describe('the policy of a bus', () => {
  it('takes 10,240 bytes, which one statement for each account fills before the 60th', async () => {
    const permit = (account: number) =>
      aws.kernel.send(
        me,
        new PutPermissionCommand({
          EventBusName: 'central',
          Action: 'events:PutEvents',
          Principal: String(account),
          StatementId: `from-${account}`,
        }),
      );
    let taken = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        await permit(200_000_000_000 + taken);
        taken += 1;
      }
    };
    await expect(named(fill())).rejects.toThrow(tooLong);
    expect(taken).toBeGreaterThan(40);
    expect(taken).toBeLessThan(60);
  });

  it('has room for 120 accounts in one statement', async () => {
    const policy = (accounts: number): string =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: {
            AWS: Array.from({ length: accounts }, (_, index) => `arn:aws:iam::${200_000_000_000 + index}:root`),
          },
          Action: 'events:PutEvents',
          Resource: arn,
        },
      });
    const put = (accounts: number) =>
      aws.kernel.send(me, new PutPermissionCommand({ EventBusName: 'central', Policy: policy(accounts) }));
    await put(120);
    await expect(named(put(320))).rejects.toThrow(tooLong);
  });
});

it('takes patterns of 2,048 characters, as the default quota says', async () => {
  const put = (size: number) => {
    const pattern = (text: string): string => JSON.stringify({ source: [text] });
    const EventPattern = pattern('x'.repeat(size - pattern('').length));
    return aws.kernel.send(me, new PutRuleCommand({ Name: 'long', EventBusName: 'central', EventPattern }));
  };
  await put(2_048);
  await expect(named(put(2_049))).rejects.toThrow(/^LimitExceededException: .*2048/);
});
