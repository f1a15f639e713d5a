import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Timer } from '../../kernel/clock.ts';
import type { Caller, PolicyDocument } from '../../kernel/principal.ts';
import { checkFifo, FIFO_ATTRIBUTES, idsOf, Sequence, type Ordering, type Place } from './fifo.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
  readonly sender: string;
  /** The group a sender named; of a standard queue no order comes with it. */
  readonly groupId: string | undefined;
  /** In a FIFO queue. */
  readonly place: Place | undefined;
  /** Engine time, milliseconds since the epoch. */
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receiveCount: number;
  /** When it can be received; later than now while it is delayed or in flight. */
  visibleAt: number;
  receipt: string | undefined;
}

/** One queue, standard or FIFO. Visibility, delay and retention are judged when somebody looks. */
export class Queue {
  readonly attributes: Record<string, string> = {};
  policy: PolicyDocument | undefined;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  private messages: Message[] = [];
  private shown = 0;
  private timer: Timer | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly sequence = new Sequence<Message>();

  constructor(
    private readonly kernel: Kernel,
    readonly account: string,
    readonly region: string,
    readonly name: string,
    tags: Record<string, string>,
  ) {
    this.tags = new Map(Object.entries(tags));
    this.createdAt = kernel.clock.now();
  }

  get arn(): string {
    return `arn:aws:sqs:${this.region}:${this.account}:${this.name}`;
  }

  get url(): string {
    return `${this.kernel.endpoint()}/${this.account}/${this.name}`;
  }

  get fifo(): boolean {
    return this.name.endsWith('.fifo');
  }

  /** @throws NotImplemented, AwsError InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue */
  set(attributes: Readonly<Record<string, string>>): void {
    checkFifo(this.name, { ...this.attributes, ...attributes });
    for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'Policy') this.policy = value === '' ? undefined : this.kernel.port.iam.parsePolicy(value);
      if (value === '' && (name === 'Policy' || name === 'RedrivePolicy'))
        Reflect.deleteProperty(this.attributes, name);
      else this.attributes[name] = value;
    }
  }

  number(name: keyof typeof DEFAULTS): number {
    return Number(this.attributes[name] ?? DEFAULTS[name]);
  }

  send(
    body: string,
    attributes: Record<string, MessageAttributeValue>,
    caller: Caller,
    delaySeconds?: number,
    ordering: Ordering = {},
  ): Message {
    const bytes = Buffer.byteLength(body);
    if (bytes === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (bytes > this.number('MaximumMessageSize'))
      throw new AwsError(
        'InvalidParameterValue',
        'One or more parameters are invalid. Reason: Message must be shorter than the maximum size.',
      );
    const now = this.kernel.clock.now();
    const ids = this.fifo ? this.idsIn(body, ordering, delaySeconds) : undefined;
    const key = ids === undefined ? '' : this.scopeOf(ids);
    const sent = this.sequence.known(key, now);
    if (sent !== undefined) return sent;
    const message: Message = {
      id: randomUUID(),
      body,
      attributes,
      sender: caller.principal.arn,
      groupId: ordering.groupId,
      place: ids === undefined ? undefined : { ...ids, sequenceNumber: this.sequence.next() },
      sentAt: now,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: now + (delaySeconds ?? this.number('DelaySeconds')) * 1000,
      receipt: undefined,
    };
    if (ids !== undefined) this.sequence.remember(key, now, message);
    this.accept(message);
    return message;
  }

  /** Takes a message as it is, for instance one that another queue gave up. */
  accept(message: Message): void {
    this.messages.push(message);
    this.changed();
  }

  /** Up to `most` messages, which nobody else sees until their visibility ends. */
  receive(most: number, visibilitySeconds = this.number('VisibilityTimeout')): Message[] {
    const now = this.kernel.clock.now();
    const taken = this.visible().slice(0, most);
    for (const message of taken) {
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.receipt = randomBytes(48).toString('base64');
    }
    this.changed();
    return taken;
  }

  /** Takes out messages that were received too often, for the dead-letter queue. */
  giveUp(mostReceives: number): Message[] {
    const dead = this.visible().filter(({ receiveCount }) => receiveCount >= mostReceives);
    this.messages = this.messages.filter((message) => !dead.includes(message));
    if (dead.length > 0) this.changed();
    return dead;
  }

  byReceipt(receipt: string | undefined): Message | undefined {
    return this.messages.find((message) => message.receipt === receipt);
  }

  delete(receipt: string | undefined): void {
    this.messages = this.messages.filter((message) => message.receipt === undefined || message.receipt !== receipt);
    this.changed();
  }

  purge(): void {
    this.messages = [];
    this.changed();
  }

  setVisibility(message: Message, seconds: number): void {
    message.visibleAt = this.kernel.clock.now() + seconds * 1000;
    this.changed();
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const now = this.kernel.clock.now();
    const hidden = this.kept().filter(({ visibleAt }) => visibleAt > now);
    return {
      visible: this.visible().length,
      inFlight: hidden.filter(({ receiveCount }) => receiveCount > 0).length,
      delayed: hidden.filter(({ receiveCount }) => receiveCount === 0).length,
    };
  }

  /** Waits until a message can be received, or `seconds` have passed. */
  async arrival(seconds: number): Promise<void> {
    if (this.visible().length > 0 || seconds <= 0) return;
    await this.kernel.clock.waiting(
      () =>
        new Promise<void>((resolve) => {
          const done = (): void => {
            timer.cancel();
            this.waiting.delete(done);
            resolve();
          };
          const timer = this.kernel.clock.after(seconds * 1000, done, `waiting for messages of ${this.name}`);
          this.waiting.add(done);
        }),
    );
  }

  /** Ends its timers. */
  close(): void {
    this.timer?.cancel();
  }

  private kept(): Message[] {
    const oldest = this.kernel.clock.now() - this.number('MessageRetentionPeriod') * 1000;
    return this.messages.filter(({ sentAt }) => sentAt > oldest);
  }

  /** What can be received. In a FIFO queue, none of a group of which a message is in flight, and none before those sent earlier. */
  private visible(): Message[] {
    const now = this.kernel.clock.now();
    const kept = this.kept();
    const hidden = kept.filter(({ visibleAt }) => visibleAt > now);
    const locked = new Set(hidden.flatMap(({ place }) => (place === undefined ? [] : [place.groupId])));
    return kept.filter(
      ({ visibleAt, place }) => visibleAt <= now && (place === undefined || !locked.has(place.groupId)),
    );
  }

  /** @throws AwsError where a FIFO queue cannot take what was said */
  private idsIn(body: string, ordering: Ordering, delaySeconds: number | undefined): ReturnType<typeof idsOf> {
    if (delaySeconds !== undefined && delaySeconds !== 0)
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type`,
      );
    return idsOf(body, ordering, this.attributes['ContentBasedDeduplication'] === 'true');
  }

  private scopeOf({ groupId, deduplicationId }: ReturnType<typeof idsOf>): string {
    const ofGroup = this.attributes['DeduplicationScope'] === 'messageGroup';
    return JSON.stringify([ofGroup ? groupId : '', deduplicationId]);
  }

  /** Publishes the number of visible messages when it changed, and looks again when the next becomes visible. */
  private changed(): void {
    const now = this.kernel.clock.now();
    const count = this.visible().length;
    if (count > 0) for (const wake of this.waiting) wake();
    if (count > 0) this.kernel.tell(this.arn);
    if (count !== this.shown)
      this.kernel.port.metrics.record({
        account: this.account,
        region: this.region,
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: this.name },
        value: count,
        unit: 'Count',
      });
    this.shown = count;
    this.timer?.cancel();
    const next = Math.min(...this.kept().map(({ visibleAt }) => (visibleAt > now ? visibleAt : Infinity)));
    this.timer = Number.isFinite(next)
      ? this.kernel.clock.at(next, () => this.changed(), `a message of ${this.name} becomes visible`)
      : undefined;
  }
}

const DEFAULTS = {
  VisibilityTimeout: 30,
  DelaySeconds: 0,
  MessageRetentionPeriod: 345_600,
  MaximumMessageSize: 1_048_576,
  ReceiveMessageWaitTimeSeconds: 0,
} as const;

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, String(value)])),
  SqsManagedSseEnabled: 'true',
};

const FIFO_VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

function checkAttribute(name: string, value: string): void {
  if (name === 'RedriveAllowPolicy') throw new NotImplemented('RedriveAllowPolicy in sqs');
  // AWS's own key serves everybody; a customer's would ask every sender and receiver for a grant on it.
  if (name === 'KmsMasterKeyId' && value !== '' && value !== 'alias/aws/sqs')
    throw new NotImplemented('KmsMasterKeyId (a customer managed key) in sqs');
  const known = ['Policy', 'RedrivePolicy', 'SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];
  const values = FIFO_VALUES[name];
  if (values !== undefined && !values.includes(value))
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  if (!(name in DEFAULTS) && ![...known, ...FIFO_ATTRIBUTES].includes(name))
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (name in DEFAULTS && !/^\d+$/.test(value))
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue === undefined ? (BinaryValue ?? new Uint8Array()) : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}
