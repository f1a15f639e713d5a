import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveAtList } from '../../../core/contract/api/live-at.ts';
import { approvalKey, eventKey, headKey } from '../../../core/ledger/keys.ts';
import * as live from '../../../core/ledger/live.ts';
import type { TargetItem } from '../../../core/ledger/items.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import { nameTarget } from '../../../core/values/identifiers.ts';
import type { StoredItem } from '../../../adapters/dynamodb/ledger.ts';
import { readServing } from '../../../engine/ledger/live.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import * as s from '../../core/samples.ts';
import { readDescribed } from '../described.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { noFiles } from '../fakes/no-files.ts';
import { runs } from '../../runs.ts';

const places = ['orders', 'pay'].flatMap((service) =>
  ['222222222222', '333333333333'].map((account) => ({
    service,
    where: { environment: 'staging', account, region: 'us-east-1' },
  })),
);
type Place = (typeof places)[number];

const rollouts = ['AllAtOnce', 'Canary10Percent5Minutes', 'Linear10PercentEvery1Minute'] as const;
type Rollout = (typeof rollouts)[number];

/** What happens to one release in one target, and how long each step takes. */
const attempts = fc.array(
  fc.record({
    place: fc.integer({ min: 0, max: places.length - 1 }),
    guarded: fc.boolean(),
    rollout: fc.constantFrom(...rollouts),
    end: fc.constantFrom('moving', 'moved', 'proven', 'backWhileMoving', 'backAfterwards'),
    seconds: fc.integer({ min: 1, max: 400 }),
  }),
  { maxLength: 12 },
);
type Attempt = typeof attempts extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

/** An event as somebody who looks on would write it down. */
interface Seen {
  readonly at: string;
  readonly place: Place;
  readonly type: live.LiveCause;
  readonly version: string;
  readonly guarded: boolean;
  readonly rollout: Rollout;
}

interface Serving {
  readonly version: string;
  readonly unproven?: boolean;
  readonly shift?: { readonly since: string; readonly rollout: Rollout; readonly from: string | undefined };
}

const stepsOf = ({ end, guarded }: Attempt): readonly live.LiveCause[] => {
  const back = guarded ? 'trafficRestored' : 'rolledBack';
  switch (end) {
    case 'moving':
      return ['changed', 'shiftStarted'];
    case 'moved':
      return ['changed', 'shiftStarted', 'shifted'];
    case 'proven':
      return ['changed', 'shiftStarted', 'shifted', 'settleStarted'];
    case 'backWhileMoving':
      return ['changed', 'shiftStarted', back];
    case 'backAfterwards':
      return ['changed', 'shiftStarted', 'shifted', back];
  }
};

/** Plays attempts by the engine's own decisions; gives what somebody saw who looked on. */
async function play(ledger: MemoryLedger, all: readonly Attempt[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  let now = 0;
  for (const [index, attempt] of all.entries()) {
    const place = places[attempt.place] ?? places[0];
    if (place === undefined) throw new Error('There are places.');
    const { service, where } = place;
    const version = String(index + 1);
    const head: ReleaseHead = { ...s.stagingChecked.head, service, version, release: `${service}-${version}-a1` };
    const before = await readServing(ledger, service, where);
    const guarded = attempt.guarded && before !== undefined;
    const item = itemOf(head, place, { guarded, before });
    for (const cause of stepsOf({ ...attempt, guarded })) {
      now += attempt.seconds;
      const at = s.moment(now);
      await ledger.write(await writesOf({ head, item, where, at, cause }, ledger, attempt.rollout));
      seen.push({ at, place, type: cause, version, guarded, rollout: attempt.rollout });
    }
  }
  return seen;
}

function itemOf(
  { release, version }: ReleaseHead,
  { where }: Place,
  { guarded, before }: { guarded: boolean; before: Awaited<ReturnType<typeof readServing>> },
): TargetItem {
  const alias = { alias: 'Live', functionName: 'Orders', aliasName: 'live' };
  return {
    ...{ ...where, release, stackName: 'stack', stackId: 'arn:stack' },
    rollbackPoint: { readAt: s.moment(0), aliases: [], ...(before === undefined ? {} : { stackId: 'arn:stack' }) },
    ...(before?.release === undefined || before.version === undefined
      ? {}
      : { formerRelease: { release: before.release, version: before.version, alarms: [] } }),
    moves: guarded ? [{ ...alias, from: before?.version ?? '0', to: version }] : [],
  };
}

async function writesOf(change: live.LiveChange, ledger: MemoryLedger, rollout: Rollout) {
  const known = await readServing(ledger, change.head.service, change.where);
  switch (change.cause) {
    case 'changed':
      return live.liveAfterChange(change);
    case 'shiftStarted':
      return live.liveDuringShift(change, rollout);
    case 'shifted':
      return live.liveAfterShift(change, known);
    case 'trafficRestored':
    case 'rolledBack':
      return live.liveAfterRollback(change, known);
    default:
      return live.liveOnceProven(change, known);
  }
}

/** What served in a place at a moment, by nothing but what was seen until then. */
function replay(seen: readonly Seen[], place: Place, at: string): Serving | undefined {
  let serving: Serving | undefined;
  const before = new Map<string, Serving | undefined>();
  for (const event of seen) {
    if (event.place !== place || event.at > at) continue;
    const { version, guarded, rollout } = event;
    if (!before.has(version)) before.set(version, serving);
    const former = before.get(version)?.version;
    if (event.type === 'changed' && !guarded) serving = { version, unproven: true };
    if (event.type === 'shiftStarted' && guarded)
      serving =
        rollout === 'AllAtOnce'
          ? { version, unproven: true }
          : { version, unproven: true, shift: { since: event.at, rollout, from: former } };
    if (event.type === 'shifted' && guarded) serving = { version, unproven: true };
    if (event.type === 'settleStarted') serving = { version };
    if (event.type === 'trafficRestored' || event.type === 'rolledBack')
      serving = former === undefined ? undefined : { version: former };
  }
  return serving;
}

function sharesOf({ version, shift }: Serving, at: string): [string | undefined, number][] {
  if (shift === undefined) return [[version, 100]];
  const seconds = (Date.parse(at) - Date.parse(shift.since)) / 1000;
  const linear = Math.min(100, 10 * (1 + Math.floor(seconds / 60)));
  const moved = shift.rollout === 'Linear10PercentEvery1Minute' ? linear : seconds < 300 ? 10 : 100;
  const shares: [string | undefined, number][] = [
    [shift.from, 100 - moved],
    [version, moved],
  ];
  return shares.filter(([, percent]) => percent > 0);
}

const appOf = (ledger: MemoryLedger) => {
  // After all that is played.
  const clock = new FakeClock();
  clock.pass(365 * 86_400);
  const none = new FakeEvidenceStore();
  return createReadApp({ ledger, evidence: none, digests: none, files: noFiles }, clock.invocationOf('read'));
};

async function ask(ledger: MemoryLedger, query: Readonly<Record<string, string>>) {
  const path = `/v1/live?${new URLSearchParams(query).toString()}`;
  return liveAtList.parse(JSON.parse(await readDescribed('GET', path, await appOf(ledger).request(path))));
}

describe('what was live at a moment', () => {
  it('is what a replay of all events says, over a thousand random histories', async () => {
    await fc.assert(
      fc.asyncProperty(
        attempts,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 3 }),
        async (all, points) => {
          const ledger = new MemoryLedger();
          const seen = await play(ledger, all);
          const last = seen.at(-1)?.at ?? s.moment(0);
          const end = (Date.parse(last) - Date.parse(s.moment(0))) / 1000 + 600;
          const moments = [...points.map((point) => s.moment(Math.round(point * end))), last];
          for (const at of moments) {
            const { live: found } = await ask(ledger, { at });
            const expected = places.flatMap((place) => {
              const serving = replay(seen, place, at);
              const name = [place.service, nameTarget(place.where)];
              return serving === undefined ? [] : [[...name, serving.unproven === true, sharesOf(serving, at)]];
            });
            expect(
              found.map(({ service, account, region, unproven, serves }) => [
                ...[service, `${account}/${region}`, unproven === true],
                serves.map(({ version, percent }) => [version, percent]),
              ]),
            ).toEqual(expected);
          }
        },
      ),
      runs(1000),
    );
  });

  it('is asked of a service and an account, in any zone', async () => {
    const ledger = new MemoryLedger();
    for (const place of places)
      await play(ledger, [
        { place: places.indexOf(place), guarded: false, rollout: 'AllAtOnce', end: 'proven', seconds: 1 },
      ]);
    const targets = async (query: Readonly<Record<string, string>>) =>
      (await ask(ledger, { at: '2026-11-20T12:00:00+01:00', ...query })).live.map(({ service, account }) => [
        service,
        account,
      ]);
    expect(await targets({ service: 'pay' })).toEqual([
      ['pay', '222222222222'],
      ['pay', '333333333333'],
    ]);
    expect(await targets({ account: '333333333333' })).toEqual([
      ['orders', '333333333333'],
      ['pay', '333333333333'],
    ]);
    expect((await ask(ledger, { at: '2026-11-20T08:59:59Z' })).live).toEqual([]);
    const refused = await appOf(ledger).request('/v1/live?at=yesterday');
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('must be a time such as')]);
  });

  it('says who let it through, and on what evidence, however many transitions the release has', async () => {
    const ledger = new MemoryLedger();
    const { head, events } = s.succeeded;
    const counts = { passed: 3, failed: 0, inconclusive: 0 };
    const object = { sha256: s.digest, bytes: 10 };
    const [first] = events;
    const length = 1000;
    const put = (item: { pk: string; sk: string } & StoredItem) => ledger.write([{ write: 'put', item }]);
    await put({ ...headKey(head.release), ...head, sequence: length });
    for (let sequence = 1; sequence <= length; sequence += 1)
      await put({
        ...eventKey(head.release, sequence),
        ...{
          ...first,
          type: 'checked',
          environment: 'production',
          target: s.production,
          sequence,
          at: s.moment(sequence),
        },
        evidence: sequence % 200 === 0 ? { counts, object, sequence } : {},
      });
    const decision = { by: 'robin@example.com', decision: 'approve', at: s.moment(1), via: 'link', reason: 'Good.' };
    const approval = { ...s.approval, state: 'approved', decisions: [decision] };
    await put({ ...approvalKey(head.release, approval.approval), ...approval });
    const voided = { ...approval, approval: '1'.repeat(32), state: 'void' };
    await put({ ...approvalKey(head.release, voided.approval), ...voided });
    const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
    const item = { ...where, release: head.release, stackName: 'stack' };
    await ledger.write(
      live.liveOnceProven({ head, item, where, at: s.moment(450), cause: 'settleStarted' }, undefined),
    );
    let reads = 0;
    const counted = new MemoryLedger();
    counted.restore(ledger.snapshot());
    const get = counted.get;
    Object.assign(counted, { get: (key: Parameters<typeof get>[0]) => ((reads += 1), get(key)) });
    const { live: found } = await ask(counted, { at: s.moment(9000) });
    expect(found).toMatchObject([
      {
        ...{ release: head.release, cause: 'settleStarted', by: head.release },
        approvals: [{ approval: approval.approval, by: 'robin@example.com', via: 'link', reason: 'Good.' }],
        evidence: [{ transition: 400, type: 'checked', checks: '3 checks: 3 passed', evidence: s.digest }],
      },
    ]);
    expect(reads).toBeLessThan(15);
  });
});
