import { type RollbackPoint, type TargetItem } from '../../../core/ledger/items.ts';
import { liveAfterReturn } from '../../../core/ledger/live.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import type { EventDraft, EventOf, ReleaseEvent } from '../../../core/release/events.ts';
import { isRollback } from '../../../core/release/origin.ts';
import { whyStackFirst } from '../../../core/template/aliases-first.ts';
import { readStackTemplate } from '../../../core/template/parse.ts';
import { StackBusy } from '../../../core/contract/errors.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { readServing } from '../../../engine/ledger/live.ts';
import { readEvents, readTarget } from '../../../engine/ledger/read.ts';
import { type Live, readLive } from '../template/live.ts';
import type { TargetContext } from '../target-context.ts';

type Moves = EventOf<'aliasesRestoring'>['evidence']['moves'];

/** What served before the release that is live: its aliases, and whose it was. */
interface Before {
  readonly point: RollbackPoint;
  readonly former: NonNullable<TargetItem['formerRelease']>;
}

/**
 * Where people asked for a rollback, users come back to the versions that served before, at once, if all that these use is still there:
 * a change of its own, like an adoption, before the rollback point is read, so that nothing takes them away again. Where something is
 * missing they come back with the release itself, after the stack, and the ledger says what.
 * @returns what is live then
 */
export async function aliasesFirst(work: TargetContext, live: Live | undefined): Promise<Live | undefined> {
  if (!isRollback(work.head) || live === undefined) return live;
  const told = await lastTold(work);
  if (told?.type === 'aliasesRestored' || told?.type === 'stackFirst') return live;
  const before = await servedBefore(work);
  if (before === undefined) {
    await tell(work, stackFirst(work, 'It is not the release that served just before the present one.'));
    return live;
  }
  const why = await whyNot(work, live, before);
  if (why.length > 0 && told === undefined) {
    await tell(work, stackFirst(work, `What the earlier version uses is not there as it was: ${why.join('; ')}.`));
    return live;
  }
  const moves = told?.type === 'aliasesRestoring' ? told.evidence.moves : movesBack(live, before);
  if (moves.length === 0) return live;
  if (told === undefined) await tell(work, { ...place(work), type: 'aliasesRestoring', evidence: { moves } });
  for (const { functionName, aliasName, to } of moves)
    await work.target.functions.pointAlias(functionName, aliasName, to);
  await tell(work, { ...place(work), type: 'aliasesRestored', reason: inWords(moves) }, nowLive(work, before));
  return readLive(work, StackBusy);
}

/** What served before the present release, where that is what this release brings back. */
async function servedBefore({ services, plan, where, head }: TargetContext): Promise<Before | undefined> {
  const { ledger } = services;
  const present = await readServing(ledger, plan.manifest.service, where);
  if (present?.release === undefined) return undefined;
  const item = await readTarget(ledger, present.release, where);
  const { rollbackPoint: point, formerRelease: former } = item ?? {};
  if (point?.templateKey === undefined || former?.digest === undefined || former.drifted === true) return undefined;
  return former.digest === head.artifact.sha256 ? { point, former } : undefined;
}

async function whyNot({ target }: TargetContext, live: Live, { point }: Before): Promise<string[]> {
  const text = await target.assets.text(point.templateKey ?? '');
  if (text === undefined) return ['its template is no longer kept'];
  const before = { template: readStackTemplate(text), parameters: point.parameters ?? {} };
  const missing = await Promise.all(
    point.aliases.map(async ({ functionName, aliasName, version }) => {
      if (version !== undefined && (await target.functions.isUsable(functionName, version))) return [];
      return [`version ${version ?? ''} of ${functionName}:${aliasName} is gone`];
    }),
  );
  const now = { template: live.template, parameters: live.stack.parameters };
  return [...whyStackFirst(before, now), ...missing.flat()];
}

function movesBack(live: Live, { point }: Before): Moves {
  return point.aliases.flatMap(({ functionName, aliasName, version: to }) => {
    const now = live.aliases.find((one) => one.functionName === functionName && one.aliasName === aliasName);
    if (to === undefined || now?.version === undefined || now.version === to) return [];
    return [{ functionName, aliasName, from: now.version, to }];
  });
}

function inWords(moves: Moves): string {
  const each = moves.map(
    ({ functionName, aliasName, from, to }) => `${functionName}:${aliasName} from ${from} to ${to}`,
  );
  return `Users are back: ${each.join(', ')}.`;
}

function nowLive(work: TargetContext, { point, former }: Before): WriteIntent[] {
  const { release, version, digest } = former;
  const change = { ...work, at: work.invocation.now(), cause: 'aliasesRestored' } as const;
  const served = { stackId: point.stackId ?? work.item.stackName, aliases: point.aliases, release, version };
  return liveAfterReturn(change, { ...served, ...(digest === undefined ? {} : { digest }) });
}

function place({ where, targetName, invocation }: TargetContext) {
  const { environment } = where;
  return { at: invocation.now(), actor: invocation.actor, environment, target: targetName };
}

function stackFirst(work: TargetContext, reason: string): EventDraft {
  return { ...place(work), type: 'stackFirst', reason };
}

async function tell(work: TargetContext, event: EventDraft, writes: readonly WriteIntent[] = []): Promise<void> {
  const { services, invocation, release } = work;
  await updateRelease({ ledger: services.ledger, invocation }, release, async () => {
    const known = (await lastTold(work))?.type === event.type;
    return known ? { result: 'known' } : { result: 'told', events: [event], writes };
  });
}

type Told = Extract<ReleaseEvent, { type: 'aliasesRestoring' | 'aliasesRestored' | 'stackFirst' }>;

async function lastTold(work: TargetContext): Promise<Told | undefined> {
  const events = await readEvents(work.services.ledger, work.release);
  return events
    .filter(isTold)
    .findLast(({ environment, target }) => environment === work.where.environment && target === work.targetName);
}

function isTold(event: ReleaseEvent): event is Told {
  return event.type === 'aliasesRestoring' || event.type === 'aliasesRestored' || event.type === 'stackFirst';
}
