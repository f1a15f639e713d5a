import { DataUnreadable } from '../core/errors.ts';
import type { SluiceError } from '../core/errors.ts';
import type { TargetItem, WaitItem } from '../core/ledger/items.ts';
import { parseSubject, type Subject } from '../core/ledger/subjects.ts';
import { putTarget } from '../core/ledger/plan.ts';
import type { WriteIntent } from '../core/ledger/write-intent.ts';
import {
  failureTransitions,
  judgeOperation,
  judgeShift,
  judgeStop,
  type Outcome,
  outcomeError,
  placeOfWait,
  successTransitions,
} from '../core/outcome.ts';
import type { EventDraft } from '../core/release/events.ts';
import { movesOf } from '../core/template/moves.ts';
import { parseTarget } from '../core/values.ts';
import type { OpenTarget } from './adapters/targets/session.ts';
import type { WakeTarget } from './adapters/targets/wake-target.ts';
import { readHead, readTarget } from './records.ts';
import { type Answering, failure, settleWait, success } from './waits.ts';

/** What it takes to check a wait on a stack or a deployment, and to answer it. */
export interface OutcomeServices extends Answering {
  readonly open: OpenTarget<WakeTarget>;
}

/**
 * Asks AWS how the stack operation or the deployments that a task waits for stand, and answers the task when they have come
 * to rest: transition, answer and what is now known of the target are one transaction. Called once after a wait was
 * registered, and by every event and the reconciler; calling it again changes nothing.
 * @returns whether the task was answered
 */
export async function checkWait(services: OutcomeServices, wait: WaitItem): Promise<boolean> {
  const subject = parseSubject(wait.subject);
  if (subject?.kind !== 'stack' && subject?.kind !== 'deployment') return false;
  const { item, target } = await openWait(services, wait);
  const outcome = await judge(wait, subject, item, target);
  switch (outcome.kind) {
    case 'running':
      return false;
    case 'failed':
      return failWait(services, wait, outcomeError(wait, outcome.sentence));
    case 'succeeded':
      return succeed(services, wait, await concludeChange(wait, item, target));
  }
}

/** Answers a wait with an error and says in the ledger why. @returns whether the task was answered */
export function failWait(
  services: Answering,
  wait: WaitItem,
  error: SluiceError,
  more: { readonly events?: readonly EventDraft[]; readonly writes?: readonly WriteIntent[] } = {},
): Promise<boolean> {
  const { moment } = services;
  return settleWait(services, wait, (head) => ({
    result: failure(error),
    events: more.events ?? failureTransitions(wait, head, error, { at: moment.now(), actor: moment.actor }),
    writes: more.writes ?? [],
  }));
}

function succeed(services: Answering, wait: WaitItem, writes: readonly WriteIntent[]): Promise<boolean> {
  const { moment } = services;
  return settleWait(services, wait, (head) => ({
    result: success(),
    events: successTransitions(wait, head, { at: moment.now(), actor: moment.actor }),
    writes,
  }));
}

interface OpenedWait {
  readonly item: TargetItem;
  readonly target: WakeTarget;
}

async function openWait({ ledger, open }: OutcomeServices, wait: WaitItem): Promise<OpenedWait> {
  const { release, environment } = wait;
  if (wait.target === undefined) throw new DataUnreadable(`The wait ${wait.wait} names no target.`, placeOfWait(wait));
  const where = { environment, ...parseTarget(wait.target) };
  const [head, item] = await Promise.all([readHead(ledger, release), readTarget(ledger, release, where)]);
  if (item === undefined) throw new DataUnreadable('Nothing is known of the target.', placeOfWait(wait));
  return { item, target: await open({ service: head.service, release, ...where }) };
}

async function judge(
  { task }: WaitItem,
  subject: Extract<Subject, { kind: 'stack' | 'deployment' }>,
  item: TargetItem,
  { stacks, traffic }: WakeTarget,
): Promise<Outcome> {
  if (subject.kind === 'stack') return judgeOperation(await stacks.operation(subject.stackId, subject.token));
  // A target with several aliases has a deployment for each, and the task waits for all of them.
  const ids = new Set([subject.deploymentId, ...Object.values(item.deployments ?? {})]);
  const reports = await Promise.all([...ids].map(async (id) => ({ id, ...(await traffic.describe(id)) })));
  return task === 'shift' ? judgeShift(reports) : judgeStop(reports);
}

/** What has to be done, and what has to be written, once a change came to pass. */
async function concludeChange({ task }: WaitItem, item: TargetItem, target: WakeTarget): Promise<WriteIntent[]> {
  switch (task) {
    case 'apply':
      return [putTarget(await readChanged(target, item))];
    case 'restoreTraffic':
      await restoreAliases(target, item);
      return [];
    default:
      return [];
  }
}

/** What a target shows after its stack was changed: its id, its outputs, and which aliases have to move to which versions. */
export async function readChanged(target: Pick<WakeTarget, 'stacks'>, item: TargetItem): Promise<TargetItem> {
  const stack = await target.stacks.describe(item.stackName);
  const resources = await target.stacks.resources(item.stackName);
  const physicalIds = new Map(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  return {
    ...item,
    ...(stack === undefined ? {} : { stackId: stack.id, outputs: { ...stack.outputs } }),
    moves: movesOf(item.guards ?? [], physicalIds, item.rollbackPoint?.aliases ?? []),
  };
}

/** Points every alias back at the one version it served before, where it does not serve that alone. */
export async function restoreAliases(target: Pick<WakeTarget, 'functions'>, item: TargetItem): Promise<void> {
  for (const { functionName, aliasName, version } of item.rollbackPoint?.aliases ?? []) {
    if (version === undefined) continue;
    const now = await target.functions.alias(functionName, aliasName);
    if (now === undefined) continue;
    if (now.version === version && Object.keys(now.weights).length === 0) continue;
    await target.functions.pointAlias(functionName, aliasName, version);
  }
}
