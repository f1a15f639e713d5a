/**
 * AWS::Scheduler::Schedule, ScheduleGroup.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Scheduler.html
 */
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleGroupCommand,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';

const GONE = 'ResourceNotFoundException';
const scheduleSchema = z.object({
  Name: z.string().optional(),
  GroupName: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  StartDate: z.coerce.date().optional(),
  EndDate: z.coerce.date().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.coerce.number().optional(),
  }),
  // What a target has beyond these is refused by the service, by name.
  Target: z.looseObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: z.coerce.number().optional(),
        MaximumEventAgeInSeconds: z.coerce.number().optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  }),
});

function inputFor(Name: string, properties: Properties): CreateScheduleCommandInput {
  return { ...scheduleSchema.parse(properties), Name };
}

function scheduleState(name: string, properties: Properties, { account, region }: ResourceContext): ResourceState {
  const group = scheduleSchema.parse(properties).GroupName ?? 'default';
  return {
    physicalId: name,
    attributes: { Arn: `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}` },
  };
}

const schedule: ResourceProvider = {
  type: 'AWS::Scheduler::Schedule',
  properties: Object.keys(scheduleSchema.shape),
  // Another group is no replacement either: UpdateSchedule looks for the schedule there, and the update fails.
  createOnly: ['Name'],
  attributes: ['Arn'],
  create: async (properties, context) => {
    const name = scheduleSchema.parse(properties).Name ?? context.name(64);
    await context.kernel.send(context.caller, new CreateScheduleCommand(inputFor(name, properties)));
    return scheduleState(name, properties, context);
  },
  update: async (name, properties, _, context) => {
    await context.kernel.send(context.caller, new UpdateScheduleCommand(inputFor(name, properties)));
    return scheduleState(name, properties, context);
  },
  delete: async (Name, properties, { kernel, caller }) => {
    const { GroupName } = scheduleSchema.parse(properties);
    await unlessGone(kernel.send(caller, new DeleteScheduleCommand({ Name, GroupName })), GONE);
  },
};

const groupSchema = z.object({ Name: z.string().optional() });

const scheduleGroup: ResourceProvider = {
  type: 'AWS::Scheduler::ScheduleGroup',
  properties: Object.keys(groupSchema.shape),
  createOnly: ['Name'],
  attributes: ['Arn', 'CreationDate', 'LastModificationDate', 'State'],
  create: async (properties, context) => {
    const name = groupSchema.parse(properties).Name ?? context.name(64);
    await context.kernel.send(context.caller, new CreateScheduleGroupCommand({ Name: name }));
    return groupState(name, context);
  },
  update: (name, _, __, context) => groupState(name, context),
  delete: async (Name, _, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteScheduleGroupCommand({ Name })), GONE);
  },
};

async function groupState(Name: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  const { Arn, State, CreationDate, LastModificationDate } = await kernel.send(
    caller,
    new GetScheduleGroupCommand({ Name }),
  );
  return {
    physicalId: Name,
    attributes: {
      Arn,
      State,
      CreationDate: CreationDate?.toISOString(),
      LastModificationDate: LastModificationDate?.toISOString(),
    },
  };
}

export const schedulerResources: ResourceProvider[] = [schedule, scheduleGroup];
