import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { askGroup, groupArn, groupNamed, invalid, page, type GroupRecord, type LogStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupOperations(store: LogStore): AnyOperation[] {
  return [create(store), remove(store), describeGroups(store), ...retention(store), ...keys(store), ...tags(store)];
}

function create(store: LogStore): AnyOperation {
  return operation({
    command: CreateLogGroupCommand,
    accepts: ['logGroupName', 'kmsKeyId', 'tags', 'logGroupClass'],
    authorize: (input, call) => [
      askGroup('CreateLogGroup', input.logGroupName, call),
      ...(input.tags === undefined ? [] : [askGroup('TagResource', input.logGroupName, call)]),
    ],
    handle: async (input, { caller }) => {
      const name = input.logGroupName ?? '';
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalid(`Invalid log group name: ${name}`);
      if (input.logGroupClass !== undefined && input.logGroupClass !== 'STANDARD')
        throw invalid(`The local AWS keeps log groups of the class STANDARD only, not ${input.logGroupClass}.`);
      if (store.find(caller, name) !== undefined)
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      store.add({
        account: caller.account,
        region: caller.region,
        name,
        creationTime: store.kernel.clock.now(),
        streams: new Map(),
        retentionInDays: undefined,
        kmsKeyId: input.kmsKeyId,
        tags: { ...input.tags },
      });
      return {};
    },
  });
}

function remove(store: LogStore): AnyOperation {
  return operation({
    command: DeleteLogGroupCommand,
    accepts: ['logGroupName'],
    authorize: (input, call) => askGroup('DeleteLogGroup', input.logGroupName, call),
    handle: async (input, { caller }) => {
      store.remove(store.group(caller, input.logGroupName));
      return {};
    },
  });
}

function describeGroups(store: LogStore): AnyOperation {
  return operation({
    command: DescribeLogGroupsCommand,
    accepts: ['logGroupNamePrefix', 'logGroupNamePattern', 'nextToken', 'limit'],
    authorize: (_, { caller }) => ({ action: 'logs:DescribeLogGroups', resource: `${groupArn(caller, '')}:*` }),
    handle: async (input, { caller }) => {
      const all = store
        .list(caller)
        .filter(
          ({ name }) =>
            name.startsWith(input.logGroupNamePrefix ?? '') &&
            name.toLowerCase().includes((input.logGroupNamePattern ?? '').toLowerCase()),
        );
      const { items, next } = page(all, input.nextToken, input.limit ?? 50);
      return { logGroups: items.map(describe), nextToken: next };
    },
  });
}

function describe(group: GroupRecord): LogGroup {
  const arn = groupArn(group, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: [...group.streams.values()].reduce((total, { bytes }) => total + bytes, 0),
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
  };
}

function retention(store: LogStore): AnyOperation[] {
  return [
    operation({
      command: PutRetentionPolicyCommand,
      accepts: ['logGroupName', 'retentionInDays'],
      authorize: (input, call) => askGroup('PutRetentionPolicy', input.logGroupName, call),
      handle: async (input, { caller }) => {
        const group = store.group(caller, input.logGroupName);
        if (!RETENTIONS.includes(input.retentionInDays ?? 0))
          throw invalid(`Invalid value for retentionInDays: ${input.retentionInDays}`);
        group.retentionInDays = input.retentionInDays;
        return {};
      },
    }),
    operation({
      command: DeleteRetentionPolicyCommand,
      accepts: ['logGroupName'],
      authorize: (input, call) => askGroup('DeleteRetentionPolicy', input.logGroupName, call),
      handle: async (input, { caller }) => {
        store.group(caller, input.logGroupName).retentionInDays = undefined;
        return {};
      },
    }),
  ];
}

function keys(store: LogStore): AnyOperation[] {
  return [
    operation({
      command: AssociateKmsKeyCommand,
      accepts: ['logGroupName', 'kmsKeyId'],
      authorize: (input, call) => askGroup('AssociateKmsKey', input.logGroupName, call),
      handle: async (input, { caller }) => {
        store.group(caller, input.logGroupName).kmsKeyId = input.kmsKeyId;
        return {};
      },
    }),
    operation({
      command: DisassociateKmsKeyCommand,
      accepts: ['logGroupName'],
      authorize: (input, call) => askGroup('DisassociateKmsKey', input.logGroupName, call),
      handle: async (input, { caller }) => {
        store.group(caller, input.logGroupName).kmsKeyId = undefined;
        return {};
      },
    }),
  ];
}

function tags(store: LogStore): AnyOperation[] {
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['resourceArn', 'tags'],
      authorize: (input, call) => askGroup('TagResource', input.resourceArn, call),
      handle: async (input, call) => {
        const group = groupNamed(store, call, input.resourceArn);
        group.tags = { ...group.tags, ...input.tags };
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['resourceArn', 'tagKeys'],
      authorize: (input, call) => askGroup('UntagResource', input.resourceArn, call),
      handle: async (input, call) => {
        const group = groupNamed(store, call, input.resourceArn);
        const gone = new Set(input.tagKeys);
        group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !gone.has(key)));
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['resourceArn'],
      authorize: (input, call) => askGroup('ListTagsForResource', input.resourceArn, call),
      handle: async (input, call) => ({ tags: { ...groupNamed(store, call, input.resourceArn).tags } }),
    }),
  ];
}
