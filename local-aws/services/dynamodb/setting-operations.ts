import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { recordOf, tableName, type Realms, type TableRecord } from './tables.ts';
import { onTable } from './table-operations.ts';

/** Time to live and continuous backups (kept and shown, nothing expires and nothing is restored) and tags. */
export function settingOperations(realms: Realms): AnyOperation[] {
  const record = (nameOrArn: string | undefined, caller: Caller): TableRecord =>
    recordOf(realms.caller(caller), tableName(nameOrArn, caller));
  return [
    operation({
      command: UpdateTimeToLiveCommand,
      accepts: ['TableName', 'TimeToLiveSpecification'],
      authorize: onTable('dynamodb:UpdateTimeToLive'),
      handle: async (input, { caller }) => {
        const table = record(input.TableName, caller);
        const { AttributeName, Enabled } = input.TimeToLiveSpecification ?? {};
        const now = table.timeToLive.TimeToLiveStatus === 'ENABLED';
        if (now === Enabled)
          throw new AwsError('ValidationException', `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
        table.timeToLive = Enabled ? { TimeToLiveStatus: 'ENABLED', AttributeName } : { TimeToLiveStatus: 'DISABLED' };
        return { TimeToLiveSpecification: { AttributeName, Enabled } };
      },
    }),
    operation({
      command: DescribeTimeToLiveCommand,
      accepts: ['TableName'],
      authorize: onTable('dynamodb:DescribeTimeToLive'),
      handle: async (input, { caller }) => ({ TimeToLiveDescription: record(input.TableName, caller).timeToLive }),
    }),
    operation({
      command: UpdateContinuousBackupsCommand,
      accepts: ['TableName', 'PointInTimeRecoverySpecification'],
      authorize: onTable('dynamodb:UpdateContinuousBackups'),
      handle: async (input, { caller }) => {
        const table = record(input.TableName, caller);
        const wanted = input.PointInTimeRecoverySpecification;
        onlyMembers(wanted, ['PointInTimeRecoveryEnabled', 'RecoveryPeriodInDays'], 'PointInTimeRecoverySpecification');
        const now = realms.kernel.clock.date();
        table.backups = {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription:
            wanted?.PointInTimeRecoveryEnabled === true
              ? {
                  PointInTimeRecoveryStatus: 'ENABLED',
                  RecoveryPeriodInDays: wanted.RecoveryPeriodInDays ?? 35,
                  EarliestRestorableDateTime: now,
                  LatestRestorableDateTime: now,
                }
              : { PointInTimeRecoveryStatus: 'DISABLED' },
        };
        return { ContinuousBackupsDescription: table.backups };
      },
    }),
    operation({
      command: DescribeContinuousBackupsCommand,
      accepts: ['TableName'],
      authorize: onTable('dynamodb:DescribeContinuousBackups'),
      handle: async (input, { caller }) => ({ ContinuousBackupsDescription: record(input.TableName, caller).backups }),
    }),
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceArn', 'Tags'],
      authorize: ({ ResourceArn }) => ({ action: 'dynamodb:TagResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => {
        const { tags } = record(input.ResourceArn, caller);
        for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceArn', 'TagKeys'],
      authorize: ({ ResourceArn }) => ({ action: 'dynamodb:UntagResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => {
        const { tags } = record(input.ResourceArn, caller);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsOfResourceCommand,
      accepts: ['ResourceArn'],
      authorize: ({ ResourceArn }) => ({ action: 'dynamodb:ListTagsOfResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => ({
        Tags: [...record(input.ResourceArn, caller).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
