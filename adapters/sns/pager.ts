import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Observability } from '../powertools/observability.ts';
import type { Pager } from './page.ts';

/** Pages by SNS. @param topic ARN of the topic */
export function openPager(observe: Observability, topic: string): Pager {
  const client = observe.client(new SNSClient({}));
  return {
    page: async ({ subject, text }) => {
      await client.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: text }));
    },
  };
}
