import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  RollbackStackCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { onStack, passRole } from './authorization.ts';
import { changesAnything, planChanges } from './changes.ts';
import { runCreation, runDeletion, runUpdate, type FailureChoice } from './deploy.ts';
import { actor, placeOf, start, type Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { prepare } from './prepare.ts';
import { refuseOptions, type Tokens } from './requests.ts';
import { rollBackCreation, rollBackUpdate } from './rollback.ts';
import type { OnFailure, Stack } from './stack.ts';
import { checkName, checkUpdatable } from './stack-states.ts';

/** The operations that change a stack without a change set. */
export function stackOperations(engine: Engine, tokens: Tokens): readonly AnyOperation[] {
  return [
    createStack(engine, tokens),
    updateStack(engine, tokens),
    deleteStack(engine),
    cancelUpdate(engine),
    continueRollback(engine),
    rollbackStack(engine),
    terminationProtection(engine),
  ];
}

function scopeKey({ caller }: Call): string {
  return `${caller.account} ${caller.region}`;
}

function createStack(engine: Engine, tokens: Tokens): AnyOperation {
  const { stacks } = engine;
  return operation({
    command: CreateStackCommand,
    accepts: ['StackName', 'TemplateBody', 'TemplateURL', 'Parameters', 'DisableRollback', 'RollbackConfiguration', 'NotificationARNs', 'Capabilities', 'RoleARN', 'OnFailure', 'Tags', 'ClientRequestToken', 'EnableTerminationProtection', 'RetainExceptOnCreate', 'DeploymentConfig'], // prettier-ignore
    authorize: (input, call) => [
      onStack(stacks, 'CreateStack', call, input.StackName, templateContext(input)),
      ...passRole(input.RoleARN),
    ],
    handle: (input, call) =>
      tokens.once(scopeKey(call), input.ClientRequestToken, 'CreateStack', input, async () => {
        const { account, region } = call.caller;
        refuseOptions(input);
        const name = checkName(input.StackName);
        if (input.OnFailure !== undefined && input.DisableRollback !== undefined)
          throw validationError('You can specify only one of OnFailure and DisableRollback.');
        stacks.checkFree(account, region, name);
        const draft = stacks.draft(account, region, name);
        const caller = actor(engine, input.RoleARN, call.caller, region);
        const desired = await prepare(engine, draft, input, call.caller, caller);
        planChanges({ desired: undefined, resources: new Map() }, desired, placeOf(draft), engine.providers);
        stacks.add(draft);
        draft.roleArn = input.RoleARN;
        draft.disableRollback = input.DisableRollback === true;
        draft.terminationProtection = input.EnableTerminationProtection === true;
        const choice = failureChoice(input, input.OnFailure);
        start(draft, 'create', input.ClientRequestToken, caller, async (work) => {
          await runCreation(engine, work, desired, choice);
        });
        return { StackId: draft.id };
      }),
  });
}

function updateStack(engine: Engine, tokens: Tokens): AnyOperation {
  const { stacks } = engine;
  return operation({
    command: UpdateStackCommand,
    accepts: ['StackName', 'TemplateBody', 'TemplateURL', 'UsePreviousTemplate', 'Parameters', 'DisableRollback', 'RollbackConfiguration', 'NotificationARNs', 'Capabilities', 'RoleARN', 'Tags', 'ClientRequestToken', 'RetainExceptOnCreate', 'DeploymentConfig'], // prettier-ignore
    authorize: (input, call) => [
      onStack(stacks, 'UpdateStack', call, input.StackName, templateContext(input)),
      ...passRole(input.RoleARN),
    ],
    handle: (input, call) =>
      tokens.once(scopeKey(call), input.ClientRequestToken, 'UpdateStack', input, async () => {
        const { account, region } = call.caller;
        refuseOptions(input);
        const stack = stacks.get(account, region, input.StackName ?? '');
        checkUpdatable(stack);
        const caller = actor(engine, input.RoleARN ?? stack.roleArn, call.caller, region);
        const desired = await prepare(engine, stack, input, call.caller, caller);
        const changes = planChanges(stack, desired, placeOf(stack), engine.providers);
        if (!changesAnything(stack, desired, changes, placeOf(stack)))
          throw validationError('No updates are to be performed.');
        checkUpdatable(stack);
        stack.roleArn = input.RoleARN ?? stack.roleArn;
        stack.disableRollback = input.DisableRollback === true;
        const choice = failureChoice(input, undefined);
        start(stack, 'update', input.ClientRequestToken, caller, async (work) => {
          if (await runUpdate(engine, work, desired, choice)) outdateChangeSets(stack);
        });
        return { StackId: stack.id };
      }),
  });
}

function deleteStack(engine: Engine): AnyOperation {
  const { stacks } = engine;
  return operation({
    command: DeleteStackCommand,
    accepts: ['StackName', 'RetainResources', 'RoleARN', 'ClientRequestToken', 'DeletionMode', 'DeploymentConfig'],
    authorize: (input, call) => [onStack(stacks, 'DeleteStack', call, input.StackName), ...passRole(input.RoleARN)],
    handle: async (input, call) => {
      const { account, region } = call.caller;
      refuseOptions(input);
      const stack = stacks.find(account, region, input.StackName ?? '');
      if (stack === undefined || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
      checkDeletable(stack, input.RetainResources ?? []);
      const caller = actor(engine, input.RoleARN ?? stack.roleArn, call.caller, region);
      stack.roleArn = input.RoleARN ?? stack.roleArn;
      const retained = new Set(input.RetainResources);
      const run = (): void =>
        start(stack, 'delete', input.ClientRequestToken, caller, (work) => runDeletion(engine, work, retained));
      if (stack.operation === undefined) run();
      else {
        stack.operation.deletion = run;
        stack.operation.stopped = 'asked';
      }
      return {};
    },
  });
}

function checkDeletable(stack: Stack, retained: readonly string[]): void {
  if (stack.terminationProtection)
    throw validationError(`Stack [${stack.id}] cannot be deleted while TerminationProtection is enabled`);
  if (stack.operation !== undefined && stack.status !== 'CREATE_IN_PROGRESS')
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
    throw validationError(
      'Invalid operation on stack. RetainResources can be specified only when the stack is in the DELETE_FAILED state',
    );
  const unknown = retained.filter((id) => !stack.resources.has(id));
  if (unknown.length > 0)
    throw validationError(`The following resources to retain do not exist: [${unknown.join(', ')}]`);
}

function cancelUpdate(engine: Engine): AnyOperation {
  return operation({
    command: CancelUpdateStackCommand,
    accepts: ['StackName', 'ClientRequestToken'],
    authorize: (input, call) => onStack(engine.stacks, 'CancelUpdateStack', call, input.StackName),
    handle: async (input, call) => {
      const stack = engine.stacks.get(call.caller.account, call.caller.region, input.StackName ?? '');
      if (stack.status !== 'UPDATE_IN_PROGRESS' || stack.operation === undefined)
        throw validationError(`CancelUpdateStack cannot be called from current stack status`);
      stack.operation.stopped ??= 'asked';
      return {};
    },
  });
}

function continueRollback(engine: Engine): AnyOperation {
  return operation({
    command: ContinueUpdateRollbackCommand,
    accepts: ['StackName', 'RoleARN', 'ResourcesToSkip', 'ClientRequestToken'],
    authorize: (input, call) => [
      onStack(engine.stacks, 'ContinueUpdateRollback', call, input.StackName),
      ...passRole(input.RoleARN),
    ],
    handle: async (input, call) => {
      const stack = engine.stacks.get(call.caller.account, call.caller.region, input.StackName ?? '');
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
        throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`);
      const skip = new Set(input.ResourcesToSkip);
      const wrong = [...skip].filter((id) => stack.resources.get(id)?.status !== 'UPDATE_FAILED');
      if (wrong.length > 0)
        throw validationError(`Resources to skip must be in UPDATE_FAILED state: [${wrong.join(', ')}]`);
      const caller = actor(engine, input.RoleARN ?? stack.roleArn, call.caller, stack.region);
      stack.roleArn = input.RoleARN ?? stack.roleArn;
      start(stack, 'rollback', input.ClientRequestToken, caller, (work) =>
        rollBackUpdate(engine, work, 'User Initiated', skip),
      );
      return {};
    },
  });
}

function rollbackStack(engine: Engine): AnyOperation {
  return operation({
    command: RollbackStackCommand,
    accepts: ['StackName', 'RoleARN', 'ClientRequestToken', 'RetainExceptOnCreate'],
    authorize: (input, call) => [
      onStack(engine.stacks, 'RollbackStack', call, input.StackName),
      ...passRole(input.RoleARN),
    ],
    handle: async (input, call) => {
      const stack = engine.stacks.get(call.caller.account, call.caller.region, input.StackName ?? '');
      const caller = actor(engine, input.RoleARN ?? stack.roleArn, call.caller, stack.region);
      if (stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED')
        throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
      const creating = stack.status === 'CREATE_FAILED';
      start(stack, 'rollback', input.ClientRequestToken, caller, (work) =>
        creating
          ? rollBackCreation(engine, work, 'User Initiated', input.RetainExceptOnCreate === true)
          : rollBackUpdate(engine, work, 'User Initiated'),
      );
      return { StackId: stack.id };
    },
  });
}

function terminationProtection(engine: Engine): AnyOperation {
  return operation({
    command: UpdateTerminationProtectionCommand,
    accepts: ['StackName', 'EnableTerminationProtection'],
    authorize: (input, call) => onStack(engine.stacks, 'UpdateTerminationProtection', call, input.StackName),
    handle: async (input, call) => {
      const stack = engine.stacks.get(call.caller.account, call.caller.region, input.StackName ?? '');
      stack.terminationProtection = input.EnableTerminationProtection === true;
      return { StackId: stack.id };
    },
  });
}

/** Condition keys of requests that carry a template. */
export function templateContext(input: {
  readonly TemplateURL?: string | undefined;
  readonly RoleARN?: string | undefined;
}): Readonly<Record<string, string | undefined>> {
  return { 'cloudformation:TemplateUrl': input.TemplateURL, 'cloudformation:RoleArn': input.RoleARN };
}

/** What a failure leads to, from the several ways of saying it. */
export function failureChoice(
  input: { readonly DisableRollback?: boolean | undefined; readonly RetainExceptOnCreate?: boolean | undefined },
  onFailure: OnFailure | undefined,
): FailureChoice {
  return {
    onFailure: onFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK'),
    retainExceptOnCreate: input.RetainExceptOnCreate === true,
  };
}

function outdateChangeSets(stack: Stack): void {
  for (const changeSet of stack.changeSets) {
    changeSet.execution = 'OBSOLETE';
  }
}
