import { describe, expect, it } from 'vitest';
import { grantDifference, narrowedAfterBake } from '../../../core/template/permissions.ts';

const allow = (...Action: string[]) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const sam = (Policies?: unknown) => ({
  Type: 'AWS::Serverless::Function',
  ...(Policies === undefined ? {} : { Properties: { Policies } }),
});

describe('what a function of SAM may do', () => {
  it.each([
    ['a managed policy', 'AmazonSQSFullAccess', ['the policy AmazonSQSFullAccess']],
    ['statements of its own', [allow('sqs:SendMessage')], ['Allow to sqs:SendMessage on *']],
  ])('is told by %s', (_, policies, added) => {
    expect(grantDifference(sam(), sam(policies))).toEqual({ added, removed: [] });
    expect(grantDifference(sam(policies), sam())).toEqual({ added: [], removed: added });
  });
});

it('what is allowed until the bake is over is told where it is allowed no longer then', () => {
  const role = { logicalId: 'Role', type: 'AWS::IAM::Role' };
  const of = (...actions: string[]) => ({ Policies: [{ PolicyName: 'p', PolicyDocument: allow(...actions) }] });
  const [both, one] = [of('sqs:SendMessage', 'sqs:DeleteMessage'), of('sqs:SendMessage')];
  expect(narrowedAfterBake({ ...role, own: both, widened: both })).toEqual([]);
  expect(narrowedAfterBake({ ...role, own: one, widened: both })).toMatchObject([
    { code: 'permissions-narrowed', logicalId: 'Role' },
  ]);
});
