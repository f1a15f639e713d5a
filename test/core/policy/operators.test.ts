import { describe, expect, it } from 'vitest';
import { operatorsOf, repairersOf, stoppersOf, windowOverridersOf } from '../../../core/policy/operators.ts';
import { samplePolicy } from '../samples.ts';

const robin = { name: 'Robin Release', email: 'robin@example.com' };
const dana = { name: 'Dana Desk', email: 'dana@example.com' };

describe('who may intervene in an environment', () => {
  const policy = samplePolicy({ people: { 'release-managers': [robin], desk: [dana, robin] } });
  it('is whoever approves there, or everybody listed where nobody does', () => {
    expect(operatorsOf(policy, 'orders', 'production')).toEqual([robin]);
    expect(operatorsOf(policy, 'orders', 'staging')).toEqual([robin, dana]);
  });

  it('stops it wherever it is, once for each person', () => {
    expect(stoppersOf(policy, 'orders', ['staging', 'production', 'moon'])).toEqual([robin, dana]);
    expect(stoppersOf(policy, 'orders', ['production', 'moon'])).toEqual([robin]);
    expect(stoppersOf(policy, 'orders', ['moon'])).toEqual([]);
  });

  it('lets a release in although an alarm fires only where the policy says so, and says who', () => {
    expect(repairersOf(policy, 'orders', 'production')).toEqual([]);
    const production = { ...policy.environments['production'], repairs: ['desk'] };
    const open = samplePolicy({ people: policy.people, environments: { ...policy.environments, production } });
    expect(repairersOf(open, 'orders', 'production')).toEqual([dana, robin]);
    expect(repairersOf(policy, 'orders', 'moon')).toBeUndefined();
  });

  it('lets a release in although a window is closed only where the policy says so, and says who', () => {
    expect(windowOverridersOf(policy, 'orders', 'production')).toEqual([]);
    const production = { ...policy.environments['production'], windowOverrides: ['desk'] };
    const open = samplePolicy({ people: policy.people, environments: { ...policy.environments, production } });
    expect(windowOverridersOf(open, 'orders', 'production')).toEqual([dana, robin]);
    expect(windowOverridersOf(policy, 'orders', 'moon')).toBeUndefined();
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
