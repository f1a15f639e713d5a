import { describe, expect, it } from 'vitest';
import { describeChange, describeServing, rollbackCandidates } from '../../../../core/contract/api/services.ts';
import type { LiveItem, ServedItem } from '../../../../core/ledger/items.ts';
import { moment } from '../../samples.ts';

const place = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };
const foreign: LiveItem = { ...place, since: moment(5), stackId: 's', aliases: [] };
const live = (version: string, more: Partial<LiveItem> = {}): LiveItem => ({
  ...foreign,
  ...{ version, release: `orders-${version}-a1` },
  ...more,
});
const shift = { rollout: 'Canary10Percent5Minutes', startedAt: moment(1), from: {} } as const;

describe('what serves in an environment', () => {
  it('is told by release, since when in the first of its targets, and whether it is proven everywhere', () => {
    const served = [live('2', { since: moment(9) }), live('1'), live('2', { unproven: true }), foreign];
    expect(describeServing(served)).toEqual([
      {
        environment: 'production',
        serves: [
          { version: '2', release: 'orders-2-a1', targets: 2, since: moment(5), unproven: true },
          { version: '1', release: 'orders-1-a1', targets: 1, since: moment(5) },
          { targets: 1, since: moment(5) },
        ],
      },
    ]);
    const later = [live('2'), live('2', { since: moment(9) })];
    expect(describeServing(later)[0]?.serves).toMatchObject([{ targets: 2, since: moment(5) }]);
  });
});

const served = (one: LiveItem | undefined): ServedItem => ({
  ...{ ...place, at: moment(9), cause: 'shifted', by: 'orders-9-a1' },
  ...(one === undefined ? {} : { live: one }),
});

describe('a change of what served', () => {
  it.each<[LiveItem | undefined, object]>([
    [undefined, { serves: 'nothing' }],
    [foreign, { serves: 'foreign' }],
    [live('1'), { serves: 'release', version: '1', release: 'orders-1-a1' }],
    [
      live('1', { unproven: true, shift }),
      { serves: 'release', version: '1', release: 'orders-1-a1', unproven: true, rollout: shift.rollout },
    ],
  ])('says what it was: %j', (one, told) => {
    const { account, region } = place;
    expect(describeChange(served(one))).toEqual({
      ...{ account, region, at: moment(9), cause: 'shifted', by: 'orders-9-a1' },
      ...told,
    });
  });
});

describe('versions to which people could go back', () => {
  it('have served to the end, serve no longer, and nobody has rolled them back', () => {
    const history = [
      live('4'),
      live('3'),
      live('5', { unproven: true }),
      live('6', { shift }),
      live('2'),
      live('2'),
      foreign,
      undefined,
      live('1'),
    ];
    const found = rollbackCandidates([live('4'), foreign], history.map(served), [{ version: '3' }]);
    expect(found.map(({ version }) => version)).toEqual(['2', '1']);
  });
});
