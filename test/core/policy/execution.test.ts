import { describe, expect, it } from 'vitest';
import { boundaryOf, executionIn, executionProblems, executionRole } from '../../../core/policy/execution.ts';
import { policyProblems, readPolicy } from '../../../core/policy/policy.ts';
import { samplePolicy } from '../samples.ts';

const target = { account: '222222222222', region: 'us-east-1' };
const name = '222222222222/us-east-1';
const of = (execution: object, entry = 'orders') => ({ entry, executions: { [name]: execution } });
const inPolicy = (execution: object) => policyProblems({ ...samplePolicy(), execution });

describe('who makes the resources', () => {
  it('is a role of the entry, under a boundary of the entry, unless the policy says otherwise', () => {
    const own = { entry: 'orders', executions: {} };
    expect(executionRole(own, target)).toBe('arn:aws:iam::222222222222:role/sluice-target-cfn-us-east-1-orders');
    expect(boundaryOf(own, target)).toBe('arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1-orders');
    expect(executionRole({ ...own, executions: { [name]: 'builtIn' } }, target)).toBe(executionRole(own, target));
    expect(executionIn({}, target)).toEqual({});
  });

  it('has a name of its own for a pattern, which no service’s entry has', () => {
    expect(executionRole({ entry: 'team-a-*', executions: {} }, target)).toMatch(/-team-a-_$/);
    expect(executionRole({ entry: '*', executions: {} }, target)).toMatch(/us-east-1-_$/);
  });

  it('fits into the 64 characters of a role’s name', () => {
    const longest = executionRole({ entry: 'x'.repeat(30), executions: {} }, { ...target, region: 'ap-southeast-1' });
    expect(longest.replace(/^.*\//, '').length).toBeLessThanOrEqual(64);
  });

  it('is the platform team’s role, or under its boundary, where the policy says so', () => {
    const role = 'arn:aws:iam::222222222222:role/path/platform';
    const boundary = 'arn:aws:iam::222222222222:policy/organisation';
    expect(executionRole(of({ role }), target)).toBe(role);
    expect(boundaryOf(of({ role, boundary }), target)).toBe(boundary);
    expect(boundaryOf(of({ boundary: 'none' }), target)).toBeUndefined();
    expect(boundaryOf(of({ boundary: 'none' }), { ...target, region: 'eu-west-1' })).toContain(
      'sluice-target-boundary',
    );
  });
});

describe('the policy', () => {
  it('takes each of the three, and asks for one of them', () => {
    const managedPolicies = ['arn:aws:iam::aws:policy/PowerUserAccess'];
    const role = 'arn:aws:iam::222222222222:role/platform';
    expect(inPolicy({ [name]: 'builtIn' })).toEqual([]);
    expect(inPolicy({ [name]: { managedPolicies, boundary: 'none' } })).toEqual([]);
    expect(inPolicy({ [name]: { role } })).toEqual([]);
    expect(inPolicy({ [name]: { role, managedPolicies } })).toHaveLength(1);
    expect(inPolicy({ [name]: 'mine' })).toHaveLength(1);
    expect(inPolicy({ [name]: { managedPolicies: [] } })).toHaveLength(1);
    expect(readPolicy({ ...samplePolicy(), execution: { [name]: { role } } })).toMatchObject({
      policy: { execution: { [name]: { role } } },
    });
  });

  it('names no target that there is not, and nothing of another account', () => {
    const elsewhere = { '999999999999/us-east-1': 'builtIn' } as const;
    expect(executionProblems(elsewhere, [name])).toMatchObject([
      { code: 'policy.target-unknown', path: 'execution.999999999999/us-east-1' },
    ]);
    const foreign = { [name]: { role: 'arn:aws:iam::333333333333:role/platform' } };
    expect(executionProblems(foreign, [name])[0]?.message).toContain('not in the account 222222222222');
  });
});
