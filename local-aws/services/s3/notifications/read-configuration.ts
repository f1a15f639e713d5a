import { randomUUID } from 'node:crypto';
import type { Event, NotificationConfiguration, NotificationConfigurationFilter } from '@aws-sdk/client-s3';
import { AwsError, NotImplemented } from '../../../kernel/errors.ts';
import { onlyMembers } from '../../only-members.ts';
import { includes, type Destination } from './destinations.ts';

interface Given {
  readonly Id?: string | undefined;
  readonly Events?: readonly Event[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

/** "S3 can support up to 100 configurations per bucket." https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
const MOST = 100;
const LONGEST_FILTER = 1_024;
const MEMBERS = [
  'LambdaFunctionConfigurations',
  'QueueConfigurations',
  'TopicConfigurations',
  'EventBridgeConfiguration',
];
/** What can happen to an object here. */
const HAPPENING =
  /^s3:Object(Created:(\*|Put|Copy|CompleteMultipartUpload|Post)|Removed:(\*|Delete|DeleteMarkerCreated))$/;

/**
 * The destinations of a notification configuration, if they can stand side by side.
 * @throws AwsError InvalidArgument; NotImplemented for events that nothing here causes
 */
export function readDestinations(given: NotificationConfiguration | undefined, region: string): readonly Destination[] {
  onlyMembers(given, MEMBERS, 'NotificationConfiguration');
  const { LambdaFunctionConfigurations = [], QueueConfigurations = [], TopicConfigurations = [] } = given ?? {};
  const all = [
    ...LambdaFunctionConfigurations.map((one) => read('function', one.LambdaFunctionArn, one)),
    ...QueueConfigurations.map((one) => read('queue', one.QueueArn, one)),
    ...TopicConfigurations.map((one) => read('topic', one.TopicArn, one)),
  ];
  if (all.length > MOST) throw invalid(`A bucket can have ${MOST} notification configurations at most.`);
  if (new Set(all.map(({ id }) => id)).size < all.length)
    throw invalid('Same ID used for multiple configurations. IDs must be unique');
  for (const one of all) checkArn(one, region);
  refuseOverlap(all);
  return all;
}

function read(kind: Destination['kind'], arn: string | undefined, given: Given): Destination {
  const { Id: id = randomUUID(), Events: events = [], Filter: filter } = given;
  const absent = events.find((event) => !HAPPENING.test(event));
  if (absent !== undefined)
    throw new NotImplemented(
      `the event ${absent}, which nothing causes here, in s3:PutBucketNotificationConfiguration`,
    );
  return { kind, id, arn: arn ?? '', events, filter, ...affixes(filter) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_FilterRule.html. CDK and CloudFormation write `Prefix`, too. */
function affixes(filter: NotificationConfigurationFilter | undefined): { prefix: string; suffix: string } {
  onlyMembers(filter, ['Key'], 'Filter');
  const found: { prefix?: string; suffix?: string } = {};
  for (const { Name = '', Value = '' } of filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix')
      throw invalid('filter rule name must be either prefix or suffix', { ArgumentName: 'FilterRule.Name' });
    if (found[name] !== undefined) throw invalid(`Cannot specify more than one ${name} rule in a filter.`);
    if (Value.length > LONGEST_FILTER) throw invalid(`The value of a ${name} rule is longer than ${LONGEST_FILTER}.`);
    found[name] = Value;
  }
  return { prefix: found.prefix ?? '', suffix: found.suffix ?? '' };
}

const SERVICES = { function: 'lambda', queue: 'sqs', topic: 'sns' } as const;

/** Destinations lie in the bucket's region, and FIFO queues and topics are none. */
function checkArn({ kind, arn }: Destination, region: string): void {
  const [, , service, where, , ...name] = arn.split(':');
  const fits = service === SERVICES[kind] && (kind !== 'function' || name[0] === 'function');
  if (!fits) throw invalid('The ARN is not well formed', { ArgumentName: kind, ArgumentValue: arn });
  if (where !== region || arn.endsWith('.fifo')) throw unreachable([arn]);
}

/** A destination that S3 cannot reach. */
export function unreachable(arns: readonly string[]): AwsError {
  return invalid('Unable to validate the following destination configurations', {
    ArgumentName: arns.join(', '),
    ArgumentValue: 'null',
  });
}

/**
 * Two configurations of one event may not both meet an object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
function refuseOverlap(all: readonly Destination[]): void {
  for (const [index, one] of all.entries())
    for (const other of all.slice(index + 1)) {
      if (!shareEvent(one, other) || !shareObject(one, other)) continue;
      const filtered = [one, other].some(({ prefix, suffix }) => prefix !== '' || suffix !== '');
      throw invalid(
        filtered
          ? 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
          : 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      );
    }
}

function shareEvent({ events: ones }: Destination, { events: others }: Destination): boolean {
  return ones.some((event) => includes(others, event)) || others.some((event) => includes(ones, event));
}

function shareObject(one: Destination, other: Destination): boolean {
  const begins = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  return begins && (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix));
}

function invalid(message: string, detail: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError('InvalidArgument', message, 400, detail);
}
