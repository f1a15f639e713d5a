import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import type { Observability } from '../powertools/observability.ts';

const counts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const satisfies readonly QueueAttributeName[];

/** Counts the messages of a queue, as SQS does: what was sent in the last minute may be missing. Messages are not read. */
export function openMessages(observe: Observability, settings: SQSClientConfig): (QueueUrl: string) => Promise<number> {
  const client = observe.client(new SQSClient(settings));
  return async (QueueUrl) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
    );
    return counts.reduce((total, name) => total + Number(Attributes[name] ?? 0), 0);
  };
}
