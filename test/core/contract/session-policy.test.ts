import { describe, expect, it } from 'vitest';
import { sessionPolicy } from '../../../core/contract/session-policy.ts';
import { defaultStackName } from '../../../core/contract/names.ts';
import { namesAfterStack } from '../../../core/policy/stack-names.ts';

const sessionOf = (stackName: string, resourceNames = namesAfterStack(stackName)) =>
  sessionPolicy({ stackName, resourceNames, account: '333333333333', region: 'ap-southeast-99' });

describe('the policy of a session in a target', () => {
  it('is narrowed to the one stack, what CloudFormation names after it, and the names of the plan', () => {
    const text = JSON.stringify(sessionOf('orders-prod', ['orders-*']));
    expect(text).toContain('arn:aws:cloudformation:*:*:stack/orders-prod/*');
    expect(text).toContain('arn:aws:lambda:*:*:function:orders-*');
    expect(text).toContain('arn:aws:codedeploy:*:*:deploymentgroup:sluice/orders-prod-*');
    for (const { Action, Resource } of sessionOf('orders-prod').Statement) {
      // What AWS cannot narrow is all that stands on everything: reads, and to stop a deployment.
      if ([Resource].flat().includes('*'))
        expect([Action].flat().every((one) => /:(Describe|Get|List|StopDeployment)/.test(one))).toBe(true);
    }
  });

  it('reaches a function that is called like the stack, and one whose name CloudFormation cut', () => {
    const text = JSON.stringify(sessionOf('sluice-notifications-production'));
    expect(text).toContain('function:sluice-notifications-production"');
    expect(text).toContain('function:sluice-notifications-pro*-????????????');
  });

  it('fits what STS takes, with the longest names there can be', () => {
    const longest = defaultStackName('a'.repeat(30), 'e'.repeat(20));
    for (const stack of [longest, 's'.repeat(82), 's'.repeat(100), 's'.repeat(128)]) {
      expect(JSON.stringify(sessionOf(stack)).length, stack).toBeLessThanOrEqual(2048);
    }
  });
});
