import { AwsError } from '../../kernel/errors.ts';
import { pause, PACE, type Engine } from './engine.ts';
import { changedProperties } from './changed-properties.ts';
import { attempt, fail, type Standing, stopIfCancelled } from './resource-steps.ts';
import { replacingProperties, type Properties } from './provider.ts';
import type { Work } from './stack.ts';

/**
 * Takes a resource into the stack that exists already, then updates it to what the template asks for, with the events AWS shows. What
 * only a replacement can change fails: an import replaces nothing.
 * @throws StepFailed
 */
export async function importResource(engine: Engine, work: Work, wanted: Standing): Promise<void> {
  const { stacks } = engine;
  const show = (status: 'IMPORT_IN_PROGRESS' | 'IMPORT_COMPLETE' | 'UPDATE_IN_PROGRESS', reason: string): void =>
    void stacks.setResource(work.stack, wanted, status, { reason });
  show('IMPORT_IN_PROGRESS', 'Resource import started.');
  await pause(engine, PACE.before, work.stack);
  stopIfCancelled(engine, work, wanted, 'IMPORT');
  let before: Properties = {};
  await attempt(engine, work, wanted, 'IMPORT', async ({ importing }, context) => {
    const there = await importing?.read(wanted.physicalId, context);
    if (there === undefined) throw new AwsError('NotFound', `${wanted.type} ${wanted.physicalId} does not exist`);
    before = there;
    return { physicalId: wanted.physicalId, attributes: {} };
  });
  show('IMPORT_COMPLETE', 'Resource import completed.');
  show('UPDATE_IN_PROGRESS', 'Apply stack-level tags to imported resource if applicable.');
  const changed = changedProperties(before, wanted.properties);
  const fixed = replacingProperties(engine.providers.get(wanted.type), before, wanted.properties, changed);
  if (fixed.length > 0) throw fail(engine, work, wanted, 'UPDATE', notUpdatable(fixed));
  const state = await attempt(engine, work, wanted, 'UPDATE', (provider, context) =>
    provider.update(wanted.physicalId, context.properties, before, context),
  );
  await pause(engine, PACE.after, work.stack);
  stopIfCancelled(engine, work, { ...wanted, ...state }, 'UPDATE');
  stacks.setResource(work.stack, { ...wanted, ...state }, 'UPDATE_COMPLETE');
}

function notUpdatable(names: readonly string[]): string {
  const paths = names.map((name) => `/properties/${name}`).join(', ');
  return `Resource handler returned message: "Invalid request provided: ${paths} cannot be updated" (HandlerErrorCode: NotUpdatable)`;
}
