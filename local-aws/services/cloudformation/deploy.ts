import { AwsError } from '../../kernel/errors.ts';
import { retains } from './changes.ts';
import { includedResources, type Desired } from './desired.ts';
import { pause, PACE, placeOf, type Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { anyFailed, failureReason, deployResources } from './deploy-resources.ts';
import { resolveOutputs } from './outputs.ts';
import { existingView } from './properties.ts';
import { removeAll, type Leaving } from './removal.ts';
import { rollBackCreation, rollBackUpdate } from './rollback.ts';
import { exists, type Imports, type OnFailure, type Stack, type Work } from './stack.ts';

/** How a deployment ends when it fails. */
export interface FailureChoice {
  readonly onFailure: OnFailure;
  readonly retainExceptOnCreate: boolean;
}

/** Creates every resource of a stack. Ends in CREATE_COMPLETE or as the choice says. */
export async function runCreation(
  engine: Engine,
  work: Work,
  desired: Desired,
  choice: FailureChoice,
  imports: Imports = new Map(),
): Promise<boolean> {
  const { stack, operation } = work;
  stack.imported = imports;
  stack.desired = desired;
  engine.stacks.setStatus(stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  await pause(engine, PACE.start, stack);
  const failures = await deployResources(engine, work, desired);
  if (operation.deletion !== undefined) return false;
  const problem = anyFailed(failures) ? failureReason(failures) : setOutputs(engine, stack, desired);
  await pause(engine, PACE.status, stack);
  if (problem === undefined) {
    engine.stacks.setStatus(stack, 'CREATE_COMPLETE');
    return true;
  }
  operation.stopped = undefined;
  switch (choice.onFailure) {
    case 'DO_NOTHING':
      engine.stacks.setStatus(stack, 'CREATE_FAILED', problem);
      break;
    case 'DELETE':
      await runDeletion(engine, work, new Set(), `${problem}Delete requested by user.`);
      break;
    case 'ROLLBACK':
      await rollBackCreation(engine, work, `${problem}Rollback requested by user.`, choice.retainExceptOnCreate);
  }
  return false;
}

/** Brings a stack to another state. Ends in UPDATE_COMPLETE, UPDATE_FAILED or one of the rollback's ends. */
export async function runUpdate(
  engine: Engine,
  work: Work,
  desired: Desired,
  choice: FailureChoice,
  imports: Imports = new Map(),
): Promise<boolean> {
  const { stack, operation } = work;
  stack.imported = imports;
  if (stack.desired === undefined) throw new Error(`${stack.id} was never deployed`);
  stack.undo ??= {
    desired: stack.desired,
    outputs: stack.outputs,
    before: new Map(stack.resources),
    pending: new Set(),
    replaced: [],
    attempted: undefined,
    retainExceptOnCreate: choice.retainExceptOnCreate,
  };
  stack.desired = desired;
  stack.updatedAt = engine.kernel.clock.now();
  engine.stacks.setStatus(stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  await pause(engine, PACE.start, stack);
  const failures = await deployResources(engine, work, desired);
  await pause(engine, PACE.status, stack);
  const asked = operation.stopped === 'asked' ? 'User Initiated' : undefined;
  const problem = asked ?? (anyFailed(failures) ? failureReason(failures) : setOutputs(engine, stack, desired));
  if (problem === undefined) {
    await cleanUp(engine, work, desired);
    return true;
  }
  if (choice.onFailure === 'DO_NOTHING') engine.stacks.setStatus(stack, 'UPDATE_FAILED', problem);
  else await rollBackUpdate(engine, work, problem);
  return false;
}

/** Deletes every resource of a stack. Ends in DELETE_COMPLETE or DELETE_FAILED. */
export async function runDeletion(
  engine: Engine,
  work: Work,
  retained: ReadonlySet<string>,
  reason = 'User Initiated',
): Promise<void> {
  const { stack, operation } = work;
  operation.stopped = undefined;
  engine.stacks.setStatus(stack, 'DELETE_IN_PROGRESS', reason);
  await pause(engine, PACE.start, stack);
  const needed = importersOf(engine, stack, new Set());
  if (needed !== undefined) {
    engine.stacks.setStatus(stack, 'DELETE_FAILED', needed.replace('updated', 'deleted'));
    return;
  }
  const records = [...stack.resources.values(), ...(stack.undo?.replaced ?? [])];
  const leaving = records.map((record, index) => ({
    record,
    retain: retained.has(record.logicalId) || retains(record.definition.DeletionPolicy),
    keep: index >= stack.resources.size,
  }));
  const failed = await removeAll(engine, work, leaving);
  if (failed.length > 0) {
    const text = `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
    engine.stacks.setStatus(stack, 'DELETE_FAILED', text);
    return;
  }
  await pause(engine, PACE.status, stack);
  stack.outputs = [];
  stack.deletedAt = engine.kernel.clock.now();
  engine.stacks.setStatus(stack, 'DELETE_COMPLETE');
}

/** Deletes what the new state dropped or replaced; a failure here leaves something behind, but the update stands. */
async function cleanUp(engine: Engine, work: Work, desired: Desired): Promise<void> {
  const { stack } = work;
  const present = includedResources(desired, placeOf(stack));
  engine.stacks.setStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const replaced = stack.undo?.replaced ?? [];
  stack.undo = undefined;
  const dropped = [...stack.resources.values()].filter(({ logicalId }) => !present.has(logicalId));
  const leaving: readonly Leaving[] = [
    ...dropped.map((record) => ({ record, retain: retains(record.definition.DeletionPolicy), keep: false })),
    ...replaced.map((record) => ({ record, retain: retains(record.definition.UpdateReplacePolicy), keep: true })),
  ];
  const failed = await removeAll(
    engine,
    work,
    leaving.filter(({ record }) => exists(record)),
    { goOnAfterFailure: true },
  );
  for (const { logicalId } of dropped) stack.resources.delete(logicalId);
  await pause(engine, PACE.status, stack);
  engine.stacks.setStatus(
    stack,
    'UPDATE_COMPLETE',
    failed.length > 0 ? 'Update successful. One or more resources could not be deleted.' : undefined,
  );
}

/** Gives the stack its outputs; what is wrong with them, if anything. */
function setOutputs(engine: Engine, stack: Stack, desired: Desired): string | undefined {
  try {
    const outputs = resolveOutputs(desired, placeOf(stack), existingView(stack.resources), (id, region) =>
      engine.kernel.endpointOf(id, region),
    );
    const exported = engine.stacks.exports(stack.account, stack.region);
    for (const { exportName } of outputs) {
      const other = exportName === undefined ? undefined : exported.get(exportName);
      if (other !== undefined && other.stack !== stack)
        throw validationError(`Export with name ${exportName} is already exported by stack ${other.stack.name}.`);
    }
    const unchanged = outputs.filter(({ key, value }) =>
      stack.outputs.some((old) => old.key === key && old.value === value),
    );
    const needed = importersOf(engine, stack, new Set(unchanged.flatMap(({ exportName }) => exportName ?? [])));
    if (needed !== undefined) return needed;
    stack.outputs = outputs;
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/** Why exports of a stack, other than those that stay as they are, may not change or go. */
function importersOf(engine: Engine, stack: Stack, staying: ReadonlySet<string>): string | undefined {
  for (const { exportName } of stack.outputs) {
    if (exportName === undefined || staying.has(exportName)) continue;
    const users = engine.stacks
      .in(stack.account, stack.region)
      .filter(
        (other) => other !== stack && other.status !== 'DELETE_COMPLETE' && other.desired?.imports.has(exportName),
      );
    if (users.length > 0)
      return `Export ${exportName} cannot be updated as it is in use by ${users.map(({ name }) => name).join(', ')}`;
  }
  return undefined;
}
