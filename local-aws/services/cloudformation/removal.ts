import type { Engine } from './engine.ts';
import { eachInOrder } from './graph.ts';
import { deleteResource, StepFailed } from './resource-steps.ts';
import { exists, type ResourceRecord, type Work } from './stack.ts';

/** Something that leaves a stack. */
export interface Leaving {
  readonly record: ResourceRecord;
  /** Kept in the world, by its policy or because it was asked for. */
  readonly retain: boolean;
  /** The stack has another resource under this logical id, whose record must stay. */
  readonly keep: boolean;
  /** It existed before the operation that is rolled back: it leaves the stack as it came, whatever its policy. */
  readonly imported?: boolean;
}

/**
 * Deletes what leaves a stack, each after whatever depended on it.
 * @returns the logical ids that could not be deleted
 */
export async function removeAll(
  engine: Engine,
  work: Work,
  leaving: readonly Leaving[],
  options: { readonly goOnAfterFailure?: boolean } = {},
): Promise<readonly string[]> {
  const items = new Map(leaving.map((item, index) => [`${item.record.logicalId}#${index}`, item]));
  const graph = new Map([...items].map(([key, item]) => [key, dependents(item, items)]));
  const failed: string[] = [];
  await eachInOrder(graph, async (key) => {
    const item = items.get(key);
    if (item === undefined) return true;
    try {
      await remove(engine, work, item);
      return true;
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed.push(item.record.logicalId);
      return options.goOnAfterFailure === true;
    }
  });
  return failed;
}

function dependents(item: Leaving, items: ReadonlyMap<string, Leaving>): ReadonlySet<string> {
  const { logicalId } = item.record;
  return new Set([...items].filter(([, other]) => other.record.dependsOn.includes(logicalId)).map(([key]) => key));
}

const GONE: readonly ResourceRecord['status'][] = ['DELETE_COMPLETE', 'DELETE_SKIPPED', 'IMPORT_ROLLBACK_COMPLETE'];

async function remove(engine: Engine, work: Work, { record, retain, keep, imported }: Leaving): Promise<void> {
  if (!exists(record)) {
    if (record.status !== 'DELETE_COMPLETE') engine.stacks.setResource(work.stack, record, 'DELETE_COMPLETE', { keep });
    return;
  }
  if (GONE.includes(record.status)) return;
  if (imported === true) {
    engine.stacks.setResource(work.stack, record, 'IMPORT_ROLLBACK_IN_PROGRESS', { keep });
    engine.stacks.setResource(work.stack, record, 'IMPORT_ROLLBACK_COMPLETE', { keep });
  } else if (retain) engine.stacks.setResource(work.stack, record, 'DELETE_SKIPPED', { keep });
  else await deleteResource(engine, work, record, { keep });
}
