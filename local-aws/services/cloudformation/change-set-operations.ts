import { randomUUID } from 'node:crypto';
import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  ExecuteChangeSetCommand,
  type CreateChangeSetCommandInput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { onChangeSet, onStack, passRole } from './authorization.ts';
import { currentChangeSet, findChangeSet, getChangeSet } from './change-sets.ts';
import { changesAnything, planChanges } from './changes.ts';
import { runCreation, runUpdate } from './deploy.ts';
import { actor, PACE, placeOf, start, type Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { type Existing, findExisting, requireImportable } from './imports.ts';
import { prepareChangeSet } from './prepare.ts';
import { refuseOptions, type Tokens } from './requests.ts';
import { failureChoice, templateContext } from './stack-operations.ts';
import type { ChangeSet, Imports, Stack } from './stack.ts';
import { checkName, checkUpdatable } from './stack-states.ts';
import { remarkOnChanges } from './recorded/remark.ts';
import { validateEarly } from './specification/check-properties.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html */
export function changeSetOperations(engine: Engine, tokens: Tokens): readonly AnyOperation[] {
  return [createChangeSet(engine, tokens), executeChangeSet(engine, tokens), deleteChangeSet(engine)];
}

/** AWS's own words for a change set that would change nothing. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

function createChangeSet(engine: Engine, tokens: Tokens): AnyOperation {
  return operation({
    command: CreateChangeSetCommand,
    accepts: ['StackName', 'TemplateBody', 'TemplateURL', 'UsePreviousTemplate', 'Parameters', 'Capabilities', 'RoleARN', 'RollbackConfiguration', 'NotificationARNs', 'Tags', 'ChangeSetName', 'ClientToken', 'Description', 'ChangeSetType', 'IncludeNestedStacks', 'OnStackFailure', 'ImportExistingResources', 'DeploymentConfig'], // prettier-ignore
    authorize: (input, call) => [
      onStack(engine.stacks, 'CreateChangeSet', call, input.StackName, {
        ...templateContext(input),
        'cloudformation:ChangeSetName': input.ChangeSetName,
      }),
      ...passRole(input.RoleARN),
    ],
    handle: (input, call) =>
      tokens.once(`${call.caller.account} ${call.caller.region}`, input.ClientToken, 'CreateChangeSet', input, () =>
        draw(engine, input, call),
      ),
  });
}

async function draw(
  engine: Engine,
  input: CreateChangeSetCommandInput,
  call: Call,
): Promise<{ readonly Id: string; readonly StackId: string }> {
  refuseOptions(input);
  const kind = input.ChangeSetType ?? 'UPDATE';
  if (kind === 'IMPORT') throw new NotImplemented('change sets of the type IMPORT');
  const name = input.ChangeSetName ?? '';
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint`,
    );
  const stack = kind === 'CREATE' ? stackToCreate(engine, input, call) : stackToUpdate(engine, input, call);
  const free = (): void => {
    if (currentChangeSet(stack, name) !== undefined)
      throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists for stack ${stack.id}`);
  };
  free();
  const caller = actor(engine, input.RoleARN ?? stack.roleArn, call.caller, stack.region);
  const { desired, problem } = await prepareChangeSet(engine, stack, input, call.caller, caller);
  const importExisting = input.ImportExistingResources === true;
  const found = await lookFor(importExisting || problem !== undefined, () => {
    if (problem !== undefined) throw problem;
    return findExisting(engine, stack, desired, caller);
  });
  free();
  const changeSet: ChangeSet = {
    id: `arn:aws:cloudformation:${stack.region}:${stack.account}:changeSet/${name}/${randomUUID()}`,
    name,
    kind,
    description: input.Description,
    createdAt: engine.kernel.clock.now(),
    desired,
    roleArn: input.RoleARN,
    onStackFailure: input.OnStackFailure,
    token: input.ClientToken,
    importExisting,
    status: 'CREATE_PENDING',
    reason: undefined,
    execution: 'UNAVAILABLE',
    changes: [],
  };
  if (kind === 'CREATE' && engine.stacks.find(stack.account, stack.region, stack.id) === undefined) {
    engine.stacks.add(stack);
    engine.stacks.setStatus(stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  stack.changeSets.push(changeSet);
  engine.kernel.clock.after(PACE.changeSet / 2, () => compare(engine, stack, changeSet, found), `change set ${name}`);
  return { Id: changeSet.id, StackId: stack.id };
}

/** What a look for existing resources has found; what it was refused is the change set's failure, not the request's. */
type Found = () => readonly Existing[];

async function lookFor(
  wanted: boolean,
  find: () => readonly Existing[] | Promise<readonly Existing[]>,
): Promise<Found> {
  if (!wanted) return () => [];
  try {
    const existing = await find();
    return () => existing;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return () => {
      throw error;
    };
  }
}

function stackToCreate(engine: Engine, input: CreateChangeSetCommandInput, { caller }: Call): Stack {
  const name = input.StackName ?? '';
  const existing = engine.stacks.find(caller.account, caller.region, name);
  if (existing === undefined) return engine.stacks.draft(caller.account, caller.region, checkName(name));
  if (existing.status !== 'REVIEW_IN_PROGRESS')
    throw validationError(
      `Stack [${name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName ?? ''}].`,
    );
  return existing;
}

function stackToUpdate(engine: Engine, input: CreateChangeSetCommandInput, { caller }: Call): Stack {
  const stack = engine.stacks.get(caller.account, caller.region, input.StackName ?? '');
  checkUpdatable(stack);
  return stack;
}

/** Draws up the changes, once a little time has passed. */
function compare(engine: Engine, stack: Stack, changeSet: ChangeSet, found: Found): void {
  if (changeSet.status !== 'CREATE_PENDING') return;
  changeSet.status = 'CREATE_IN_PROGRESS';
  engine.kernel.clock.after(
    PACE.changeSet / 2,
    () => planChangeSet(engine, stack, changeSet, found),
    `change set ${changeSet.name}`,
  );
}

function planChangeSet(engine: Engine, stack: Stack, changeSet: ChangeSet, found: Found): void {
  if (changeSet.status !== 'CREATE_IN_PROGRESS') return;
  try {
    const place = placeOf(stack);
    const existing = found();
    requireImportable(engine, stack, existing);
    const imports = new Map(existing.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
    changeSet.changes = planChanges(stack, changeSet.desired, place, engine.providers, imports);
    if (!changesAnything(stack, changeSet.desired, changeSet.changes, place)) throw validationError(NO_CHANGES);
    validateEarly(changeSet.changes, engine.providers);
    changeSet.status = 'CREATE_COMPLETE';
    changeSet.reason = remarkOnChanges(changeSet.changes, engine.providers);
    changeSet.execution = 'AVAILABLE';
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    changeSet.status = 'FAILED';
    changeSet.reason = error.message;
  }
}

function executeChangeSet(engine: Engine, tokens: Tokens): AnyOperation {
  return operation({
    command: ExecuteChangeSetCommand,
    accepts: ['ChangeSetName', 'StackName', 'ClientRequestToken', 'DisableRollback', 'RetainExceptOnCreate'],
    authorize: (input, call) => onChangeSet(engine.stacks, 'ExecuteChangeSet', call, input),
    handle: (input, call) =>
      tokens.once(
        `${call.caller.account} ${call.caller.region}`,
        input.ClientRequestToken,
        'ExecuteChangeSet',
        input,
        async () => {
          const { stack, changeSet } = getChangeSet(engine.stacks, call, input);
          if (changeSet.status !== 'CREATE_COMPLETE' || changeSet.execution !== 'AVAILABLE')
            throw new AwsError(
              'InvalidChangeSetStatus',
              `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status === 'CREATE_COMPLETE' ? changeSet.execution : changeSet.status}]`,
            );
          if (changeSet.kind === 'UPDATE') checkUpdatable(stack);
          execute(engine, stack, changeSet, input, call);
          return {};
        },
      ),
  });
}

function execute(
  engine: Engine,
  stack: Stack,
  changeSet: ChangeSet,
  input: {
    readonly ClientRequestToken?: string | undefined;
    readonly DisableRollback?: boolean | undefined;
    readonly RetainExceptOnCreate?: boolean | undefined;
  },
  call: Call,
): void {
  const roleArn = changeSet.roleArn ?? stack.roleArn;
  const caller = actor(engine, roleArn, call.caller, stack.region);
  stack.roleArn = roleArn;
  stack.disableRollback = input.DisableRollback === true;
  stack.changeSetId = changeSet.id;
  changeSet.execution = 'EXECUTE_IN_PROGRESS';
  const choice = failureChoice(input, changeSet.onStackFailure);
  const run = changeSet.kind === 'CREATE' ? runCreation : runUpdate;
  start(stack, changeSet.kind === 'CREATE' ? 'create' : 'update', input.ClientRequestToken, caller, async (work) => {
    const succeeded = await run(engine, work, changeSet.desired, choice, importsOf(changeSet));
    changeSet.execution = succeeded ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    if (!succeeded) return;
    // They were drawn up against what the stack was; AWS deletes them all once one was executed.
    for (const other of stack.changeSets) if (other !== changeSet) other.execution = 'OBSOLETE';
    stack.pastChangeSets.push(...stack.changeSets);
    stack.changeSets = [];
  });
}

function importsOf({ changes }: ChangeSet): Imports {
  return new Map(
    changes.flatMap(({ action, logicalId, physicalId }): [string, string][] =>
      action === 'Import' && physicalId !== undefined ? [[logicalId, physicalId]] : [],
    ),
  );
}

function deleteChangeSet(engine: Engine): AnyOperation {
  return operation({
    command: DeleteChangeSetCommand,
    accepts: ['ChangeSetName', 'StackName'],
    authorize: (input, call) => onChangeSet(engine.stacks, 'DeleteChangeSet', call, input),
    handle: async (input, call) => {
      const { account, region } = call.caller;
      const name = input.ChangeSetName ?? '';
      const here = engine.stacks.in(account, region);
      if (!name.startsWith('arn:') && input.StackName === undefined)
        throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
      const stacks = input.StackName === undefined ? here : [engine.stacks.get(account, region, input.StackName)];
      for (const stack of stacks) {
        const changeSet = findChangeSet(stack, name);
        if (changeSet === undefined) continue;
        if (changeSet.execution === 'EXECUTE_IN_PROGRESS')
          throw new AwsError(
            'InvalidChangeSetStatus',
            `The change set ${changeSet.id} cannot be deleted while it is in status EXECUTE_IN_PROGRESS`,
          );
        changeSet.status = 'DELETE_COMPLETE';
        stack.changeSets = stack.changeSets.filter((other) => other !== changeSet);
        stack.pastChangeSets = stack.pastChangeSets.filter((other) => other !== changeSet);
      }
      return {};
    },
  });
}
