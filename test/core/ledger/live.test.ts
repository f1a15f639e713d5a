import { describe, expect, it } from 'vitest';
import { servedItem, type AliasState, type LiveItem, type TargetItem } from '../../../core/ledger/items.ts';
import { servingRow } from '../../../core/ledger/live-row.ts';
import * as live from '../../../core/ledger/live.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import * as s from '../samples.ts';

const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
const alias: AliasState = { alias: 'Live', functionName: 'Orders', aliasName: 'live', version: '1' };
const former = { release: 'orders-1.4.1-a1', version: '1.4.1', digest: 'b'.repeat(64), alarms: [] };
const first: TargetItem = {
  ...{ ...where, release: s.release, stackName: 'sluice-orders-staging', stackId: 'arn:stack' },
  rollbackPoint: { readAt: s.moment(0), aliases: [] },
  moves: [{ ...alias, to: '1' }],
};
const second: TargetItem = {
  ...first,
  formerRelease: former,
  rollbackPoint: { readAt: s.moment(0), stackId: 'arn:stack', aliases: [alias] },
  moves: [{ ...alias, from: '1', to: '2' }],
};
const head = { ...s.stagingChecked.head };
const at = s.moment(60);

/** What the writes make of the target: live, and the history's item. */
function written(writes: readonly WriteIntent[]) {
  const [now, served, ...more] = writes;
  if (now === undefined || served?.write !== 'put') throw new Error('Nothing is written.');
  expect(more).toEqual([]);
  expect(now).toMatchObject({ lost: 'FenceLost', condition: { values: { ':fence': 1 } } });
  expect(served.condition).toEqual({ expression: 'attribute_not_exists(pk)' });
  const { pk, sk, ...item } = served.item;
  const history = servedItem.parse(item);
  expect([pk, sk]).toEqual(['served#orders#staging#222222222222#us-east-1', `${at}#${history.cause}`]);
  if (now.write !== 'put') throw new Error('What is live is no put.');
  expect(now.item).toMatchObject({ gsi1pk: 'live', gsi1sk: 'orders#staging#222222222222/us-east-1' });
  const parsed = servingRow.parse(now.item);
  expect(parsed === undefined ? undefined : { ...history.live, service: 'orders', ...parsedPlace(parsed) }).toEqual(
    parsed,
  );
  return parsed;
}

const canary = 'Canary10Percent5Minutes';
const parsedPlace = ({ environment, account, region }: LiveItem) => ({ environment, account, region });

const change = (item: TargetItem, cause: live.LiveCause): live.LiveChange => ({ head, item, where, at, cause });

describe('what is live', () => {
  it('is a first release with the change of the stack, and nothing again when it is rolled back', () => {
    const serving = written(live.liveAfterChange(change(first, 'changed')));
    expect(serving).toMatchObject({ release: s.release, version: '1.4.2', unproven: true, aliases: [alias] });
    expect(live.liveDuringShift(change(first, 'shiftStarted'), 'AllAtOnce')).toEqual([]);
    expect(live.liveAfterShift(change(first, 'shifted'), undefined)).toEqual([]);
    expect(written(live.liveAfterRollback(change(first, 'rolledBack'), serving))).toBeUndefined();
  });

  it('are both releases while users move, then the new one, unproven until it is good', () => {
    expect(live.liveAfterChange(change(second, 'changed'))).toEqual([]);
    const moving = written(live.liveDuringShift(change(second, 'shiftStarted'), 'Canary10Percent5Minutes'));
    expect(moving).toMatchObject({
      ...{ release: s.release, unproven: true, since: at, aliases: [{ ...alias, version: '2' }] },
      shift: { rollout: 'Canary10Percent5Minutes', startedAt: at, from: { release: former.release, version: '1.4.1' } },
    });
    const moved = written(live.liveAfterShift(change(second, 'shifted'), moving));
    expect(moved).toMatchObject({ release: s.release, unproven: true });
    expect(moved).not.toHaveProperty('shift');
    const proven = written(live.liveOnceProven(change(second, 'settleStarted'), moved));
    expect(proven).toMatchObject({ release: s.release, since: at });
    expect(proven).not.toHaveProperty('unproven');
    expect(live.liveOnceProven(change(second, 'settleFailed'), proven)).toEqual([]);
    // A shift whose end was not written, or an engine that wrote nothing before.
    for (const stale of [moving, undefined])
      expect(written(live.liveOnceProven(change(second, 'settleStarted'), stale))).toMatchObject({ since: at });
  });

  it('is the new release alone from the beginning of a shift that moves everybody at once', () => {
    const moved = written(live.liveDuringShift(change(second, 'shiftStarted'), 'AllAtOnce'));
    expect(moved).toMatchObject({ release: s.release, unproven: true });
    expect(moved).not.toHaveProperty('shift');
    expect(live.liveAfterShift(change(second, 'shifted'), moved)).toEqual([]);
  });

  it('is the release before when users are back, whose aliases AWS has read', () => {
    const moving = written(live.liveDuringShift(change(second, 'shiftStarted'), 'AllAtOnce'));
    const back = written(live.liveAfterRollback(change(second, 'trafficRestored'), moving));
    const { release, version, digest } = former;
    expect(back).toMatchObject({ release, version, digest, aliases: [alias], since: at });
    expect(back).not.toHaveProperty('unproven');
    expect(live.liveAfterRollback(change(second, 'rolledBack'), back)).toEqual([]);
    expect(live.liveAfterRollback(change(second, 'rolledBack'), undefined)).toEqual([]);
  });

  it.each([
    ['a stack that was taken over', { ...second, formerRelease: undefined }],
    ['what a person repaired by hand', { ...second, formerRelease: { ...former, drifted: true } as const }],
  ])('is of no release after the rollback to %s', (_, { formerRelease, ...rest }) => {
    const item: TargetItem = { ...rest, ...(formerRelease === undefined ? {} : { formerRelease }) };
    const moving = written(live.liveDuringShift(change(item, 'shiftStarted'), canary));
    expect(moving?.shift?.from).toEqual({});
    const back = written(live.liveAfterRollback(change(item, 'trafficRestored'), moving));
    expect(Object.keys(back ?? {})).not.toContain('release');
    expect(back?.aliases).toEqual([alias]);
  });

  it('is told with what is known, where a stack or a release has less than others', () => {
    const bare: TargetItem = { ...where, release: s.release, stackName: 'sluice-orders-staging' };
    const { sha256: _, ...artifact } = head.artifact;
    void _;
    const unread = { ...change(bare, 'changed'), head: { ...head, artifact } };
    const serving = written(live.liveAfterChange(unread));
    expect(serving).toMatchObject({ stackId: 'sluice-orders-staging', aliases: [] });
    expect(serving).not.toHaveProperty('digest');
    expect(written(live.liveAfterRollback(change(bare, 'rolledBack'), serving))).toBeUndefined();
    const { version: __, ...unknown } = alias;
    void __;
    const taken: TargetItem = {
      ...second,
      formerRelease: { release: former.release, version: former.version, alarms: [] },
      rollbackPoint: { readAt: s.moment(0), stackId: 'arn:stack', aliases: [{ ...unknown, alias: 'Empty' }] },
    };
    const moved = written(live.liveAfterShift(change(taken, 'shifted'), undefined));
    expect(moved?.aliases).toContainEqual({ ...unknown, alias: 'Empty' });
    expect(written(live.liveAfterRollback(change(taken, 'rolledBack'), moved))).not.toHaveProperty('digest');
  });

  it('is written by nobody who has no turn', () => {
    const without = { ...change(first, 'changed'), where: { ...where, environment: 'elsewhere' } };
    const [now] = live.liveAfterChange(without);
    expect(now).toMatchObject({ lost: 'FenceLost', condition: { values: { ':fence': 0 } } });
    expect(live.liveAfterChange(without)[1]).not.toHaveProperty('item.live.fence');
  });

  it('agrees with AWS unless an alias serves something else, or users were moving', () => {
    const serving = written(live.liveAfterShift(change(second, 'shifted'), undefined));
    if (serving === undefined) throw new Error('Nothing is live.');
    expect(live.agreesWith(serving, [{ ...alias, version: '2' }])).toBe(true);
    expect(live.agreesWith(serving, [{ ...alias, alias: 'Other' }])).toBe(true);
    expect(live.agreesWith(serving, [alias])).toBe(false);
    const moving = written(live.liveDuringShift(change(second, 'shiftStarted'), canary));
    expect(moving !== undefined && live.agreesWith(moving, [])).toBe(false);
  });
});
