import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Observability } from '../powertools/observability.ts';

/** Something that somebody has to look at now. */
export interface Page {
  /** At most 100 characters of ASCII, without line breaks. */
  readonly subject: string;
  readonly text: string;
}

/** Pages whoever is on call. */
export interface Pager {
  page(page: Page): Promise<void>;
}

/** @param topic ARN of the topic that whoever is on call subscribes to */
export function openPager(observe: Observability, topic: string): Pager {
  const client = observe.client(new SNSClient({}));
  return {
    page: async ({ subject, text }) => {
      await client.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: text }));
    },
  };
}
