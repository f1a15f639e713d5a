import { describe, expect, it } from 'vitest';
import { sessionPolicy } from '../../../core/contract/session-policy.ts';

const scope = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };

describe('a session in a target', () => {
  it('is narrowed to the one stack, and what CloudFormation names after it', () => {
    const text = JSON.stringify(sessionPolicy(scope));
    expect(text).toContain('arn:aws:cloudformation:us-east-1:333333333333:stack/sluice-orders-production/*');
    expect(text).toContain('arn:aws:lambda:us-east-1:333333333333:function:sluice-orders-production-*');
    for (const { Action, Resource } of sessionPolicy(scope).Statement) {
      // What AWS cannot narrow is all that stands on everything: reads, and to stop a deployment.
      if ([Resource].flat().includes('*'))
        expect([Action].flat().every((one) => /:(Describe|Get|StopDeployment)/.test(one))).toBe(true);
    }
  });
  it('fits what STS takes, with the longest names there can be', () => {
    const longest = { ...scope, service: 'a'.repeat(30), environment: 'e'.repeat(20), region: 'ap-southeast-99' };
    expect(JSON.stringify(sessionPolicy(longest)).length).toBeLessThanOrEqual(2048);
  });
});
