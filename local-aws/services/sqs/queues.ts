import * as z from 'zod';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import { Queue } from './queue.ts';

const redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** Every queue, by ARN. */
export class Queues {
  private readonly queues = new Map<string, Queue>();

  constructor(readonly kernel: Kernel) {}

  /** A new queue. @throws AwsError as {@link configure} */
  make(
    { account, region }: Caller,
    name: string,
    attributes: Record<string, string>,
    tags: Record<string, string>,
  ): Queue {
    const queue = new Queue(this.kernel, account, region, name, tags);
    this.configure(queue, attributes);
    this.queues.set(queue.arn, queue);
    return queue;
  }

  /** @throws AwsError InvalidParameterValue unless the dead-letter queue is there and of the same kind, and as {@link Queue.set} */
  configure(queue: Queue, attributes: Record<string, string>): void {
    const policy = attributes['RedrivePolicy'];
    if (policy !== undefined && policy !== '') this.checkRedrive(queue, policy);
    queue.set(attributes);
  }

  private checkRedrive(queue: Queue, text: string): void {
    const parsed = redrive.safeParse(json(text));
    const dead = parsed.success ? this.queues.get(parsed.data.deadLetterTargetArn) : undefined;
    const reason = !parsed.success
      ? 'Redrive policy is not a valid JSON map.'
      : dead === undefined
        ? 'Dead letter target does not exist.'
        : dead.fifo !== queue.fifo
          ? 'Dead-letter queue must be same type of queue as the source.'
          : undefined;
    if (reason !== undefined)
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      );
  }

  remove(queue: Queue): void {
    queue.close();
    this.queues.delete(queue.arn);
  }

  of({ account, region }: { account: string; region: string }): Queue[] {
    return [...this.queues.values()].filter((queue) => queue.account === account && queue.region === region);
  }

  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    return this.queues.get(arn)?.tags;
  }

  /** @throws AwsError QueueDoesNotExist */
  byArn(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  byName(name: string | undefined, caller: Caller, account = caller.account): Queue {
    return this.byArn(`arn:aws:sqs:${caller.region}:${account}:${name ?? ''}`);
  }

  /** Of a queue's URL only account and name count. */
  byUrl(url: string | undefined, caller: Caller): Queue {
    const [, account, name] = /\/(\d{12})\/([^/]+)$/.exec(url ?? '') ?? [];
    return this.byName(name ?? url, caller, account ?? caller.account);
  }

  /** Moves what was received too often to the dead-letter queue. */
  redrive(queue: Queue): void {
    const text = queue.attributes['RedrivePolicy'];
    if (text === undefined) return;
    const { deadLetterTargetArn, maxReceiveCount } = redrive.parse(JSON.parse(text));
    for (const message of queue.giveUp(maxReceiveCount)) {
      message.receipt = undefined;
      this.byArn(deadLetterTargetArn).accept(message);
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An action on a queue, judged by identity and queue policy. */
export function onQueue(queue: Queue, action: string): Authorization {
  return { action: `sqs:${action}`, resource: queue.arn, resourcePolicy: queue.policy };
}
