import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  type Capability,
  type Change,
  CloudFormationServiceException,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

/** A stack as CloudFormation tells it. */
export interface StackState {
  readonly id: string;
  readonly name: string;
  /** E.g. `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly reason?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** The latest word of a stack about one operation. */
export interface StackOperation {
  /** E.g. `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string;
  /** Its first status, which tells an update that was rolled back from a rollback that was continued. */
  readonly began?: string | undefined;
  /** The first resource that failed, and why; else the stack's own reason. */
  readonly reason?: string | undefined;
}

/** A change set to be made. */
export interface ChangeSetOrder {
  readonly stack: string;
  readonly name: string;
  readonly create: boolean;
  readonly template: TemplateSource;
  /** Name → value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of parameters that keep the value the stack has. */
  readonly keptParameters: readonly string[];
  readonly roleArn: string;
  /** At most 128 characters; the same order with the same token is made once. */
  readonly clientToken: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A template as text (at most 51,200 bytes) or in S3 (at most 1 MB). */
export type TemplateSource = { readonly body: string } | { readonly url: string };

/** A change set that was computed. */
export interface ChangeSet {
  readonly id: string;
  readonly stackId: string;
  readonly status: 'ready' | 'failed';
  /** True when the set failed only because nothing would change. */
  readonly empty: boolean;
  readonly reason?: string | undefined;
  readonly changes: readonly Change[];
}

/** CloudFormation in one target, for one service. */
export interface Stacks {
  /** Undefined when there is no such stack, or it was deleted. @param stack name or id */
  describe(stack: string): Promise<StackState | undefined>;
  resources(stack: string): Promise<readonly StackResource[]>;
  /** How the operation that carries the token stands, by the stack's own events; undefined when none was seen yet. */
  operation(stackId: string, clientToken: string): Promise<StackOperation | undefined>;
  /** The template text; `Processed` has the transforms expanded. With a change set: the one it would bring. */
  template(stack: string, stage: 'Original' | 'Processed', changeSet?: string): Promise<string>;
  /** Makes a change set and waits until it is computed; one of that name which is there already is taken as it is. */
  prepareChangeSet(order: ChangeSetOrder): Promise<ChangeSet>;
  execute(stack: string, changeSet: string, clientToken: string): Promise<void>;
  deleteChangeSet(stack: string, changeSet: string): Promise<void>;
  deleteStack(stack: string, clientToken: string, roleArn: string): Promise<void>;
  continueUpdateRollback(stack: string, clientToken: string, roleArn: string): Promise<void>;
}

/** Waits some milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;

const capabilities: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

export function createStacks(client: CloudFormationClient, pause: Pause): Stacks {
  return {
    describe: async (stack) => {
      const answer = await orAbsent(() => client.send(new DescribeStacksCommand({ StackName: stack })));
      const found = answer?.Stacks?.[0];
      return found === undefined || found.StackStatus === 'DELETE_COMPLETE' ? undefined : stateOf(found);
    },
    resources: (stack) => listResources(client, stack),
    operation: (stackId, clientToken) => readOperation(client, stackId, clientToken),
    template: async (stack, stage, changeSet) => {
      const { TemplateBody } = await client.send(
        new GetTemplateCommand({
          StackName: stack,
          TemplateStage: stage,
          ...(changeSet === undefined ? {} : { ChangeSetName: changeSet }),
        }),
      );
      if (TemplateBody === undefined) throw new Error(`CloudFormation gave no template for ${stack}.`);
      return TemplateBody;
    },
    prepareChangeSet: async (order) => {
      await createUnlessThere(client, order);
      return computed(client, pause, order);
    },
    execute: async (stack, changeSet, clientToken) => {
      await client.send(
        new ExecuteChangeSetCommand({ StackName: stack, ChangeSetName: changeSet, ClientRequestToken: clientToken }),
      );
    },
    deleteChangeSet: async (stack, changeSet) => {
      await orAbsent(() => client.send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: changeSet })));
    },
    deleteStack: async (stack, clientToken, roleArn) => {
      await client.send(
        new DeleteStackCommand({ StackName: stack, ClientRequestToken: clientToken, RoleARN: roleArn }),
      );
    },
    continueUpdateRollback: async (stack, clientToken, roleArn) => {
      await client.send(
        new ContinueUpdateRollbackCommand({ StackName: stack, ClientRequestToken: clientToken, RoleARN: roleArn }),
      );
    },
  };
}

async function createUnlessThere(client: CloudFormationClient, order: ChangeSetOrder): Promise<void> {
  try {
    await client.send(
      new CreateChangeSetCommand({
        StackName: order.stack,
        ChangeSetName: order.name,
        ChangeSetType: order.create ? 'CREATE' : 'UPDATE',
        ...('body' in order.template ? { TemplateBody: order.template.body } : { TemplateURL: order.template.url }),
        Parameters: [
          ...Object.entries(order.parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
          ...order.keptParameters.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
        ],
        Capabilities: capabilities,
        RoleARN: order.roleArn,
        ClientToken: order.clientToken,
        Description: order.description,
        Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } catch (problem) {
    if (!(problem instanceof Error) || problem.name !== 'AlreadyExistsException') throw problem;
  }
}

// There is no event for a change set, so the function waits for it: seconds, never minutes.
async function computed(client: CloudFormationClient, pause: Pause, order: ChangeSetOrder): Promise<ChangeSet> {
  for (let wait = 100; ; wait = Math.min(wait * 1.5, 3000)) {
    const answer = await describeChangeSet(client, order.stack, order.name);
    if (answer.Status === 'CREATE_COMPLETE' || answer.Status === 'FAILED') {
      return {
        id: answer.ChangeSetId ?? order.name,
        stackId: answer.StackId ?? order.stack,
        status: answer.Status === 'FAILED' ? 'failed' : 'ready',
        empty: answer.Status === 'FAILED' && isEmpty(answer.StatusReason ?? ''),
        reason: answer.StatusReason,
        changes: answer.Changes ?? [],
      };
    }
    await pause(wait);
  }
}

function isEmpty(reason: string): boolean {
  return reason.includes("didn't contain changes") || reason.includes('No updates are to be performed');
}

async function describeChangeSet(
  client: CloudFormationClient,
  stack: string,
  name: string,
): Promise<DescribeChangeSetCommandOutput> {
  const input = { StackName: stack, ChangeSetName: name, IncludePropertyValues: true };
  const first = await client.send(new DescribeChangeSetCommand(input));
  const changes = [...(first.Changes ?? [])];
  for (let token = first.NextToken; token !== undefined;) {
    const page = await client.send(new DescribeChangeSetCommand({ ...input, NextToken: token }));
    changes.push(...(page.Changes ?? []));
    token = page.NextToken;
  }
  return { ...first, Changes: changes };
}

async function listResources(client: CloudFormationClient, stack: string): Promise<readonly StackResource[]> {
  const resources: StackResource[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: stack, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const found of page.StackResourceSummaries ?? []) {
      if (found.ResourceStatus === 'DELETE_COMPLETE') continue;
      const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } = found;
      resources.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return resources;
}

const eventPages = 10;

// A stack's status can be stale for a moment after an operation began; its events carry the operation's token.
async function readOperation(
  client: CloudFormationClient,
  stackId: string,
  clientToken: string,
): Promise<StackOperation | undefined> {
  const events: StackEvent[] = [];
  let next: string | undefined;
  for (let page = 0; page < eventPages; page += 1) {
    const input = { StackName: stackId, ...(next === undefined ? {} : { NextToken: next }) };
    const { StackEvents = [], NextToken } = await client.send(new DescribeStackEventsCommand(input));
    const ours = StackEvents.filter(({ ClientRequestToken }) => ClientRequestToken === clientToken);
    events.push(...ours);
    next = NextToken;
    // Newest first: an older operation's events mean that all of this one's were seen.
    if (next === undefined || (events.length > 0 && ours.length < StackEvents.length)) break;
  }
  const own = events.filter(({ PhysicalResourceId }) => PhysicalResourceId === stackId);
  const stack = own[0];
  if (stack?.ResourceStatus === undefined) return undefined;
  const failed = events.findLast(
    ({ ResourceStatus = '', ResourceStatusReason = '' }) =>
      ResourceStatus.endsWith('_FAILED') && !ResourceStatusReason.includes('cancelled'),
  );
  const reason = failed === undefined ? stack.ResourceStatusReason : describeFailure(failed);
  return { status: stack.ResourceStatus, began: own.at(-1)?.ResourceStatus, reason };
}

function describeFailure({ LogicalResourceId, ResourceType, ResourceStatusReason }: StackEvent): string {
  return `${LogicalResourceId ?? ''} (${ResourceType ?? ''}): ${ResourceStatusReason ?? 'no reason given'}`;
}

function stateOf(stack: Stack): StackState {
  return {
    id: stack.StackId ?? '',
    name: stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason,
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  };
}

// CloudFormation says a missing stack or change set as ValidationError with words, or by an exception of its own.
async function orAbsent<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (problem) {
    if (problem instanceof CloudFormationServiceException) {
      if (problem.name === 'ChangeSetNotFoundException' || problem.name === 'ChangeSetNotFound') return undefined;
      if (problem.name === 'ValidationError' && problem.message.includes('does not exist')) return undefined;
    }
    throw problem;
  }
}
