import {
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListExportsCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  type Stack as StackAnswer,
} from '@aws-sdk/client-cloudformation';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onAll, onStack } from './authorization.ts';
import { capabilitiesOf } from './describe-change-sets.ts';
import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { page } from './pages.ts';
import { shownParameters } from './shown.ts';
import type { ResourceRecord, Stack, StackEventRecord } from './stack.ts';

/** The operations that read stacks, their resources, events and exports. */
export function stackQueries(engine: Engine): readonly AnyOperation[] {
  return [
    describeStacks(engine),
    listStacks(engine),
    describeEvents(engine),
    describeResource(engine),
    describeResources(engine),
    listResources(engine),
    listExports(engine),
    listImports(engine),
  ];
}

/** The stack, missed in the words that most reading operations use. */
export function findStack(engine: Engine, { account, region }: Caller, name: string | undefined): Stack {
  const stack = engine.stacks.find(account, region, name ?? '');
  if (stack === undefined) throw validationError(`Stack with id ${name ?? ''} does not exist`);
  return stack;
}

function describeStacks(engine: Engine): AnyOperation {
  return operation({
    command: DescribeStacksCommand,
    accepts: ['StackName', 'NextToken'],
    authorize: (input, call) => onStack(engine.stacks, 'DescribeStacks', call, input.StackName),
    handle: async ({ StackName, NextToken }, { caller }) => {
      if (StackName !== undefined) return { Stacks: [stackAnswer(findStack(engine, caller, StackName))] };
      const living = engine.stacks
        .in(caller.account, caller.region)
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .toReversed();
      const { items, next } = page(living, NextToken);
      return { Stacks: items.map(stackAnswer), NextToken: next };
    },
  });
}

function stackAnswer(stack: Stack): StackAnswer {
  const { desired } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: desired?.template.description,
    Parameters: desired === undefined ? [] : shownParameters(desired),
    CreationTime: new Date(stack.createdAt),
    ...times(stack),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [],
    Capabilities: capabilitiesOf(desired?.capabilities ?? []),
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    RoleARN: stack.roleArn,
    Tags: (desired?.tags ?? []).map((tag) => ({ ...tag })),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function times(stack: Stack): { LastUpdatedTime?: Date; DeletionTime?: Date } {
  return {
    ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
  };
}

function listStacks(engine: Engine): AnyOperation {
  return operation({
    command: ListStacksCommand,
    accepts: ['NextToken', 'StackStatusFilter'],
    authorize: () => onAll('ListStacks'),
    handle: async ({ NextToken, StackStatusFilter }, { caller }) => {
      const wanted = StackStatusFilter ?? [];
      const stacks = engine.stacks
        .in(caller.account, caller.region)
        .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
        .toReversed();
      const { items, next } = page(stacks, NextToken);
      return {
        StackSummaries: items.map((stack) => ({
          StackId: stack.id,
          StackName: stack.name,
          TemplateDescription: stack.desired?.template.description,
          CreationTime: new Date(stack.createdAt),
          ...times(stack),
          StackStatus: stack.status,
          StackStatusReason: stack.reason,
          DriftInformation: { StackDriftStatus: 'NOT_CHECKED' as const },
        })),
        NextToken: next,
      };
    },
  });
}

function describeEvents(engine: Engine): AnyOperation {
  return operation({
    command: DescribeStackEventsCommand,
    accepts: ['StackName', 'NextToken'],
    authorize: (input, call) => onStack(engine.stacks, 'DescribeStackEvents', call, input.StackName),
    handle: async ({ StackName, NextToken }, { caller }) => {
      const stack = engine.stacks.get(caller.account, caller.region, StackName ?? '');
      // Newest first; a token counts from the oldest, so that events which come meanwhile shift nothing.
      const end = NextToken === undefined ? stack.events.length : Number(NextToken);
      const begin = Math.max(0, end - 100);
      return {
        StackEvents: stack.events
          .slice(begin, end)
          .toReversed()
          .map((event) => eventAnswer(stack, event)),
        NextToken: begin === 0 ? undefined : String(begin),
      };
    },
  });
}

function eventAnswer(stack: Stack, event: StackEventRecord) {
  return {
    StackId: stack.id,
    EventId: event.id,
    StackName: stack.name,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.token,
  };
}

function describeResource(engine: Engine): AnyOperation {
  return operation({
    command: DescribeStackResourceCommand,
    accepts: ['StackName', 'LogicalResourceId'],
    authorize: (input, call) => onStack(engine.stacks, 'DescribeStackResource', call, input.StackName),
    handle: async ({ StackName, LogicalResourceId }, { caller }) => {
      const stack = engine.stacks.get(caller.account, caller.region, StackName ?? '');
      const record = stack.resources.get(LogicalResourceId ?? '');
      if (record === undefined)
        throw validationError(`Resource ${LogicalResourceId ?? ''} does not exist for stack ${stack.name}`);
      const metadata = record.definition.Metadata;
      return {
        StackResourceDetail: {
          StackId: stack.id,
          StackName: stack.name,
          ...summary(record),
          Metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
        },
      };
    },
  });
}

function describeResources(engine: Engine): AnyOperation {
  return operation({
    command: DescribeStackResourcesCommand,
    accepts: ['StackName', 'LogicalResourceId', 'PhysicalResourceId'],
    authorize: (input, call) => onStack(engine.stacks, 'DescribeStackResources', call, input.StackName),
    handle: async ({ StackName, LogicalResourceId, PhysicalResourceId }, { caller }) => {
      const stack =
        StackName === undefined
          ? owner(engine, caller, PhysicalResourceId ?? '')
          : findStack(engine, caller, StackName);
      const records = [...stack.resources.values()].filter(
        ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
      );
      return {
        StackResources: records.map((record) => {
          const { LastUpdatedTimestamp: Timestamp, ...rest } = summary(record);
          return { StackId: stack.id, StackName: stack.name, Timestamp, ...rest };
        }),
      };
    },
  });
}

function owner(engine: Engine, { account, region }: Caller, physicalId: string): Stack {
  const found = engine.stacks
    .in(account, region)
    .find((stack) => [...stack.resources.values()].some((record) => record.physicalId === physicalId));
  if (found === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
  return found;
}

function listResources(engine: Engine): AnyOperation {
  return operation({
    command: ListStackResourcesCommand,
    accepts: ['StackName', 'NextToken'],
    authorize: (input, call) => onStack(engine.stacks, 'ListStackResources', call, input.StackName),
    handle: async ({ StackName, NextToken }, { caller }) => {
      const { items, next } = page([...findStack(engine, caller, StackName).resources.values()], NextToken);
      return { StackResourceSummaries: items.map(summary), NextToken: next };
    },
  });
}

function summary(record: ResourceRecord) {
  return {
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: record.physicalId,
    ResourceType: record.type,
    LastUpdatedTimestamp: new Date(record.at),
    ResourceStatus: record.status,
    ResourceStatusReason: record.reason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
  };
}

function listExports(engine: Engine): AnyOperation {
  return operation({
    command: ListExportsCommand,
    accepts: ['NextToken'],
    authorize: () => onAll('ListExports'),
    handle: async ({ NextToken }, { caller }) => {
      const { items, next } = page([...engine.stacks.exports(caller.account, caller.region)], NextToken);
      return {
        Exports: items.map(([Name, { value, stack }]) => ({ ExportingStackId: stack.id, Name, Value: value })),
        NextToken: next,
      };
    },
  });
}

function listImports(engine: Engine): AnyOperation {
  return operation({
    command: ListImportsCommand,
    accepts: ['ExportName', 'NextToken'],
    authorize: () => onAll('ListImports'),
    handle: async ({ ExportName = '', NextToken }, { caller }) => {
      const users = engine.stacks
        .in(caller.account, caller.region)
        .filter(({ status, desired }) => status !== 'DELETE_COMPLETE' && desired?.imports.has(ExportName));
      if (users.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
      const { items, next } = page(users, NextToken);
      return { Imports: items.map(({ name }) => name), NextToken: next };
    },
  });
}
