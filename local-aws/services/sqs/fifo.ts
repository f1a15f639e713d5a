/**
 * What FIFO queues do beyond standard ones: messages of one group in their order, and each once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';

/** What a sender says of a message's place. */
export interface Ordering {
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

/** A message's place in a FIFO queue. */
export interface Place {
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
}

/** A deduplication id counts for five minutes. */
const DEDUPLICATION_MILLISECONDS = 300_000;

/** What was sent to a FIFO queue lately. */
export class Sequence<M> {
  private last = 0n;
  private readonly sent = new Map<string, { readonly at: number; readonly message: M }>();

  /** The message that was sent by the same deduplication id in the last five minutes. */
  known(key: string, now: number): M | undefined {
    for (const [name, { at }] of this.sent) if (at + DEDUPLICATION_MILLISECONDS <= now) this.sent.delete(name);
    return this.sent.get(key)?.message;
  }

  remember(key: string, now: number, message: M): void {
    this.sent.set(key, { at: now, message });
  }

  /** Sequence numbers have twenty digits and only grow. */
  next(): string {
    this.last += 256n;
    return String(18_800_000_000_000_000_000n + this.last);
  }
}

/** A message's group and deduplication id, the latter of its body where the queue says so. @throws AwsError MissingParameter, InvalidParameterValue */
export function idsOf(
  body: string,
  { groupId, deduplicationId }: Ordering,
  contentBased: boolean,
): { readonly groupId: string; readonly deduplicationId: string } {
  if (groupId === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  const id = deduplicationId ?? (contentBased ? createHash('sha256').update(body).digest('hex') : undefined);
  if (id === undefined)
    throw new AwsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  return { groupId, deduplicationId: id };
}

/** Checks the attributes that make a FIFO queue. @throws AwsError InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue */
export function checkFifo(queueName: string, attributes: Readonly<Record<string, string>>): void {
  const fifo = queueName.endsWith('.fifo');
  const [given] = FIFO_ATTRIBUTES.filter((name) => attributes[name] !== undefined);
  if (fifo && attributes['FifoQueue'] !== 'true')
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  if (!fifo && attributes['FifoQueue'] === 'true')
    throw new AwsError(
      'InvalidParameterValue',
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  if (!fifo && given !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${given}.`);
  const scope = attributes['DeduplicationScope'] ?? 'queue';
  if (attributes['FifoThroughputLimit'] === 'perMessageGroupId' && scope !== 'messageGroup')
    throw new AwsError(
      'InvalidAttributeValue',
      'The value perMessageGroupId of FifoThroughputLimit is only allowed when the value for DeduplicationScope is messageGroup.',
    );
}

export const FIFO_ATTRIBUTES = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
