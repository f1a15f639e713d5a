import { expect, it } from 'vitest';
import type { ServedItem } from '../../../core/ledger/items.ts';
import { servedBefore, spansOf } from '../../../core/overview/history.ts';
import { moment } from '../samples.ts';

const place = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };

function change(second: number, version: string | undefined, cause: ServedItem['cause'] = 'shifted'): ServedItem {
  const at = moment(second);
  const live =
    version === undefined
      ? {}
      : { live: { version, release: `orders-${version}-a1`, since: at, stackId: 's', aliases: [] } };
  return { ...place, at, cause, by: 'orders-9-a1', ...live };
}

const newestFirst = (...items: ServedItem[]) => [...items].reverse();

it('tells spans in which one release serves, newest first, however many changes it takes to bring it', () => {
  const spans = spansOf(
    newestFirst(
      change(0, '1', 'changed'),
      change(9, '1'),
      change(20, '2', 'shiftStarted'),
      change(30, '2'),
      change(40, '1', 'trafficRestored'),
    ),
  );
  expect(spans).toEqual([
    { version: '1', release: 'orders-1-a1', from: moment(40) },
    { version: '2', release: 'orders-2-a1', from: moment(20), to: moment(40) },
    { version: '1', release: 'orders-1-a1', from: moment(0), to: moment(20) },
  ]);
});

it('has a gap where nothing served', () => {
  expect(spansOf(newestFirst(change(0, '1'), change(5, undefined, 'rolledBack'), change(9, '2')))).toEqual([
    { version: '2', release: 'orders-2-a1', from: moment(9) },
    { version: '1', release: 'orders-1-a1', from: moment(0), to: moment(5) },
  ]);
  expect(spansOf(newestFirst(change(0, '1'), change(5, undefined, 'rolledBack')))).toHaveLength(1);
  expect(spansOf([])).toEqual([]);
});

it('tells what no release brought by its time alone', () => {
  const foreign = { ...change(0, undefined), live: { since: moment(0), stackId: 's', aliases: [] } };
  expect(spansOf([foreign])).toEqual([{ from: moment(0) }]);
});

it('names what can be brought back: each release once, not the one that serves', () => {
  const spans = spansOf(newestFirst(change(0, '1'), change(1, '2'), change(2, '1'), change(3, '3')));
  expect(servedBefore(spans).map(({ version }) => version)).toEqual(['1', '2']);
});
