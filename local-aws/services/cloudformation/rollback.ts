import { retains } from './changes.ts';
import { dependenciesOf } from './desired.ts';
import { pause, PACE, placeOf, type Engine } from './engine.ts';
import { changedProperties } from './changed-properties.ts';
import { eachInOrder } from './graph.ts';
import { replacingProperties } from './provider.ts';
import { removeAll, type Leaving } from './removal.ts';
import { StepFailed, updateResource } from './resource-steps.ts';
import { exists, standingProperties, type ResourceRecord, type Stack, type Undo, type Work } from './stack.ts';

/** Reason AWS gives for a resource that ContinueUpdateRollback was told to leave alone. */
const SKIPPED = 'Resource skipped during UpdateRollback';

/** Takes back a creation: everything made is deleted. Ends in ROLLBACK_COMPLETE or ROLLBACK_FAILED. */
export async function rollBackCreation(
  engine: Engine,
  work: Work,
  reason: string,
  retainExceptOnCreate: boolean,
): Promise<void> {
  const { stack } = work;
  engine.stacks.setStatus(stack, 'ROLLBACK_IN_PROGRESS', reason);
  const leaving = [...stack.resources.values()].map((record) => ({
    record,
    retain: record.definition.DeletionPolicy === 'Retain' && !retainExceptOnCreate,
    keep: false,
    imported: stack.imported.has(record.logicalId),
  }));
  const failed = await removeAll(engine, work, leaving);
  await pause(engine, PACE.status, stack);
  if (failed.length > 0)
    engine.stacks.setStatus(
      stack,
      'ROLLBACK_FAILED',
      `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
    );
  else engine.stacks.setStatus(stack, 'ROLLBACK_COMPLETE');
}

/** Puts an update's resources back as they were. Ends in UPDATE_ROLLBACK_COMPLETE or UPDATE_ROLLBACK_FAILED. */
export async function rollBackUpdate(
  engine: Engine,
  work: Work,
  reason: string | undefined,
  skip: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { stack, operation } = work;
  const undo = stack.undo;
  if (undo === undefined) throw new Error(`${stack.id} has nothing to roll back`);
  engine.stacks.setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  operation.stopped = undefined;
  undo.attempted ??= new Map(stack.resources);
  stack.desired = undo.desired;
  await pause(engine, PACE.status, stack);
  const failed = await restoreAll(engine, work, undo, skip);
  await pause(engine, PACE.status, stack);
  if (failed.length > 0) {
    const text = `The following resource(s) failed to update: [${failed.join(', ')}]. `;
    engine.stacks.setStatus(stack, 'UPDATE_ROLLBACK_FAILED', text);
    return;
  }
  engine.stacks.setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeAll(engine, work, madeInVain(undo, stack), { goOnAfterFailure: true });
  await pause(engine, PACE.status, stack);
  for (const id of stack.resources.keys()) if (!undo.before.has(id)) stack.resources.delete(id);
  stack.outputs = undo.outputs;
  stack.undo = undefined;
  engine.stacks.setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE');
}

async function restoreAll(
  engine: Engine,
  work: Work,
  undo: Undo,
  skip: ReadonlySet<string>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  const graph = dependenciesOf(undo.desired, placeOf(work.stack));
  await eachInOrder(graph, async (id) => {
    const before = undo.before.get(id);
    if (!undo.pending.has(id) || before === undefined) return true;
    try {
      if (skip.has(id)) engine.stacks.setResource(work.stack, before, 'UPDATE_COMPLETE', { reason: SKIPPED });
      else await restore(engine, work, before, undo.attempted?.get(id));
      undo.pending.delete(id);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed.push(id);
    }
    return true;
  });
  return failed;
}

async function restore(
  engine: Engine,
  work: Work,
  before: ResourceRecord,
  attempted: ResourceRecord | undefined,
): Promise<void> {
  const { stack } = work;
  if (!exists(before) || attempted === undefined) return;
  const changed = changedProperties(before.properties, attempted.properties);
  if (attempted.physicalId === before.physicalId && changed.length === 0) {
    stack.resources.set(before.logicalId, before);
    return;
  }
  const provider = engine.providers.get(before.type);
  const untouched =
    attempted.physicalId !== before.physicalId ||
    replacingProperties(provider, before.properties, attempted.properties, changed).length > 0 ||
    changed.some((name) => provider?.fixed?.properties.includes(name) === true);
  if (!untouched) {
    await updateResource(engine, work, before, standingProperties(attempted));
    // A custom resource may answer with another id here as well: the one before goes then.
    if (stack.resources.get(before.logicalId)?.physicalId !== before.physicalId) stack.undo?.replaced.push(before);
    return;
  }
  // The old resource was never changed: a new one was made beside it, or was to be made.
  engine.stacks.setResource(stack, before, 'UPDATE_IN_PROGRESS');
  engine.stacks.setResource(stack, before, 'UPDATE_COMPLETE');
}

/** What the update had made: new resources and those that were to replace old ones. */
function madeInVain(undo: Undo, { resources, imported }: Stack): readonly Leaving[] {
  const standing = [...resources.values()].filter(({ logicalId }) => undo.before.has(logicalId));
  const kept = new Set(standing.map(({ physicalId, type }) => `${type} ${physicalId}`));
  const attempted = [...(undo.attempted?.values() ?? []), ...undo.replaced];
  return attempted
    .filter(({ physicalId, type }) => !kept.has(`${type} ${physicalId}`))
    .map((record) => {
      const replacing = undo.before.has(record.logicalId);
      const { DeletionPolicy } = record.definition;
      return {
        record,
        retain:
          !replacing && (undo.retainExceptOnCreate ? false : DeletionPolicy === 'Retain' && retains(DeletionPolicy)),
        keep: replacing,
        imported: imported.has(record.logicalId),
      };
    });
}
