import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCut } from '../../../core/template/boundary-cut.ts';

const document = (...Action: string[]) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action }] });
const boundary = document('dynamodb:GetItem', 'dynamodb:Query', 's3:*', 'logs:PutLogEvents');
const cut = (...documents: unknown[]): string[] => findCut({ documents, unreadable: [] }, boundary);

describe('what a boundary cuts', () => {
  it('is what the policies allow and it does not', () => {
    expect(cut(document('dynamodb:GetItem', 's3:GetObject'))).toEqual([]);
    expect(cut(document('dynamodb:GetItem', 'ec2:RunInstances'))).toEqual(['ec2:RunInstances']);
    expect(cut(document('DynamoDB:getitem'))).toEqual([]);
  });

  it('is a part of a pattern of which it allows some', () => {
    expect(cut(document('dynamodb:*'))).toEqual(['dynamodb:* in part']);
    expect(cut(document('s3:Get*', 'ec2:*'))).toEqual(['ec2:*']);
    expect(cut(document('*'))).toEqual(['* in part']);
  });

  it('is anything where a policy names what it does not allow, and nothing where it denies', () => {
    expect(cut({ Statement: { Effect: 'Allow', NotAction: 'iam:*' } })).toEqual(['* in part']);
    expect(cut({ Statement: [{ Effect: 'Deny', Action: 'ec2:*' }] })).toEqual([]);
  });

  it('may be what cannot be read', () => {
    const arn = 'arn:aws:iam::aws:policy/Secret';
    expect(findCut({ documents: [], unreadable: [arn] }, boundary)).toEqual([
      `what ${arn} allows, which the engine may not read`,
    ]);
  });

  it('is nothing under a boundary that allows everything, and nothing of the boundary’s own', () => {
    const action = fc.stringMatching(/^[a-z0-9]{2,8}:[A-Z][A-Za-z]{1,12}\*?$/);
    fc.assert(
      fc.property(fc.array(action, { minLength: 1 }), (actions) => {
        const granted = { documents: [document(...actions)], unreadable: [] };
        expect(findCut(granted, document('*'))).toEqual([]);
        expect(findCut(granted, document(...actions))).toEqual([]);
      }),
    );
  });
});
