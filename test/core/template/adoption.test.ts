import { expect, it } from 'vitest';
import { summarizeAdoption } from '../../../core/template/adoption.ts';

const arn = 'arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1-orders';
const role = (logicalId: string, ...cut: string[]) =>
  ({ logicalId, type: 'AWS::IAM::Role', name: `orders-${logicalId}`, cut }) as const;

it('says who gets the boundary, and what each loses', () => {
  const summary = summarizeAdoption({
    identities: [role('Kept'), role('Worker', 'ec2:*', 'iam:PassRole')],
    arn,
    guarded: [],
  });
  expect(summary.boundary).toContain(
    '2 roles and users that are live get the permissions boundary sluice-target-boundary',
  );
  expect(summary.resources).toMatchObject([{ action: 'Modify', logicalId: 'Kept' }, { logicalId: 'Worker' }]);
  expect(summary.warnings).toEqual([
    {
      code: 'permissions-cut',
      logicalId: 'Worker',
      sentence: 'Worker (orders-Worker) loses at once, also for the version in service: ec2:*, iam:PassRole.',
    },
  ]);
});

it('is another one as soon as anything of it differs', () => {
  const of = (...identities: ReturnType<typeof role>[]) => summarizeAdoption({ identities, arn, guarded: [] }).digest;
  expect(of(role('Worker', 'ec2:*'))).toBe(of(role('Worker', 'ec2:*')));
  expect(of(role('Worker', 'ec2:*'))).not.toBe(of(role('Worker')));
  expect(of(role('Worker'))).not.toBe(of(role('Other')));
});

it('names few actions', () => {
  const many = Array.from({ length: 30 }, (_, index) => `ec2:Action${index}`);
  expect(summarizeAdoption({ identities: [role('Worker', ...many)], arn, guarded: [] }).warnings[0]?.sentence).toMatch(
    /ec2:Action11, and 18 more\.$/,
  );
});
