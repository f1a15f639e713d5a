import { describe, expect, it } from 'vitest';
import type { LiveItem } from '../../../core/ledger/items.ts';
import { advanceIn, underWay } from '../../../core/overview/advance.ts';
import { matrixOf, type MatrixSources } from '../../../core/overview/matrix.ts';
import { draft, moment, productionBaking, stagingChecked, succeeded, tell } from '../samples.ts';

function liveIn(environment: string, version: string, changes: Partial<LiveItem> = {}): LiveItem {
  return {
    service: 'orders',
    environment,
    account: '333333333333',
    region: 'us-east-1',
    release: `orders-${version}-a1`,
    version,
    since: moment(0),
    stackId: 'arn:aws:cloudformation:us-east-1:333333333333:stack/orders/1',
    aliases: [],
    ...changes,
  };
}

const cellsOf = (sources: Partial<MatrixSources>, now = moment(60)) => {
  const orders = [['staging', 'production']];
  return matrixOf({ live: [], open: [], orders, obstacles: [], ...sources }, now).rows[0]?.cells ?? {};
};

describe('the matrix', () => {
  it('says which version serves, since when, and where another one does than before', () => {
    const live = [liveIn('production', '1.4.1'), liveIn('staging', '1.4.2', { since: moment(5) })];
    const { staging, production } = cellsOf({ live });
    expect(staging).toMatchObject({ versions: [{ version: '1.4.2', targets: 1 }], since: moment(5), unproven: false });
    expect(staging).not.toHaveProperty('differsFrom');
    expect(production).toMatchObject({ versions: [{ version: '1.4.1' }], differsFrom: 'staging' });
    expect(cellsOf({ live: [liveIn('production', '1'), liveIn('staging', '1')] })['production']).not.toHaveProperty(
      'differsFrom',
    );
  });

  it('has columns in the order in which releases pass them', () => {
    const live = ['alpha', 'production', 'staging'].map((environment) => liveIn(environment, '1'));
    const orders = [
      ['staging', 'production'],
      ['alpha', 'staging'],
    ];
    expect(matrixOf({ live, open: [], orders, obstacles: [] }, moment(0)).environments).toEqual([
      'alpha',
      'staging',
      'production',
    ]);
  });

  it('counts targets that serve what no release brought', () => {
    const foreign = liveIn('production', '1');
    delete foreign.version;
    delete foreign.release;
    const regions = ['us-east-1', 'eu-west-1'].map((region) => ({ ...foreign, region }));
    expect(cellsOf({ live: regions })['production']?.versions).toEqual([{ targets: 2 }]);
  });

  it('says how many targets serve what, most first', () => {
    const regions = ['us-east-1', 'eu-west-1', 'eu-west-2'];
    const live = regions.map((region, index) => liveIn('production', index === 0 ? '1' : '2', { region }));
    expect(cellsOf({ live })['production']).toMatchObject({
      targets: 3,
      versions: [
        { version: '2', targets: 2 },
        { version: '1', targets: 1 },
      ],
    });
  });

  it('says the shares while users move, as far as they have moved by then', () => {
    const shift = {
      rollout: 'Canary10Percent5Minutes' as const,
      startedAt: moment(0),
      from: { release: 'orders-1-a1', version: '1' },
    };
    const live = [liveIn('production', '2', { shift, unproven: true })];
    expect(cellsOf({ live })['production']).toMatchObject({
      unproven: true,
      versions: [
        { version: '2', percent: 10 },
        { version: '1', percent: 90 },
      ],
    });
    expect(cellsOf({ live }, moment(301))['production']?.versions).toEqual([
      { release: 'orders-2-a1', version: '2', targets: 1 },
    ]);
  });

  it('shows a release under way where it is, also of a service that serves nowhere, and none that has ended', () => {
    const { staging } = cellsOf({ open: [stagingChecked.head, succeeded.head] });
    expect(staging?.moving).toMatchObject({ release: stagingChecked.head.release, environment: 'staging' });
    expect(staging?.moving?.advance).toBe(80);
    expect(cellsOf({ open: [succeeded.head] })).toEqual({});
  });

  it('shows holds and quarantines', () => {
    const hold = { owner: 'Ada', reason: 'The sale', since: moment(0) };
    const obstacles = [{ service: 'orders', environment: 'production', hold }];
    const live = [liveIn('staging', '1'), liveIn('production', '1')];
    const { staging, production } = cellsOf({ live, obstacles });
    expect(production?.hold).toEqual(hold);
    expect(staging).not.toHaveProperty('hold');
  });
});

describe('how far a release has come in an environment', () => {
  it.each([
    ['waiting', { a: 'pending' }, 0],
    ['held', { a: 'settled', b: 'pending' }, 50],
    ['held', { a: 'unsettled' }, 100],
    ['held', { a: 'rolledBack' }, 0],
    ['done', { a: 'pending' }, 100],
    ['waiting', {}, 0],
  ] as const)('%s with %j: %i %', (phase, targets, percent) => {
    expect(advanceIn({ phase, targets })).toBe(percent);
  });
});

it('a release under way has come to no environment at first, and is of nobody who is known yet', () => {
  const [first, later, ...others] = underWay([
    tell(undefined, draft('received')).head,
    productionBaking.head,
    succeeded.head,
  ]);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ status: 'Received', advance: 0 });
  expect(first).not.toHaveProperty('environment');
  expect(first).not.toHaveProperty('author');
  expect(later).toMatchObject({ environment: 'production', author: productionBaking.head.author });
  expect(later?.advance).toBeGreaterThan(0);
});
