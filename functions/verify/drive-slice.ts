import type { EvidenceReference, MeasuredSlice } from '../../core/checks/evidence.ts';
import { describeSlice, type MeasuredCheck, weightOf } from '../../core/checks/series.ts';
import { MOST_SLICES, SLICE_SECONDS } from '../../core/checks/slice-timing.ts';
import type { TrafficCheck } from '../../core/checks/schema.ts';
import { capPhases, planRequests } from '../../core/checks/synthetic-traffic.ts';
import { describeVerdicts, overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import {
  addSlice,
  judgeMeasuredVersions,
  type Route,
  routesOf,
  sortSamples,
  standingOfEach,
} from '../../core/checks/slices.ts';
import { CheckFailed, DataUnreadable } from '../../core/contract/errors.ts';
import { type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { waitKey } from '../../core/ledger/keys.ts';
import {
  beginSlice,
  isMissing,
  keepMeasured,
  syntheticTrafficItem,
  type SyntheticTrafficItem,
  syntheticTrafficKey,
} from '../../core/ledger/synthetic-traffic.ts';
import { waitId } from '../../core/ledger/waits.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { EvidenceStore } from '../../adapters/s3/evidence-bucket.ts';
import type { EnvironmentTarget, SliceOrder } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { retryOnConflict } from '../../engine/ledger/update-release.ts';
import { keepEvidence, keepVerdicts, readEvidence } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { failure, answerWait } from '../../engine/waits/waits.ts';
import { drive } from './load.ts';
import { probeOf } from './probe.ts';
import type { VerifyServices } from './services.ts';
import { findMove, type Move, openVerification, type VerificationContext } from './verification-context.ts';
import { ask, sampleOf } from './synthetic-traffic.ts';

/** Judged after each slice and once more after the shift. */
const LOOKS = MOST_SLICES + 1;

const probeBy = { alias: 'alias', newVersion: 'version', oldVersion: 'previous' } as const satisfies Record<
  Route,
  string
>;

/**
 * One slice of synthetic traffic while traffic moves. Its measurement is added to those of earlier slices; if together they
 * fail the new version, the shift's wait is answered with a failure, and the workflow rolls back. A slice that comes twice,
 * late, or when the shift is over adds nothing.
 */
export async function driveSlice(
  { release, environment, account, region, slice }: SliceOrder,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<Record<string, never>> {
  const where = { environment, account, region };
  const wait = await openShift(services, release, environment, nameTarget(where));
  if (wait === undefined) return {};
  const before = await begin(services, invocation, release, where, slice);
  if (!isMissing(before, slice)) return {};
  const verification = await openVerification(services, release, where);
  const { traffic = [] } = verification.plan.manifest.checks ?? {};
  const at = invocation.now();
  const driven = await runSlice(verification, traffic, invocation);
  const after = await keep(services, invocation, before, { slice, at, driven });
  if (after === undefined) return {};
  const verdicts = judgeMeasuredVersions(traffic, after.checks, LOOKS);
  invocation.log.info(`Slice ${slice} of the traffic during the shift`, { verdicts });
  if (overallVerdict(verdicts) === 'failed') await stopShift({ ...services, invocation }, wait, after, verdicts);
  return {};
}

async function openShift(
  { ledger }: VerifyServices,
  release: string,
  environment: string,
  target: string,
): Promise<WaitItem | undefined> {
  const wait = await readItem(ledger, waitKey(release, waitId({ task: 'shift', environment, target })), waitItem);
  return wait?.answer === undefined ? wait : undefined;
}

/**
 * Starts the slice here and not where it is ordered: a lost order is repeated a minute later. A slice that is ordered twice, or
 * crashed while it ran, runs again; only one of two is added.
 */
async function begin(
  { ledger }: VerifyServices,
  invocation: InvocationContext,
  release: string,
  where: EnvironmentTarget,
  slice: number,
): Promise<SyntheticTrafficItem> {
  return retryOnConflict(invocation, async () => {
    const before = await readItem(ledger, syntheticTrafficKey(release, where), syntheticTrafficItem);
    if (before !== undefined && before.begun >= slice) return before;
    const { after, writes } = beginSlice(release, where, before, invocation.now());
    return (await ledger.write(writes)) === 'already' ? undefined : after;
  });
}

/** All checks at the same time: a slice is short, and users send requests at the same time anyway. */
async function runSlice(
  verification: VerificationContext,
  checks: readonly TrafficCheck[],
  invocation: InvocationContext,
): Promise<DrivenCheck[]> {
  return Promise.all(checks.map(async (check) => ({ check, seen: await driveCheck(verification, check, invocation) })));
}

async function driveCheck(
  verification: VerificationContext,
  check: TrafficCheck,
  invocation: InvocationContext,
): Promise<MeasuredCheck> {
  const move = 'invoke' in check ? await findMove(verification, check.invoke) : undefined;
  const weight = move === undefined ? undefined : await readWeight(verification, move);
  // Without an old version there is one route only: for a URL, or a function that no alias guards or that is new.
  const routes = move?.from === undefined ? (['alias'] as const) : routesOf(check);
  const probes = await Promise.all(routes.map((route) => probeOf(verification, check, probeBy[route])));
  const timed = await drive(
    planRequests(capPhases(check.phases, SLICE_SECONDS)),
    (index) => {
      const probe = probes[index % probes.length];
      if (probe === undefined) throw new RangeError('a check without a route');
      return ask(probe, check).then((answer) => ({ ...versionOf(routes[index % routes.length], move), ...answer }));
    },
    (milliseconds) => invocation.pause(milliseconds),
  );
  const samples = timed.map((one) => ({
    ...(one.result.version === undefined ? {} : { version: one.result.version }),
    sample: sampleOf(one),
  }));
  return { measured: sortSamples(samples, move?.from), weight };
}

/** What users get at the beginning of the slice, from the alias itself; undefined where it is gone. */
async function readWeight({ target }: VerificationContext, move: Move): Promise<number | undefined> {
  const alias = await target.functions.alias(move.functionName, move.aliasName);
  return alias === undefined ? undefined : weightOf(alias, move.to);
}

/** The version that a request by number was for, when it did not answer. */
function versionOf(route: Route | undefined, move: { readonly from?: string; readonly to: string } | undefined) {
  if (route === 'newVersion' && move !== undefined) return { version: move.to };
  return route === 'oldVersion' && move?.from !== undefined ? { version: move.from } : {};
}

/** A check, and what it measured in a slice. */
interface DrivenCheck {
  readonly check: TrafficCheck;
  readonly seen: MeasuredCheck;
}

/** A slice that was driven. */
interface DrivenSlice {
  readonly slice: number;
  readonly at: string;
  /** In the order of the manifest. */
  readonly driven: readonly DrivenCheck[];
}

/** @returns what is known now; undefined when another call added the slice */
async function keep(
  { ledger, evidence }: VerifyServices,
  invocation: InvocationContext,
  known: SyntheticTrafficItem,
  { slice, at, driven }: DrivenSlice,
): Promise<SyntheticTrafficItem | undefined> {
  const measured = Object.fromEntries(driven.map(({ seen }, index) => [String(index), seen.measured]));
  const { after } = await retryOnConflict(invocation, async () => {
    const before = (await readItem(ledger, syntheticTrafficKey(known.release, known), syntheticTrafficItem)) ?? known;
    if (!isMissing(before, slice)) return { after: undefined };
    const checks = addSlice(before.checks, measured);
    const standing = standingOfEach(
      driven.map(({ check }) => check),
      checks,
      LOOKS,
    );
    const shown = driven.map((one, index) => ({ ...one, verdict: standing[index] }));
    const series = await addToSeries(evidence, before, describeSlice({ slice, at }, shown));
    const next = { ...before, measured: slice, checks, series };
    await ledger.write(keepMeasured(before, next));
    return { after: next };
  });
  return after;
}

/** The object with one slice more, written before the ledger names it. */
async function addToSeries(
  evidence: EvidenceStore,
  { release, environment, account, region, series }: SyntheticTrafficItem,
  slice: MeasuredSlice,
): Promise<EvidenceReference> {
  const before = series === undefined ? [] : await readSeries(evidence, release, series.sha256);
  const where = { release, environment, account, region };
  return keepEvidence(evidence, { kind: 'series', ...where, slices: [...before, slice] });
}

/** @throws DataUnreadable when something else lies there */
async function readSeries(evidence: EvidenceStore, release: string, sha256: string): Promise<MeasuredSlice[]> {
  const document = await readEvidence(evidence, release, sha256);
  if (document.kind === 'series') return document.slices;
  throw new DataUnreadable(`The evidence ${sha256} holds verdicts, no series.`, { release });
}

async function stopShift(
  services: VerifyServices & { readonly invocation: InvocationContext },
  wait: WaitItem,
  { environment, account, region, series }: SyntheticTrafficItem,
  verdicts: readonly Verdict[],
): Promise<void> {
  const { invocation } = services;
  const where = { environment, account, region };
  const reason = describeVerdicts(verdicts.filter(({ verdict }) => verdict === 'failed'));
  const evidence = await keepVerdicts(services.evidence, { release: wait.release, ...where }, verdicts, series);
  const event: EventDraft = {
    type: 'checkFailed',
    at: invocation.now(),
    actor: invocation.actor,
    environment: where.environment,
    target: nameTarget(where),
    reason,
    evidence,
  };
  await answerWait(services, wait, (head) => ({
    result: failure(new CheckFailed(reason, { release: wait.release, ...where, evidence })),
    events: mayFollow(head, event) ? [event] : [],
  }));
}
