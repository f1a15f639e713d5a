import { describe, expect, it } from 'vitest';
import { describeUnbounded, findUnbounded, type BoundaryState } from '../../../core/template/live-boundary.ts';
import type { Template } from '../../../core/template/template.ts';

const arn = 'arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1';
const stack = { name: 'sluice-orders-staging', region: 'us-east-1' };

function live(PermissionsBoundary?: unknown): Template {
  return { Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary } } } };
}

function reasons(template: Template, boundary: BoundaryState): string[] {
  return findUnbounded(
    template,
    [{ logicalId: 'Role', type: 'AWS::IAM::Role', name: 'orders-role', boundary }],
    arn,
  ).map(({ why }) => why);
}

describe('a live role', () => {
  it('is under the boundary when IAM and the stack’s template say so', () => {
    expect(reasons(live(arn), { kind: 'bounded', arn })).toEqual([]);
    expect(reasons(live({ 'Fn::Sub': '…' }), { kind: 'bounded', arn })).toEqual([]);
    expect(reasons(live({ 'Fn::If': ['A', arn, { Ref: 'AWS::NoValue' }] }), { kind: 'bounded', arn })).toEqual([]);
  });

  it('that somebody deleted is in nobody’s way', () => {
    expect(reasons(live(), { kind: 'gone' })).toEqual([]);
  });

  it('is not without one, with another, or with one that only IAM knows of', () => {
    expect(reasons(live(), { kind: 'unbounded' })).toEqual(['has none']);
    expect(reasons(live(arn), { kind: 'unbounded' })).toEqual(['has none']);
    expect(reasons(live(arn), { kind: 'bounded', arn: `${arn}-other` })).toEqual([`has ${arn}-other`]);
    expect(reasons(live(), { kind: 'bounded', arn })).toEqual(['has it, but not by the stack’s template']);
    expect(reasons({ Resources: {} }, { kind: 'bounded', arn })).toHaveLength(1);
    expect(reasons(live({ Ref: 'AWS::NoValue' }), { kind: 'bounded', arn })).toHaveLength(1);
    expect(reasons(live(arn), { kind: 'unreadable' })).toEqual([expect.stringContaining('may not be read')]);
  });

  it('is named with the reason and the command, few by name', () => {
    const one = (logicalId: string) => ({
      logicalId,
      type: 'AWS::IAM::Role' as const,
      name: `n-${logicalId}`,
      boundary: { kind: 'unbounded' } as const,
    });
    const sentence = (...ids: string[]) => describeUnbounded(findUnbounded(live(), ids.map(one), arn), stack, arn);
    expect(sentence('A', 'B')).toContain(`${arn}: A (n-A) has none; B (n-B) has none.`);
    expect(sentence('A')).toContain(
      'aws cloudformation deploy --stack-name sluice-orders-staging --region us-east-1 --template-file TEMPLATE',
    );
    expect(sentence('A', 'B', 'C', 'D', 'E', 'F')).toContain('D (n-D) has none; and 2 more.');
    // The ledger takes a thousand characters.
    const long = Array.from({ length: 9 }, () => 'R'.repeat(40));
    expect(sentence(...long).length).toBeLessThan(1000);
  });
});
