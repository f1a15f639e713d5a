import {
  type CloudFormationClient,
  CloudFormationServiceException,
  ContinueUpdateRollbackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { isRefusal, prepareChangeSet } from './change-sets.ts';
import { readFirstFailure, readOperation } from './stack-events.ts';
import type { ChangeSet, ChangeSetOrder, NotNow, Pause, StackOperation, StackResource, StackState } from './stack.ts';

/** CloudFormation in one target, for one service. */
export interface Stacks {
  /** Undefined when there is no such stack, or it was deleted. @param stack name or id */
  describe(stack: string): Promise<StackState | undefined>;
  /** Empty when the stack does not exist. */
  resources(stack: string): Promise<readonly StackResource[]>;
  /** The state of the operation that carries the token, from the stack's events; undefined when it has none yet. */
  operation(stackId: string, clientToken: string): Promise<StackOperation | undefined>;
  /** Why the stack's latest operation failed: its first resource that failed, with its reason. */
  failure(stackId: string): Promise<string | undefined>;
  /** The template text; `Processed` has the transforms expanded. With a change set: its template. */
  template(stack: string, stage: 'Original' | 'Processed', changeSet?: string): Promise<string>;
  /**
   * Makes a change set and waits until it is computed. An existing one of that name is reused if it can be executed, else made
   * again.
   */
  prepareChangeSet(order: ChangeSetOrder): Promise<ChangeSet | NotNow>;
  /**
   * A change that is undone leaves nothing behind that it made. Undefined when the change started; else why it cannot: the stack was
   * changed or deleted since, or is being changed.
   */
  execute(stack: string, changeSet: string, clientToken: string): Promise<string | undefined>;
  /** True when its execution started, and when the change set no longer exists. */
  wasExecuted(stack: string, changeSet: string): Promise<boolean>;
  deleteChangeSet(stack: string, changeSet: string): Promise<void>;
  /** The same where others may be at the stack. Undefined when it is gone; else why it cannot be deleted now: it is being computed, or the stack changed. */
  clearChangeSet(stack: string, changeSet: string): Promise<string | undefined>;
  /** Names of the change sets that a stack has and that were not executed, whoever made them; none of a stack that does not exist. */
  changeSets(stack: string): Promise<readonly string[]>;
  /** Undefined when the deletion started; else why it cannot now: the stack is being changed. */
  deleteStack(stack: string, clientToken: string, roleArn: string): Promise<string | undefined>;
  /**
   * Undefined when the rollback continues; else why it cannot now: the stack is being changed, or somebody else has continued it.
   * @param skip logical ids of resources that are left as they are: only such as could not be rolled back
   */
  continueUpdateRollback(
    stack: string,
    clientToken: string,
    roleArn: string,
    skip?: readonly string[],
  ): Promise<string | undefined>;
}

export function createStacks(client: CloudFormationClient, pause: Pause): Stacks {
  return {
    describe: async (stack) => {
      const answer = await orAbsent(() => client.send(new DescribeStacksCommand({ StackName: stack })));
      const found = answer?.Stacks?.[0];
      return found === undefined || found.StackStatus === 'DELETE_COMPLETE' ? undefined : stateOf(found);
    },
    resources: async (stack) => (await orAbsent(() => listResources(client, stack))) ?? [],
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
    failure: (stackId) => readFirstFailure(client, stackId),
    prepareChangeSet: (order) => prepareChangeSet(client, pause, order),
    execute: async (stack, changeSet, clientToken) => {
      const input = {
        ...{ StackName: stack, ChangeSetName: changeSet, ClientRequestToken: clientToken },
        // What is new and was never used goes when the change is undone, even where the template retains it: left behind, it would
        // keep its name from the next attempt.
        RetainExceptOnCreate: true,
      };
      try {
        await client.send(new ExecuteChangeSetCommand(input));
        return undefined;
      } catch (problem) {
        if (!isRefusal(problem)) throw problem;
        return problem.message;
      }
    },
    wasExecuted: async (stack, changeSet) => {
      const input = { StackName: stack, ChangeSetName: changeSet };
      const known = await orAbsent(() => client.send(new DescribeChangeSetCommand(input)));
      return known?.ExecutionStatus?.startsWith('EXECUTE_') ?? true;
    },
    deleteChangeSet: async (stack, changeSet) => {
      await orAbsent(() => client.send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: changeSet })));
    },
    clearChangeSet: async (stack, changeSet) => {
      try {
        await orAbsent(() => client.send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: changeSet })));
        return undefined;
      } catch (problem) {
        if (!isRefusal(problem) || !problem.name.startsWith('InvalidChangeSetStatus')) throw problem;
        return problem.message;
      }
    },
    changeSets: async (stack) => (await orAbsent(() => listChangeSets(client, stack))) ?? [],
    deleteStack: async (stack, clientToken, roleArn) => {
      const command = { StackName: stack, ClientRequestToken: clientToken, RoleARN: roleArn };
      return unlessInOtherState(() => client.send(new DeleteStackCommand(command)));
    },
    continueUpdateRollback: async (stack, clientToken, roleArn, skip = []) => {
      const command = {
        ...{ StackName: stack, ClientRequestToken: clientToken, RoleARN: roleArn },
        ...(skip.length === 0 ? {} : { ResourcesToSkip: [...skip] }),
      };
      return unlessInOtherState(() => client.send(new ContinueUpdateRollbackCommand(command)));
    },
  };
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
      const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '', ResourceStatus = '' } = found;
      const named = { logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType };
      resources.push({ ...named, status: ResourceStatus });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return resources;
}

async function listChangeSets(client: CloudFormationClient, stack: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListChangeSetsCommand({ StackName: stack, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    names.push(...(page.Summaries ?? []).map(({ ChangeSetName = '' }) => ChangeSetName));
    token = page.NextToken;
  } while (token !== undefined);
  return names;
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
    resolved: Object.fromEntries(
      (stack.Parameters ?? []).flatMap(({ ParameterKey = '', ResolvedValue }) =>
        ResolvedValue === undefined ? [] : [[ParameterKey, ResolvedValue]],
      ),
    ),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** Error texts that AWS does not document but has used for years. @returns why not now, where the stack's state is the reason */
async function unlessInOtherState(send: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await send();
    return undefined;
  } catch (problem) {
    if (!isRefusal(problem) || !/is in \w+ state|while in status \w+/.test(problem.message)) throw problem;
    return problem.message;
  }
}

// CloudFormation reports a missing stack or change set as a ValidationError with a message, or by an exception of its own.
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
