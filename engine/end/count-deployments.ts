import {
  blockPrefix,
  deploymentsPartition,
  environmentPartition,
  headKey,
  planKey,
  weekKey,
} from '../../core/ledger/keys.ts';
import { blockItem, headItem, type TargetItem } from '../../core/ledger/items.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import { countClearance, countOutcome, isCorrection, writeWeeks } from '../../core/metrics/count.ts';
import { type WeekItem, weekItem } from '../../core/metrics/items.ts';
import { type Outcome, outcomesOf } from '../../core/metrics/outcome.ts';
import { weekOf } from '../../core/metrics/weeks.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { kindOf } from '../../core/release/kind.ts';
import { isGood, orderedEnvironments } from '../../core/release/progress.ts';
import { planSchema } from '../../core/release/plan.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { DataUnreadable } from '../../core/contract/errors.ts';
import type { InvocationContext } from '../handler/handler.ts';
import { parseItem, readAll, readEvents, readItem, readTargets } from '../ledger/read.ts';

type Logging = Pick<InvocationContext, 'log'>;

/** Weeks in which a deployment is looked for that came out to be bad: those with deployments, the newest first. */
const LOOKED_THROUGH = 26;

/**
 * What a release that ends adds to the weeks of its environments. It reads all of the release's transitions, once: as much as writing
 * them has cost, so that no reader of the metrics has to.
 */
export function countDeployments(ledger: Ledger, head: ReleaseHead, invocation: Logging): Promise<WriteIntent[]> {
  return orUncounted(countEnd(ledger, head), invocation);
}

async function countEnd(ledger: Ledger, head: ReleaseHead): Promise<WriteIntent[]> {
  // It never had a turn, so that no user came to it.
  if (Object.values(head.environments).every(({ fence }) => fence === undefined)) return [];
  const [events, items, facts] = await Promise.all([
    readEvents(ledger, head.release),
    targetsInDoubt(ledger, head),
    readFacts(ledger, head),
  ]);
  const changed = await Promise.all(
    outcomesOf(head, events, items).map(async (outcome) => {
      const weeks = await weeksFor(ledger, head, outcome);
      const rolledBack =
        kindOf(head) === 'rollback' ? await rolledBackBy(ledger, head, outcome.environment) : undefined;
      return countOutcome({ head, outcome, ...facts, rolledBack }, weeks);
    }),
  );
  return writeWeeks(changed.flat());
}

/** The weeks in which a release is one that was bad, and a person says that what serves is good again. */
export function countCleared(
  ledger: Ledger,
  { service, environment }: { readonly service: string; readonly environment: string },
  { release, at }: { readonly release: string; readonly at: string },
  invocation: Logging,
): Promise<WriteIntent[]> {
  const weeks = newestWeeks(ledger, service, environment);
  return orUncounted(
    weeks.then((found) => writeWeeks(countClearance(found, release, at))),
    invocation,
  );
}

/** No release and no person waits for the metrics: where what they are made of cannot be read, the log says so, and nothing is counted. */
async function orUncounted(counted: Promise<WriteIntent[]>, { log }: Logging): Promise<WriteIntent[]> {
  try {
    return await counted;
  } catch (problem) {
    if (!(problem instanceof DataUnreadable)) throw problem;
    log.error('What has ended is not counted in the metrics', problem);
    return [];
  }
}

/** Where a release failed, its targets say whether users came to it with the change of the stack. */
async function targetsInDoubt(ledger: Ledger, head: ReleaseHead): Promise<TargetItem[]> {
  const failed = orderedEnvironments(head).filter((state) => state.fence !== undefined && !isGood(state));
  return (await Promise.all(failed.map(({ name }) => readTargets(ledger, head.release, name)))).flat();
}

async function readFacts(ledger: Ledger, head: ReleaseHead) {
  const { service, version, attempt, startedAt } = head;
  const first = headKey(formatReleaseId({ service, version, attempt: 1 }));
  const [plan, upload] = await Promise.all([
    readItem(ledger, planKey(head.release), planSchema),
    attempt === 1 ? undefined : readItem(ledger, first, headItem),
  ]);
  return { committedAt: plan?.manifest.source.committedAt, uploadedAt: upload?.startedAt ?? startedAt };
}

async function weeksFor(ledger: Ledger, head: ReleaseHead, { environment, firstUserAt }: Outcome): Promise<WeekItem[]> {
  if (isCorrection(head)) return newestWeeks(ledger, head.service, environment);
  if (firstUserAt === undefined) return [];
  const week = await readItem(ledger, weekKey(head.service, environment, weekOf(firstUserAt)), weekItem);
  return week === undefined ? [] : [week];
}

async function newestWeeks(ledger: Ledger, service: string, environment: string): Promise<WeekItem[]> {
  const range = { newestFirst: true, limit: LOOKED_THROUGH };
  const { items } = await ledger.query(deploymentsPartition(service, environment), range);
  return items.map((item) => parseItem(weekItem, item));
}

/** The release that people rolled back by this one. */
async function rolledBackBy(
  ledger: Ledger,
  { release, service }: ReleaseHead,
  environment: string,
): Promise<string | undefined> {
  const items = await readAll(ledger, environmentPartition(service, environment), blockPrefix);
  return items.map((item) => parseItem(blockItem, item)).find(({ rollback }) => rollback === release)?.release;
}
