import { AwsError } from '../../kernel/errors.ts';
import { movesByCodeDeploy } from './alias-update.ts';
import { changedProperties } from './changed-properties.ts';
import { dependenciesOf, includedResources, type Desired } from './desired.ts';
import { placeOf, type Engine } from './engine.ts';
import { eachInOrder, type Dependencies } from './graph.ts';
import { resolveProperties, existingView } from './properties.ts';
import { importResource } from './import-resource.ts';
import { replacingProperties } from './provider.ts';
import { createResource, fail, StepFailed, updateResource } from './resource-steps.ts';
import { exists, standingProperties, type ResourceRecord, type Work } from './stack.ts';
import type { ResourceDefinition } from './template.ts';

/** The logical ids whose step failed, in the order they did. */
export interface Failures {
  readonly create: readonly string[];
  readonly update: readonly string[];
}

/**
 * Brings every resource to the desired state, dependencies first, side by side where they are independent. The first
 * failure cancels what is under way and starts nothing more.
 */
export async function deployResources(engine: Engine, work: Work, desired: Desired): Promise<Failures> {
  const place = placeOf(work.stack);
  const resources = includedResources(desired, place);
  const graph = dependenciesOf(desired, place);
  const failures = { create: new Array<string>(), update: new Array<string>() };
  await eachInOrder(graph, async (id) => {
    const definition = resources.get(id);
    if (work.operation.stopped !== undefined || definition === undefined) return false;
    const verb = exists(work.stack.resources.get(id)) ? 'update' : 'create';
    try {
      await apply(engine, work, desired, wantedRecord(engine, id, definition, graph));
      return true;
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failures[verb].push(id);
      work.operation.stopped ??= 'failure';
      return false;
    }
  });
  return failures;
}

/** The sentence a stack's status carries about resources that failed. */
export function failureReason({ create, update }: Failures): string {
  return [
    create.length > 0 ? `The following resource(s) failed to create: [${create.join(', ')}]. ` : '',
    update.length > 0 ? `The following resource(s) failed to update: [${update.join(', ')}]. ` : '',
  ].join('');
}

export function anyFailed({ create, update }: Failures): boolean {
  return create.length + update.length > 0;
}

function wantedRecord(engine: Engine, id: string, definition: ResourceDefinition, graph: Dependencies): ResourceRecord {
  return {
    logicalId: id,
    type: definition.Type,
    attributes: {},
    properties: {},
    definition,
    dependsOn: [...(graph.get(id) ?? [])],
    status: 'CREATE_IN_PROGRESS',
    at: engine.kernel.clock.now(),
  };
}

async function apply(engine: Engine, work: Work, desired: Desired, unresolved: ResourceRecord): Promise<void> {
  const { stack } = work;
  const before = stack.resources.get(unresolved.logicalId);
  const wanted = { ...unresolved, properties: resolved(engine, work, desired, unresolved, before) };
  if (!exists(before)) {
    stack.undo?.pending.add(wanted.logicalId);
    const physicalId = stack.imported.get(wanted.logicalId);
    if (physicalId !== undefined) return importResource(engine, work, { ...wanted, physicalId });
    await createResource(engine, work, wanted);
    return;
  }
  const standing = { ...wanted, physicalId: before.physicalId, attributes: before.attributes };
  const previous = standingProperties(before);
  const changed = changedProperties(previous, wanted.properties);
  if (changed.length === 0) {
    stack.undo?.pending.add(wanted.logicalId);
    stack.resources.set(wanted.logicalId, { ...standing, status: before.status, at: before.at });
    return;
  }
  stack.undo?.pending.add(wanted.logicalId);
  const provider = engine.providers.get(wanted.type);
  const { fixed } = provider ?? {};
  if (fixed !== undefined && changed.some((name) => fixed.properties.includes(name)))
    throw fail(engine, work, standing, 'UPDATE', fixed.reason);
  if (replacingProperties(provider, previous, wanted.properties, changed).length > 0) {
    await createResource(engine, work, wanted, before);
    stack.undo?.replaced.push(before);
    return;
  }
  await updateResource(engine, work, standing, previous, {
    byCodeDeploy: movesByCodeDeploy(wanted, previous),
  });
  // A custom resource that answers with another id was replaced.
  if (stack.resources.get(wanted.logicalId)?.physicalId !== before.physicalId) stack.undo?.replaced.push(before);
}

function resolved(
  engine: Engine,
  { stack }: Work,
  desired: Desired,
  wanted: ResourceRecord,
  before: ResourceRecord | undefined,
): ResourceRecord['properties'] {
  try {
    const view = existingView(stack.resources);
    return resolveProperties(wanted.definition, desired, placeOf(stack), view, engine.providers);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const known = exists(before) ? before : wanted;
    engine.stacks.setResource(stack, known, exists(before) ? 'UPDATE_FAILED' : 'CREATE_FAILED', {
      reason: error.message,
    });
    throw new StepFailed(error.message);
  }
}
