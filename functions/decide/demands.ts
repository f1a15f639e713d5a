import { promoteVersion } from '../../core/release/actions/promote.ts';
import { hasPassed } from '../../core/release/progress.ts';
import { retryRelease } from '../../core/release/actions/retry.ts';
import { rollBackEnvironment, servedThere } from '../../core/release/actions/roll-back.ts';
import { requireTaken } from '../../core/release/actions/action.ts';
import { cancelRelease } from '../../core/release/actions/cancel.ts';
import type { DemandDocument } from '../../core/contract/api/actions.ts';
import { ActionRefused, NotInLedger } from '../../core/contract/errors.ts';
import { headItem, servedItem, type VersionItem, versionItem } from '../../core/ledger/items.ts';
import { headKey, servedPartition, versionKey } from '../../core/ledger/keys.ts';
import { type Demand, recordDemand } from '../../core/ledger/on-demand.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import { entryOf } from '../../core/policy/entries.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Origin } from '../../core/release/origin.ts';
import { isEnd } from '../../core/release/status.ts';
import { demandVersion, type Intervener } from '../../core/turn/interventions.ts';
import { describeObstacle, type Queue } from '../../core/turn/queue.ts';
import { blockVersion, type TurnPlace, unblockVersion } from '../../core/turn/turn-writes.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseItem, readHead, readItem, readLive } from '../../engine/ledger/read.ts';
import { retryOnConflict, updateRelease } from '../../engine/ledger/update-release.ts';
import { readQueue } from '../../engine/turn/pass-on.ts';
import { haltWaits } from '../../engine/waits/halt-waits.ts';
import type { Acting } from './actors.ts';
import type { DecideServices } from './services.ts';

/**
 * Releases that people ask for, of artifacts that have been there before. The reconciler starts what is written down and never started:
 * it is woken before.
 */

/** How many changes of what served in a target are looked through for the version before. */
const HISTORY = 200;

/** Who asks, and what is needed to do it. */
export interface Asking {
  readonly services: DecideServices;
  readonly invocation: InvocationContext;
  readonly acting: Acting;
}

/** Of whoever may act; these look at the state before. */
const itself = (who: Intervener): Intervener => who;

/** The same artifact, in a new attempt. @throws NotInLedger, ActionRefused, DecisionRefused */
export async function retry(release: string, { services, invocation, acting }: Asking): Promise<DemandDocument> {
  const begun = await retryOnConflict(invocation, async () => {
    const head = await readHead(services.ledger, release);
    const answer = retryRelease(head, environmentsOf(services, head.service));
    if ('why' in answer) throw new ActionRefused(answer.why, { release });
    const row = await requireRow(services, head);
    if (row.digest !== head.artifact.sha256) {
      const sentence = `${release} was of other content than version ${row.version} is: give it a version of its own, and drop that.`;
      throw new ActionRefused(sentence, { release });
    }
    const [newest] = (await attemptsOf(services, row)).slice(-1);
    if (newest !== undefined && newest.release !== release && !isEnd(newest.status))
      throw new ActionRefused(`${newest.release} is under way with the same artifact.`, { release });
    const who = acting(itself);
    await services.schedule.enable();
    return record(services, { row, artifact: head.artifact, origin: answer.origin, ...who }, () => []);
  });
  await services.workflow.start(begun);
  return { action: 'retry', release: begun, follows: `${begun} tries the artifact of ${release} again.` };
}

/** A version that passed the environments before, later; a hotfix passes over them. @throws NotInLedger, ActionRefused, DecisionRefused */
export async function promote(
  { service, environment }: TurnPlace,
  { version, hotfix }: { readonly version: string; readonly hotfix: boolean },
  { services, invocation, acting }: Asking,
): Promise<DemandDocument> {
  const begun = await retryOnConflict(invocation, async () => {
    const row = await requireRow(services, { service, version });
    const attempts = await attemptsOf(services, row);
    const given = environmentsOf(services, service);
    const earlier = given.slice(0, given.indexOf(environment));
    const hotfixes = services.policy.environments[environment]?.hotfixes === true;
    const queue = await readQueue(services.ledger, { service, environment });
    const blocked = queue.blocked.some((block) => block.version === version);
    const answer = promoteVersion({ version, environment, hotfix, hotfixes, earlier, attempts, blocked });
    if ('why' in answer) throw new ActionRefused(answer.why, { environment });
    const artifact = (attempts.findLast((head) => given.some((name) => hasPassed(head, name))) ?? attempts.at(-1))
      ?.artifact;
    if (artifact?.sha256 === undefined) throw notReadable(version, environment);
    const who = acting(itself);
    await services.schedule.enable();
    return record(services, { row, artifact, origin: answer.origin, ...who }, (release) => [
      ...unblockVersion({ service, environment }, version),
      ...demandVersion({ service, environment }, 'promoted', release, who).writes,
    ]);
  });
  await services.workflow.start(begun);
  return { action: 'promote', release: begun, follows: `${begun} brings version ${version} to ${environment}.` };
}

/**
 * Brings back what served before: by cancelling the release under way, by a release of the earlier version, or by both.
 * @param to the version; the one that served before where none is named
 * @throws NotInLedger, ActionRefused, DecisionRefused
 */
export async function rollBack(place: TurnPlace, to: string | undefined, asking: Asking): Promise<DemandDocument> {
  const { service, environment } = place;
  const { services, invocation, acting } = asking;
  const queue = await readQueue(services.ledger, place);
  const holder = queue.turn?.holder === undefined ? undefined : await readHead(services.ledger, queue.turn.holder);
  const live = await readLive(services.ledger, place.service, place.environment);
  const served = await servedIn(services, place, live);
  const answer = rollBackEnvironment({ service, environment, to, holder, live, served, blocked: queue.blocked });
  if ('why' in answer) throw new ActionRefused(answer.why, { environment });
  const { cancel, back, block } = answer;
  await requireNoOther(
    services,
    queue.blocked.find(({ version }) => version === block?.version)?.rollback,
    environment,
  );
  // What cannot come back is refused before anything is stopped for it.
  if (back !== undefined) await earlierVersion(services, place, back);
  const who = acting(itself);
  const blocked = block === undefined ? undefined : { ...block, by: who.by, reason: who.reason, at: who.at };
  const cancelled =
    cancel === undefined
      ? undefined
      : await stop(
          cancel,
          {
            kept: blocked === undefined ? [] : blockVersion(place, blocked),
            demanded: demandVersion(place, 'rolledBack', cancel.release, who).writes,
          },
          { services, invocation, who },
        );
  if (back === undefined) return { action: 'rollBack', ...cancelled, follows: cancelled?.follows ?? '' };
  await services.schedule.enable();
  const begun = await retryOnConflict(invocation, async () => {
    const { row, known } = await earlierVersion(services, place, back);
    const origin: Origin = { kind: 'rollback', environments: [environment], of: known.release };
    return record(services, { row, artifact: known.artifact, origin, ...who }, (release) => [
      ...unblockVersion(place, back.version),
      ...(blocked === undefined || cancel !== undefined ? [] : blockVersion(place, { ...blocked, rollback: release })),
      ...demandVersion(place, 'rolledBack', release, who).writes,
    ]);
  });
  await services.workflow.start(begun);
  const then = `${begun} brings version ${back.version} back to ${environment}.${waitsFor({ ...queue, turn: cancelled === undefined ? queue.turn : undefined })}`;
  const follows = cancelled === undefined ? then : `${cancelled.follows} Then ${then}`;
  return {
    action: 'rollBack',
    release: begun,
    ...(cancelled === undefined ? {} : { cancelled: cancelled.cancelled }),
    follows,
  };
}

/** The artifact of a version that served in an environment. @throws NotInLedger, ActionRefused */
async function earlierVersion(
  services: DecideServices,
  { service, environment }: TurnPlace,
  { version, release }: { readonly version: string; readonly release?: string | undefined },
): Promise<{ readonly row: VersionItem; readonly known: ReleaseHead }> {
  const row = await requireRow(services, { service, version });
  const attempts = await attemptsOf(services, row);
  const known = attempts.find((one) => one.release === release) ?? servedThere(attempts, environment);
  if (known !== undefined) return { row, known };
  const sentence = `Version ${version} of ${service} has never proven itself in ${environment}: promote it instead.`;
  throw new ActionRefused(sentence, { environment });
}

/** What a rollback that is asked for now would have to wait for; empty where nothing is in its way. */
function waitsFor({ turn, hold, quarantine }: Queue): string {
  const why = describeObstacle({ turn, hold, quarantine });
  return why === undefined ? '' : ` It has to wait: ${why}.`;
}

/**
 * Cancels the release under way, and keeps its version out; where somebody cancelled it a moment ago, too: whoever cancels only stops it.
 */
async function stop(
  { release }: ReleaseHead,
  { kept, demanded }: { readonly kept: readonly WriteIntent[]; readonly demanded: readonly WriteIntent[] },
  { services, invocation, who }: Omit<Asking, 'acting'> & { readonly who: Intervener },
): Promise<{ readonly cancelled: string; readonly follows: string }> {
  const writing = { ...services, invocation };
  await services.schedule.enable();
  const { result: follows } = await updateRelease<string>(writing, release, (head) => {
    const answer = requireTaken(head, cancelRelease(head, who));
    if (answer.answer !== 'done') return { result: answer.follows, writes: kept };
    return { result: answer.follows, events: answer.events, writes: [...kept, ...demanded] };
  });
  await haltWaits(writing, release);
  return { cancelled: release, follows };
}

/** Of two people who roll back at once, one begins a release. @throws ActionRefused */
async function requireNoOther(services: DecideServices, other: string | undefined, environment: string): Promise<void> {
  const head = other === undefined ? undefined : await readItem(services.ledger, headKey(other), headItem);
  if (head === undefined || isEnd(head.status)) return;
  throw new ActionRefused(`${head.release} brings version ${head.version} back already.`, { environment });
}

/** @returns the release; undefined where another write came first */
async function record(
  { ledger, policy }: DecideServices,
  demand: Omit<Demand, 'events'>,
  more: (release: string) => readonly WriteIntent[],
): Promise<string | undefined> {
  const { release, writes } = recordDemand({ ...demand, events: policy.notify?.events === true });
  return (await ledger.write([...writes, ...more(release)])) === 'already' ? undefined : release;
}

function environmentsOf({ policy }: DecideServices, service: string): readonly string[] {
  return entryOf(policy, service)?.entry.environments ?? [];
}

async function requireRow(
  { ledger }: DecideServices,
  { service, version }: { readonly service: string; readonly version: string },
): Promise<VersionItem> {
  const row = await readItem(ledger, versionKey(service, version), versionItem);
  if (row === undefined) throw new NotInLedger(`The ledger has no version ${version} of ${service}.`);
  return row;
}

/**
 * Releases of the bytes that a version is, the oldest first: an object that was dropped under it with other content was rejected, and
 * is never released.
 */
async function attemptsOf(
  { ledger }: DecideServices,
  { service, version, digest, attempts }: VersionItem,
): Promise<ReleaseHead[]> {
  const heads: ReleaseHead[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const head = await readItem(ledger, headKey(formatReleaseId({ service, version, attempt })), headItem);
    if (head !== undefined && digest !== undefined && head.artifact.sha256 === digest) heads.push(head);
  }
  return heads;
}

async function servedIn(
  { ledger }: DecideServices,
  { service }: TurnPlace,
  live: readonly { readonly environment: string; readonly account: string; readonly region: string }[],
) {
  const pages = await Promise.all(
    live.map((where) => ledger.query(servedPartition(service, where), { newestFirst: true, limit: HISTORY })),
  );
  return pages.flatMap(({ items }) => items.map((item) => parseItem(servedItem, item)));
}

function notReadable(version: string, environment: string): ActionRefused {
  return new ActionRefused(`The artifact of version ${version} could not be read when it was dropped: drop it again.`, {
    environment,
  });
}
