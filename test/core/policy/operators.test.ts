import { describe, expect, it } from 'vitest';
import { keepersOf } from '../../../core/policy/operators.ts';
import { samplePolicy } from '../samples.ts';

const robin = { name: 'Robin Release', email: 'robin@example.com' };
const dana = { name: 'Dana Desk', email: 'dana@example.com' };

describe('who may intervene in an environment', () => {
  const policy = samplePolicy({ people: { 'release-managers': [robin], desk: [dana, robin] } });
  it('is whoever approves there, or everybody listed where nobody does', () => {
    expect(keepersOf(policy, 'orders', 'production')).toEqual([robin]);
    expect(keepersOf(policy, 'orders', 'staging')).toEqual([robin, dana]);
  });

  it('is nobody where the policy gives the service no such environment', () => {
    const narrow = { ...policy, services: { orders: { environments: ['staging'] } } };
    expect(keepersOf(narrow, 'orders', 'production')).toBeUndefined();
    expect(keepersOf(narrow, 'billing', 'staging')).toBeUndefined();
    expect(keepersOf(policy, 'orders', 'moon')).toBeUndefined();
    const gone = { ...policy, services: { orders: { environments: ['moon'] } } };
    expect(keepersOf(gone, 'orders', 'moon')).toBeUndefined();
  });
});
