import {
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  type LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import {
  askGroup,
  askStream,
  groupArn,
  groupNamed,
  invalid,
  page,
  streamOf,
  type GroupRecord,
  type LogStore,
  type StreamRecord,
} from './store.ts';

export function streamOperations(store: LogStore): AnyOperation[] {
  return [
    operation({
      command: CreateLogStreamCommand,
      accepts: ['logGroupName', 'logStreamName'],
      authorize: (input, call) => askGroup('CreateLogStream', input.logGroupName, call),
      handle: async (input, { caller }) => {
        const group = store.group(caller, input.logGroupName);
        const name = input.logStreamName ?? '';
        if (!/^[^:*]{1,512}$/.test(name)) throw invalid(`Invalid log stream name: ${name}`);
        if (group.streams.has(name))
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        group.streams.set(name, { name, creationTime: store.kernel.clock.now(), events: [], bytes: 0 });
        return {};
      },
    }),
    operation({
      command: DeleteLogStreamCommand,
      accepts: ['logGroupName', 'logStreamName'],
      authorize: (input, call) => askStream('DeleteLogStream', input.logGroupName, input.logStreamName, call),
      handle: async (input, { caller }) => {
        const group = store.group(caller, input.logGroupName);
        group.streams.delete(streamOf(group, input.logStreamName).name);
        return {};
      },
    }),
    describeStreams(store),
  ];
}

function describeStreams(store: LogStore): AnyOperation {
  return operation({
    command: DescribeLogStreamsCommand,
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamNamePrefix',
      'orderBy',
      'descending',
      'nextToken',
      'limit',
    ],
    authorize: (input, call) => askGroup('DescribeLogStreams', input.logGroupName ?? input.logGroupIdentifier, call),
    handle: async (input, call) => {
      const group = groupNamed(store, call, input.logGroupName, input.logGroupIdentifier);
      if (input.orderBy === 'LastEventTime' && input.logStreamNamePrefix !== undefined)
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      const last = ({ events }: StreamRecord): number => events.at(-1)?.timestamp ?? 0;
      const all = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort((one, other) =>
          input.orderBy === 'LastEventTime' ? last(one) - last(other) : one.name < other.name ? -1 : 1,
        );
      if (input.descending === true) all.reverse();
      const { items, next } = page(all, input.nextToken, input.limit ?? 50);
      return { logStreams: items.map((stream) => describe(group, stream)), nextToken: next };
    },
  });
}

function describe(group: GroupRecord, { name, creationTime, events }: StreamRecord): LogStream {
  const first = events[0];
  const last = events.at(-1);
  return {
    logStreamName: name,
    creationTime,
    arn: `${groupArn(group, group.name)}:log-stream:${name}`,
    storedBytes: 0,
    uploadSequenceToken: String(events.length),
    ...(first === undefined ? {} : { firstEventTimestamp: first.timestamp }),
    ...(last === undefined ? {} : { lastEventTimestamp: last.timestamp, lastIngestionTime: last.ingestionTime }),
  };
}
