import { describe, expect, it } from 'vitest';
import { operatorsOf } from '../../../core/policy/operators.ts';
import { samplePolicy } from '../samples.ts';

const robin = { name: 'Robin Release', email: 'robin@example.com' };
const dana = { name: 'Dana Desk', email: 'dana@example.com' };

describe('who may intervene in an environment', () => {
  const policy = samplePolicy({ people: { 'release-managers': [robin], desk: [dana, robin] } });
  it('is whoever approves there, or everybody listed where nobody does', () => {
    expect(operatorsOf(policy, 'orders', 'production')).toEqual([robin]);
    expect(operatorsOf(policy, 'orders', 'staging')).toEqual([robin, dana]);
  });

  it('is nobody where the policy gives the service no such environment', () => {
    const narrow = samplePolicy({ services: { orders: { environments: ['staging'] } } });
    expect(operatorsOf(narrow, 'orders', 'production')).toBeUndefined();
    expect(operatorsOf(narrow, 'billing', 'staging')).toBeUndefined();
    expect(operatorsOf(policy, 'orders', 'moon')).toBeUndefined();
    const gone = { ...policy, services: { orders: { environments: ['moon'], stack: '{service}', names: [] } } };
    expect(operatorsOf(gone, 'orders', 'moon')).toBeUndefined();
  });
});
