import { describe, expect, it } from 'vitest';
import { sessionName, sessionPolicy } from '../../../adapters/targets/session.ts';

const access = { service: 'orders', release: 'orders-1.4.2-a1', environment: 'production', account: '333333333333', region: 'us-east-1' }; // prettier-ignore

describe('a session in a target', () => {
  it('is narrowed to the one stack, and what CloudFormation names after it', () => {
    const text = JSON.stringify(sessionPolicy(access));
    expect(text).toContain('arn:aws:cloudformation:us-east-1:333333333333:stack/sluice-orders-production/*');
    expect(text).toContain('arn:aws:lambda:us-east-1:333333333333:function:sluice-orders-production-*');
    for (const { Action, Resource } of sessionPolicy(access).Statement) {
      // Reads that AWS cannot narrow are all that stands on everything.
      if ([Resource].flat().includes('*'))
        expect([Action].flat().every((one) => /:(Describe|Get)/.test(one))).toBe(true);
    }
  });
  it('fits what STS takes, with the longest names there can be', () => {
    const longest = { ...access, service: 'a'.repeat(30), environment: 'e'.repeat(20), region: 'ap-southeast-99' };
    expect(JSON.stringify(sessionPolicy(longest)).length).toBeLessThanOrEqual(2048);
  });
  it('carries the release, whole where it fits, else told apart by its digest', () => {
    expect(sessionName('orders-1.4.2-a1')).toBe('orders-1.4.2-a1');
    const [one, two] = ['1', '2'].map((attempt) => sessionName(`${'s'.repeat(30)}-${'1'.repeat(40)}-a${attempt}`));
    expect(one).toHaveLength(64);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});
