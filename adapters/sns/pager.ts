import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Observability } from '../powertools/observability.ts';
import type { Pager } from './page.ts';

/** Milliseconds; at most 15 s in all. */
const time = { requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 }, maxAttempts: 3 };

/** Pages by SNS. @param topic ARN of the topic */
export function openPager(observe: Observability, topic: string): Pager {
  const client = observe.client(new SNSClient(time));
  return {
    page: async ({ key, subject, text }) => {
      await client.send(
        new PublishCommand({
          TopicArn: topic,
          Subject: subject,
          Message: text,
          MessageAttributes: { message: { DataType: 'String', StringValue: key } },
        }),
      );
    },
  };
}
