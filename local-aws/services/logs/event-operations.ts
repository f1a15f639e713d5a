import {
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  PutLogEventsCommand,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { recordEmbeddedMetrics } from './embedded-metrics.ts';
import { matcherOf } from './pattern.ts';
import {
  askGroup,
  askStream,
  groupNamed,
  invalid,
  streamOf,
  type LogStore,
  type StoredEvent,
  type StreamRecord,
} from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const OLDEST = 14 * 86_400_000;
const NEWEST = 2 * 3_600_000;
const LARGEST_BATCH = 1_048_576;
const EVENT_OVERHEAD = 26;

export function eventOperations(store: LogStore): AnyOperation[] {
  return [put(store), get(store), filter(store)];
}

function put(store: LogStore): AnyOperation {
  return operation({
    command: PutLogEventsCommand,
    accepts: ['logGroupName', 'logStreamName', 'logEvents', 'sequenceToken'],
    authorize: (input, call) => askStream('PutLogEvents', input.logGroupName, input.logStreamName, call),
    handle: async (input, { caller }) => {
      const group = store.group(caller, input.logGroupName);
      const stream = streamOf(group, input.logStreamName);
      const events = input.logEvents ?? [];
      checkBatch(events);
      const now = store.kernel.clock.now();
      const isOld = ({ timestamp = 0 }: InputLogEvent): boolean => timestamp < now - OLDEST;
      const isNew = ({ timestamp = 0 }: InputLogEvent): boolean => timestamp > now + NEWEST;
      for (const event of events) {
        if (isOld(event) || isNew(event)) continue;
        append(store, stream, event, now);
        recordEmbeddedMetrics(store.kernel, group, event.message ?? '');
      }
      const oldest = events.findLastIndex(isOld);
      const newest = events.findIndex(isNew);
      return {
        nextSequenceToken: String(stream.events.length),
        ...(oldest === -1 && newest === -1
          ? {}
          : {
              rejectedLogEventsInfo: {
                ...(oldest === -1 ? {} : { tooOldLogEventEndIndex: oldest + 1 }),
                ...(newest === -1 ? {} : { tooNewLogEventStartIndex: newest }),
              },
            }),
      };
    },
  });
}

function checkBatch(events: readonly InputLogEvent[]): void {
  if (events.length === 0 || events.length > 10_000) throw invalid('A batch has 1 to 10000 log events.');
  let last = 0;
  let bytes = 0;
  for (const { timestamp = 0, message = '' } of events) {
    if (message === '') throw invalid('Log event message is empty.');
    if (timestamp < last) throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    last = timestamp;
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
  }
  if (bytes > LARGEST_BATCH) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LARGEST_BATCH}`);
}

function append(store: LogStore, stream: StreamRecord, event: InputLogEvent, now: number): void {
  const stored = {
    timestamp: event.timestamp ?? now,
    message: event.message ?? '',
    ingestionTime: now,
    order: store.nextOrder(),
  };
  const after = stream.events.findLastIndex(({ timestamp }) => timestamp <= stored.timestamp);
  stream.events.splice(after + 1, 0, stored);
  stream.bytes += Buffer.byteLength(stored.message) + EVENT_OVERHEAD;
}

function get(store: LogStore): AnyOperation {
  return operation({
    command: GetLogEventsCommand,
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamName',
      'startTime',
      'endTime',
      'nextToken',
      'limit',
      'startFromHead',
    ],
    authorize: (input, call) =>
      askStream('GetLogEvents', input.logGroupName ?? input.logGroupIdentifier, input.logStreamName, call),
    handle: async (input, call) => {
      const group = groupNamed(store, call, input.logGroupName, input.logGroupIdentifier);
      const all = store.events(group, streamOf(group, input.logStreamName)).filter(within(input));
      const most = input.limit ?? 10_000;
      const { from, to } = span(input.nextToken, all.length, most, input.startFromHead === true);
      return {
        events: all
          .slice(from, to)
          .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: `f/${to}`,
        nextBackwardToken: `b/${from}`,
      };
    },
  });
}

/** Forward tokens go on after a position, backward tokens end before one; at either end the same token comes again. */
function span(
  token: string | undefined,
  length: number,
  most: number,
  fromHead: boolean,
): { from: number; to: number } {
  const [, direction, digits] = /^([fb])\/(\d+)$/.exec(token ?? '') ?? [];
  if (token !== undefined && digits === undefined) throw invalid('The specified nextToken is invalid.');
  const position = Number(digits);
  if (direction === 'f') return { from: Math.min(position, length), to: Math.min(length, position + most) };
  if (direction === 'b') return { from: Math.max(0, position - most), to: position };
  return fromHead ? { from: 0, to: Math.min(length, most) } : { from: Math.max(0, length - most), to: length };
}

function within({
  startTime = -Infinity,
  endTime = Infinity,
}: {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}): (event: StoredEvent) => boolean {
  return ({ timestamp }) => timestamp >= startTime && timestamp <= endTime;
}

function filter(store: LogStore): AnyOperation {
  return operation({
    command: FilterLogEventsCommand,
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamNames',
      'logStreamNamePrefix',
      'startTime',
      'endTime',
      'filterPattern',
      'nextToken',
      'limit',
      'startFromHead',
      // Ignored by AWS, too, since June 2019.
      'interleaved',
    ],
    authorize: (input, call) => askGroup('FilterLogEvents', input.logGroupName ?? input.logGroupIdentifier, call),
    handle: async (input, call) => {
      checkFilter(input);
      const group = groupNamed(store, call, input.logGroupName, input.logGroupIdentifier);
      const matches = matcherOf(input.filterPattern);
      const wanted = input.logStreamNames === undefined ? undefined : new Set(input.logStreamNames);
      const all = [...group.streams.values()]
        .filter(({ name }) => wanted?.has(name) ?? name.startsWith(input.logStreamNamePrefix ?? ''))
        .flatMap((stream) => store.events(group, stream).map((event) => ({ stream, event })))
        .filter(({ event }) => within(input)(event) && matches(event.message))
        .sort((one, other) => one.event.timestamp - other.event.timestamp || one.event.order - other.event.order);
      const { items, next } = filteredPage(all, input);
      return {
        events: items.map(({ stream, event: { timestamp, message, ingestionTime, order } }) => ({
          logStreamName: stream.name,
          timestamp,
          message,
          ingestionTime,
          eventId: String(order).padStart(56, '0'),
        })),
        searchedLogStreams: [],
        nextToken: next,
      };
    },
  });
}

/** The first day on which events may be listed backwards. */
const BACKWARDS_FROM = Date.parse('2024-01-01T00:00:00.000Z');

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
function checkFilter(input: FilterLogEventsCommandInput): void {
  if ((input.logGroupName === undefined) === (input.logGroupIdentifier === undefined))
    throw invalid('Exactly one of logGroupName and logGroupIdentifier is required.');
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined)
    throw invalid('Only one of logStreamNames and logStreamNamePrefix may be given.');
  if (input.startFromHead === false && (input.startTime ?? 0) < BACKWARDS_FROM)
    throw invalid('startFromHead may be false only with a startTime on or after 2024-01-01T00:00:00Z.');
}

/** What fits into a page: so many events, and 1 MB of them. Its token keeps the direction, whatever the next request says. */
function filteredPage<T extends { readonly event: StoredEvent }>(
  all: readonly T[],
  { nextToken, limit = 10_000, startFromHead = true }: FilterLogEventsCommandInput,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const [, direction, digits] = /^([fb])\/(\d+)$/.exec(nextToken ?? (startFromHead ? 'f/0' : 'b/0')) ?? [];
  if (direction === undefined) throw invalid('The specified nextToken is invalid.');
  const from = Number(digits);
  const left = (direction === 'f' ? all : all.toReversed()).slice(from, from + limit);
  let bytes = 0;
  const full = left.findIndex(({ event }) => (bytes += Buffer.byteLength(event.message)) > LARGEST_BATCH);
  // One event is smaller than a page.
  const items = full === -1 ? left : left.slice(0, Math.max(1, full));
  const to = from + items.length;
  return { items, next: to < all.length ? `${direction}/${to}` : undefined };
}
