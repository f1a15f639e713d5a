import {
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  type ScheduleGroupSummary,
} from '@aws-sdk/client-scheduler';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { groupArn, type Group, type Groups } from './groups.ts';
import { required, validation, type Named } from './requests.ts';
import type { Timetable } from './timetable.ts';

export function groupOperations(groups: Groups, timetable: Timetable): AnyOperation[] {
  const asks =
    (action: string) =>
    ({ Name: name = '' }: Named, { caller }: Call): Authorization => ({
      action: `scheduler:${action}`,
      resource: groupArn(caller.account, caller.region, name),
    });
  return [
    operation({
      command: CreateScheduleGroupCommand,
      accepts: ['Name', 'ClientToken'],
      authorize: asks('CreateScheduleGroup'),
      handle: async (input, { caller }) => {
        const name = required(input.Name, 'name');
        if (groups.find(caller.account, caller.region, name) !== undefined)
          throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409);
        return { ScheduleGroupArn: groups.create(caller.account, caller.region, name).arn };
      },
    }),
    operation({
      command: GetScheduleGroupCommand,
      accepts: ['Name'],
      authorize: asks('GetScheduleGroup'),
      handle: async (input, call) => groupShape(groups.of(call, required(input.Name, 'name'))),
    }),
    operation({
      command: DeleteScheduleGroupCommand,
      accepts: ['Name', 'ClientToken'],
      authorize: asks('DeleteScheduleGroup'),
      handle: async (input, call) => {
        const group = groups.of(call, required(input.Name, 'name'));
        if (group.name === 'default') throw validation('The default schedule group cannot be deleted.');
        for (const { arn } of group.schedules.values()) timetable.disarm(arn);
        groups.delete(group);
        return {};
      },
    }),
    operation({
      command: ListScheduleGroupsCommand,
      accepts: ['NamePrefix'],
      authorize: (_, call) => asks('ListScheduleGroups')({ Name: '*' }, call),
      handle: async (input, call) => ({
        ScheduleGroups: groups
          .list(call)
          .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
          .map(groupShape),
      }),
    }),
  ];
}

function groupShape({ arn, name, createdAt }: Group): ScheduleGroupSummary {
  return { Arn: arn, Name: name, State: 'ACTIVE', CreationDate: createdAt, LastModificationDate: createdAt };
}
