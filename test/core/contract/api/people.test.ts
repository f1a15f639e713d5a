import { expect, it } from 'vitest';
import { describeCaller, describeWaiting } from '../../../../core/contract/api/people.ts';
import { approval, moment, productionAsked } from '../../samples.ts';

const { head } = productionAsked;
const max = { addressee: 'Max@example.com' };

it('a caller is a person of groups, or nobody whom the policy lists', () => {
  const listed = { name: 'Max Manager', email: 'max@example.com' };
  const people = { security: [listed], ops: [{ name: 'Sam', email: 'sam@example.com' }], managers: [listed] };
  expect(describeCaller(max, { people })).toEqual({
    ...{ principal: 'link to Max@example.com', person: listed, groups: ['managers', 'security'] },
  });
  expect(describeCaller({ addressee: 'nobody@example.com' }, { people })).toEqual({
    ...{ principal: 'link to nobody@example.com', groups: [] },
  });
});

it('an approval waits for whom it asks, until it is closed, too late, or they have decided', () => {
  const waits = (changes: object, caller = max, now = moment(1)) =>
    describeWaiting({ ...approval, ...changes }, head, caller, now);
  const decision = { by: 'max@example.com', decision: 'approve', at: moment(1), via: 'link' };
  expect(waits({})).toMatchObject({ service: 'orders', version: '1.4.2', author: approval.author });
  expect(waits({})).not.toHaveProperty('mayNotApprove');
  expect(waits({}, { addressee: 'ada@example.com' })?.mayNotApprove).toContain('author');
  expect(waits({}, { addressee: 'nobody@example.com' })).toBeUndefined();
  expect(waits({ state: 'approved' })).toBeUndefined();
  expect(waits({}, max, moment(3601))).toBeUndefined();
  expect(waits({ decisions: [decision] })).toBeUndefined();
  expect(waits({ decisions: [{ ...decision, by: 'robin@example.com' }] })).toBeDefined();
});
