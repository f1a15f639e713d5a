import { describe, expect, it } from 'vitest';
import { leftItem, type LeftItem, type TargetItem } from '../../../core/ledger/items.ts';
import { forgetImported, keepLeft, leftAtEnd } from '../../../core/ledger/left.ts';
import * as s from '../samples.ts';

const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
const type = 'AWS::DynamoDB::Table';
const resource = (physicalId: string) =>
  ({ logicalId: 'Orders', type, physicalId, holds: 'data', next: 'imported' }) as const;
const since = s.moment(0);
const known: LeftItem = {
  ...{ service: 'orders', ...where },
  resources: [
    { ...resource('old'), release: 'orders-1-a1', since },
    { ...resource('taken'), release: 'orders-1-a1', since },
  ],
};
const about = ({ left = [], ...item }: Partial<TargetItem>) => ({
  left,
  ...{ service: 'orders', where, at: s.moment(9) },
  item: { release: 'orders-2-a1', ...item },
});
const taken = { imported: [{ logicalId: 'Orders', type, physicalId: 'taken' }] };
const namesIn = (writes: ReturnType<typeof keepLeft>): unknown =>
  writes.map((write) =>
    write.write === 'put'
      ? leftItem.parse(write.item).resources.map(({ physicalId, release }) => `${physicalId} ${release}`)
      : write.write,
  );

describe('what is left in a target', () => {
  it('is kept for the next release, beside what others left', () => {
    expect(namesIn(keepLeft(about({ left: [resource('new')] }), undefined))).toEqual([['new orders-2-a1']]);
    expect(namesIn(keepLeft(about({ left: [resource('new')] }), known))).toEqual([
      ['old orders-1-a1', 'taken orders-1-a1', 'new orders-2-a1'],
    ]);
  });

  it('is this release’s where it had been taken over, and gone where it was empty', () => {
    expect(namesIn(keepLeft(about({ ...taken, left: [resource('taken')] }), known))).toEqual([
      ['old orders-1-a1', 'taken orders-2-a1'],
    ]);
    expect(namesIn(keepLeft(about({ ...taken, left: [] }), known))).toEqual([['old orders-1-a1']]);
    expect(keepLeft(about({ left: [] }), known)).toEqual([]);
    const only = { ...known, resources: known.resources.slice(1) };
    expect(namesIn(keepLeft(about(taken), only))).toEqual(['delete']);
  });

  it('is forgotten where a good release has taken it over', () => {
    expect(namesIn(forgetImported(about(taken), known))).toEqual([['old orders-1-a1']]);
    expect(forgetImported(about({}), known)).toEqual([]);
    expect(forgetImported(about(taken), undefined)).toEqual([]);
  });

  it('is said at the end, with its place', () => {
    const item = { ...where, release: 'orders-2-a1', stackName: 'a' };
    expect(leftAtEnd('production', [{ ...item, left: [resource('new')] }, item])).toEqual([
      { ...resource('new'), environment: 'production', target: '333333333333/us-east-1' },
    ]);
  });
});
