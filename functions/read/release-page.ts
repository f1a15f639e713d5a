import { standingOf } from '../../core/approval/standing.ts';
import { type EvidenceDocument, recordedObject } from '../../core/checks/evidence.ts';
import { approvalItem, type ApprovalItem, type LiveItem } from '../../core/ledger/items.ts';
import { approvalPrefix, liveInEnvironment, releasePartition, servicePartition } from '../../core/ledger/keys.ts';
import { servingRow } from '../../core/ledger/live-row.ts';
import {
  syntheticTrafficItem,
  syntheticTrafficKey,
  trafficInEnvironment,
} from '../../core/ledger/synthetic-traffic.ts';
import { chartsOf, type CheckCharts, movesOf } from '../../core/overview/charts.ts';
import { journeyOf, type JourneyStop } from '../../core/overview/journey.ts';
import type { ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isEnd } from '../../core/release/status.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { readEvidence } from '../../engine/ledger/evidence.ts';
import { parseItem, readAll } from '../../engine/ledger/read.ts';
import type { ReadServices } from './services.ts';

/** Targets whose measurements are drawn; the evidence of the others is linked. */
const DRAWN = 4;

/** What was measured in one target while traffic moved there. */
export interface TargetCharts {
  readonly environment: string;
  /** `<account>/<region>` */
  readonly target: string;
  readonly checks: readonly CheckCharts[];
}

/** A release's way through its environments as it stands. */
export async function readJourney({ ledger }: ReadServices, head: ReleaseHead, now: string): Promise<JourneyStop[]> {
  const ended = isEnd(head.status);
  const { service, environment } = head;
  const [live, approvals] = await Promise.all([
    ended || environment === undefined ? [] : readLive(ledger, service, environment),
    ended ? [] : readApprovals(ledger, head.release),
  ]);
  return journeyOf(
    head,
    live,
    approvals.filter((one) => standingOf(one, head, now) === 'open'),
    now,
  );
}

async function readLive(ledger: ReadServices['ledger'], service: string, environment: string): Promise<LiveItem[]> {
  const items = await readAll(ledger, servicePartition(service), liveInEnvironment(environment));
  return items.flatMap((item) => parseItem(servingRow, item) ?? []);
}

async function readApprovals(ledger: ReadServices['ledger'], release: string): Promise<ApprovalItem[]> {
  const items = await readAll(ledger, releasePartition(release), approvalPrefix);
  return items.map((item) => parseItem(approvalItem, item));
}

/** The evidence with what was measured so far in the targets where users move now, by target: of the first few. */
export async function findSeries(
  { ledger }: Pick<ReadServices, 'ledger'>,
  { release, environment, environments }: ReleaseHead,
): Promise<ReadonlyMap<string, string>> {
  if (environment === undefined) return new Map();
  const moving = Object.entries(environments[environment]?.targets ?? {}).filter(([, phase]) => phase === 'shifting');
  const keys = moving
    .slice(0, DRAWN)
    .map(([target]) => syntheticTrafficKey(release, { environment, ...parseTarget(target) }));
  const rows = (await ledger.getAll(keys)).map((item) => parseItem(syntheticTrafficItem, item));
  return new Map(
    rows.flatMap(({ account, region, series }) =>
      series === undefined ? [] : [[nameTarget({ account, region }), series.sha256]],
    ),
  );
}

/**
 * What was measured in the environment under way, or in the last: the first few of its targets.
 * @param events that may name the verdicts on it
 */
export async function readCharts(
  { ledger, evidence }: ReadServices,
  { release, environment }: ReleaseHead,
  events: readonly ReleaseEvent[],
): Promise<TargetCharts[]> {
  if (environment === undefined) return [];
  const { items } = await ledger.query(releasePartition(release), {
    prefix: trafficInEnvironment(environment),
    limit: DRAWN,
  });
  const rows = items.map((item) => parseItem(syntheticTrafficItem, item));
  return Promise.all(
    rows.map(async ({ account, region, series }) => {
      const target = nameTarget({ account, region });
      const object = judgementOf(events, environment, target);
      const [measured, judged] = await Promise.all([
        readObject(evidence, release, series?.sha256),
        readObject(evidence, release, object),
      ]);
      const slices = measured?.kind === 'series' ? measured.slices : [];
      const verdicts = judged?.kind === 'verdicts' ? judged.verdicts : [];
      return { environment, target, checks: chartsOf(slices, verdicts, movesOf(events, environment, target)) };
    }),
  );
}

async function readObject(
  evidence: ReadServices['evidence'],
  release: string,
  sha256: string | undefined,
): Promise<EvidenceDocument | undefined> {
  return sha256 === undefined ? undefined : readEvidence(evidence, release, sha256);
}

/** The last judgement on a shift in this target. */
function judgementOf(events: readonly ReleaseEvent[], environment: string, target: string): string | undefined {
  const found = events.findLast(
    (event) =>
      'target' in event &&
      event.target === target &&
      event.environment === environment &&
      recordedObject('evidence' in event ? event.evidence : undefined) !== undefined,
  );
  return found === undefined
    ? undefined
    : recordedObject('evidence' in found ? found.evidence : undefined)?.object.sha256;
}
