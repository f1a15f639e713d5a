import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../../kernel/errors.ts';
import { resolveDynamic } from './dynamic-references.ts';
import { pause, PACE, type Engine } from './engine.ts';
import {
  ResourceFailed,
  type Properties,
  type ResourceContext,
  type ResourceProvider,
  type ResourceState,
} from './provider.ts';
import type { ResourceRecord, Work } from './stack.ts';
import { shiftByCodeDeploy } from './alias-update.ts';
import { readBack } from './handler-reads.ts';
import { watch } from './watched-kernel.ts';
import { remarkOn } from './recorded/remark.ts';
import { refusedShape, requireValid } from './specification/check-properties.ts';

export type Standing = ResourceRecord & { readonly physicalId: string };

/** What is done to a resource. */
type Verb = 'CREATE' | 'UPDATE' | 'DELETE' | 'IMPORT';

/** A step that did not succeed; the record says why and is the stack's already. */
export class StepFailed extends Error {}

/** Creates a resource, with the events AWS shows. A replacement keeps the old one until the clean-up. @throws StepFailed */
export async function createResource(
  engine: Engine,
  work: Work,
  wanted: ResourceRecord,
  replaced?: Standing,
): Promise<void> {
  const { stacks } = engine;
  const verb = replaced === undefined ? 'CREATE' : 'UPDATE';
  const shown = replaced === undefined ? wanted : { ...wanted, physicalId: replaced.physicalId };
  const reason = replaced === undefined ? undefined : REPLACING;
  stacks.setResource(work.stack, shown, `${verb}_IN_PROGRESS`, { reason });
  await pause(engine, PACE.before, work.stack);
  stopIfCancelled(engine, work, shown, verb);
  const state = await attempt(engine, work, shown, verb, (provider, context) =>
    provider.create(context.properties, context),
  );
  const made = { ...wanted, ...state };
  if (replaced?.physicalId === state.physicalId) throw fail(engine, work, shown, verb, customNamed(state.physicalId));
  stacks.setResource(work.stack, made, `${verb}_IN_PROGRESS`, { reason: 'Resource creation Initiated' });
  await pause(engine, PACE.after, work.stack);
  stopIfCancelled(engine, work, made, verb);
  stacks.setResource(work.stack, made, `${verb}_COMPLETE`, {
    reason: await remarkOn(engine.providers.get(made.type), made.properties),
  });
}

/** Changes a resource in place. @throws StepFailed */
export async function updateResource(
  engine: Engine,
  work: Work,
  wanted: Standing,
  previous: Properties,
  options: { readonly byCodeDeploy?: boolean } = {},
): Promise<void> {
  const { stacks } = engine;
  stacks.setResource(work.stack, wanted, 'UPDATE_IN_PROGRESS');
  await pause(engine, PACE.before, work.stack);
  stopIfCancelled(engine, work, { ...wanted, standing: previous }, 'UPDATE');
  if (options.byCodeDeploy === true) await shifted(engine, work, wanted, previous);
  const state = await attempt(
    engine,
    work,
    wanted,
    'UPDATE',
    async (provider, context) =>
      provider.update(
        wanted.physicalId,
        context.properties,
        await resolveDynamic(engine, work.caller, previous),
        context,
      ),
    options.byCodeDeploy === true ? {} : { previous },
  );
  await pause(engine, PACE.after, work.stack);
  stopIfCancelled(engine, work, { ...wanted, ...state }, 'UPDATE');
  stacks.setResource(work.stack, { ...wanted, ...state }, 'UPDATE_COMPLETE', {
    reason: await remarkOn(engine.providers.get(wanted.type), wanted.properties),
  });
}

/**
 * Deletes something that physically stands; `keep` when the stack's own record of that logical id is another one.
 * @throws StepFailed
 */
export async function deleteResource(
  engine: Engine,
  work: Work,
  record: Standing,
  options: { readonly keep?: boolean } = {},
): Promise<void> {
  const { stacks } = engine;
  stacks.setResource(work.stack, record, 'DELETE_IN_PROGRESS', options);
  await pause(engine, PACE.before, work.stack);
  await attempt(
    engine,
    work,
    record,
    'DELETE',
    (provider, context) => provider.delete(record.physicalId, context.properties, context).then(() => NOTHING),
    options,
  );
  await pause(engine, PACE.after, work.stack);
  stacks.setResource(work.stack, record, 'DELETE_COMPLETE', options);
}

const NOTHING: ResourceState = { physicalId: '', attributes: {} };
const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

function customNamed(physicalId: string): string {
  return `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${physicalId} and update the stack again.`;
}

async function shifted(engine: Engine, work: Work, wanted: Standing, previous: Properties): Promise<void> {
  try {
    await shiftByCodeDeploy(engine, work, wanted, previous);
  } catch (error) {
    throw fail(engine, work, wanted, 'UPDATE', messageOf(error));
  }
}

interface AttemptOptions {
  /** Whether the stack's own record of that logical id is another one, and stays. */
  readonly keep?: boolean;
  /** Of an update: what the resource has as long as nothing was asked of any service. */
  readonly previous?: Properties;
}

/**
 * Runs a provider's call; its error becomes the resource's failure, worded as AWS words it. The requests it makes count as busy by
 * themselves: to hold time here as well would keep it slow while one waits on the clock.
 */
export async function attempt(
  engine: Engine,
  work: Work,
  record: ResourceRecord,
  verb: Verb,
  call: (
    provider: ResourceProvider,
    context: ResourceContext & { readonly properties: Properties },
  ) => Promise<ResourceState>,
  { keep = false, previous }: AttemptOptions = {},
): Promise<ResourceState> {
  const watched = watch(engine.kernel);
  try {
    const provider = engine.providers.get(record.type);
    if (provider === undefined) throw new Error(`No provider for ${record.type}`);
    const properties = await resolveDynamic(engine, work.caller, record.properties);
    if (verb !== 'DELETE') requireValid(record.logicalId, provider, properties);
    const context = { ...contextOf(engine, work, record), kernel: watched.kernel, properties };
    const state = await call(provider, context);
    if (verb !== 'DELETE') readBack(record.type, state, context);
    return state;
  } catch (error) {
    const standing = previous === undefined || watched.used() ? {} : { standing: previous };
    const left = { ...record, ...standing };
    if (error instanceof z.ZodError) throw fail(engine, work, left, verb, refusedShape(record, error), keep);
    if (!(error instanceof ResourceFailed)) throw fail(engine, work, left, verb, handlerMessage(error), keep);
    const made = error.physicalId === undefined ? {} : { physicalId: error.physicalId };
    throw fail(engine, work, { ...left, ...made }, verb, error.message, keep);
  }
}

export function fail(
  engine: Engine,
  work: Work,
  record: ResourceRecord,
  verb: Verb,
  reason: string,
  keep = false,
): StepFailed {
  engine.stacks.setResource(work.stack, record, `${verb}_FAILED`, { reason, keep });
  return new StepFailed(reason);
}

export function stopIfCancelled(
  engine: Engine,
  work: Work,
  record: ResourceRecord,
  verb: Exclude<Verb, 'DELETE'>,
): void {
  if (work.operation.stopped === undefined) return;
  throw fail(engine, work, record, verb, `Resource ${NOUNS[verb]} cancelled`);
}

const NOUNS = { CREATE: 'creation', UPDATE: 'update', IMPORT: 'import' } as const;

function handlerMessage(error: unknown): string {
  return `Resource handler returned message: "${messageOf(error)}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${handlerCode(error)})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
function handlerCode(error: unknown): string {
  if (!(error instanceof AwsError)) return 'InternalFailure';
  if (/AccessDenied/.test(error.code)) return 'AccessDenied';
  if (error.code === 'NotUpdatable') return error.code;
  if (/Exist(s|ed)|AlreadyOwned|Conflict/.test(error.code)) return 'AlreadyExists';
  if (/NotFound|NoSuch|DoesNotExist/.test(error.code)) return 'NotFound';
  if (/Throttl/.test(error.code)) return 'Throttling';
  if (/Validation|Invalid|Malformed/.test(error.code)) return 'InvalidRequest';
  return 'GeneralServiceException';
}

function contextOf(engine: Engine, { stack, caller }: Work, { logicalId, type }: ResourceRecord): ResourceContext {
  return {
    kernel: engine.kernel,
    caller,
    account: stack.account,
    region: stack.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId,
    type,
    name: (longest, { lower = false, prefix = stack.name } = {}) => physicalName(prefix, logicalId, longest, lower),
  };
}

const NAME_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `<stack>-<logicalId>-<12 random>`, the stack's and the resource's names cut evenly where it would be too long; without a stack's name, the rest. */
export function physicalName(stackName: string, logicalId: string, longest: number, lower: boolean): string {
  const random = [...randomBytes(12)].map((byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
  const room = longest - random.length - 2;
  const forLogical = Math.min(logicalId.length, Math.max(Math.ceil(room / 2), room - stackName.length));
  const parts = [stackName.slice(0, room - forLogical), logicalId.slice(0, forLogical), random];
  const name = parts.filter((part) => part !== '').join('-');
  return lower ? name.toLowerCase() : name;
}
