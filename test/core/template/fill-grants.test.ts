import { describe, expect, it } from 'vitest';
import { fillGrants, type Filling } from '../../../core/template/fill-grants.ts';
import type { Grant } from '../../../core/template/resource-kinds.ts';

const filling: Filling = { account: '222222222222', region: 'us-east-1', names: ['orders', 'Orders-*'] };
const because = 'A test.';
const filled = (grant: Omit<Grant, 'actions' | 'because'>, given = filling): Grant | undefined =>
  fillGrants({ title: 'Queues', types: [], grants: [{ actions: ['sqs:CreateQueue'], because, ...grant }] }, given)[0];

describe('a grant in a target', () => {
  it('has a resource for each name', () => {
    expect(filled({ resources: ['arn:aws:sqs:{region}:{account}:{name}'] })).toEqual({
      actions: ['sqs:CreateQueue'],
      because,
      resources: ['arn:aws:sqs:us-east-1:222222222222:orders', 'arn:aws:sqs:us-east-1:222222222222:Orders-*'],
    });
  });

  it('has small letters in the names of buckets', () => {
    expect(filled({ resources: ['arn:aws:s3:::{name}'] })?.resources).toEqual([
      'arn:aws:s3:::orders',
      'arn:aws:s3:::orders-*',
    ]);
  });

  it('has no resource that another one covers', () => {
    const resources = ['function:{name}', 'function:{name}:*', 'function:*-????????????'].map(
      (path) => `arn:aws:lambda:{region}:{account}:${path}`,
    );
    expect(filled({ resources }, { ...filling, names: ['*'] })?.resources).toEqual([
      'arn:aws:lambda:us-east-1:222222222222:function:*',
    ]);
    expect(filled({ resources })?.resources).toHaveLength(4);
  });

  it('has the same in its conditions', () => {
    const conditions = {
      ArnLike: { 'lambda:FunctionArn': ['arn:aws:lambda:{region}:{account}:function:{name}'] },
      StringEquals: { 'iam:PermissionsBoundary': '{boundary}' },
    };
    expect(filled({ resources: ['*'], conditions }, { ...filling, boundary: 'arn:b' })?.conditions).toEqual({
      ArnLike: {
        'lambda:FunctionArn': ['orders', 'Orders-*'].map(
          (name) => `arn:aws:lambda:us-east-1:222222222222:function:${name}`,
        ),
      },
      StringEquals: { 'iam:PermissionsBoundary': 'arn:b' },
    });
  });

  it('asks for no boundary where none is wanted', () => {
    const equals = { 'iam:PermissionsBoundary': '{boundary}' };
    expect(filled({ resources: ['*'], conditions: { StringEquals: equals } })).not.toHaveProperty('conditions');
    const both = { StringEquals: { ...equals, 'aws:ResourceAccount': '{account}' } };
    expect(filled({ resources: ['*'], conditions: both })?.conditions).toEqual({
      StringEquals: { 'aws:ResourceAccount': '222222222222' },
    });
  });

  it('is not made without what its placeholders stand for', () => {
    expect(() => filled({ resources: ['arn:aws:sqs:{partition}'] })).toThrow('the placeholder {partition}');
  });
});
