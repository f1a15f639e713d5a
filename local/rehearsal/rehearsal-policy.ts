import type { z } from 'zod';
import type { policySchema } from '../../core/policy/policy.ts';

/**
 * A policy to try a service with: staging at once, then production by canary, which one person approves. Names may begin with the service's,
 * and functions that no alias guards are told of and not refused.
 */
export function rehearsalPolicy(service: string): z.input<typeof policySchema> {
  const inAccount = (account: string) => [{ targets: [{ account, region: 'us-east-1' }] }];
  return {
    services: { [service]: { environments: ['staging', 'production'], names: ['{service}*'] } },
    environments: {
      staging: { waves: inAccount('222222222222'), unguarded: 'warn' },
      production: {
        waves: inAccount('333333333333'),
        rollout: { atLeast: 'Canary10Percent5Minutes' },
        unguarded: 'warn',
        approval: { from: ['release-managers'], required: 1, selfApproval: true, expiresAfter: 'P7D' },
      },
    },
    people: {
      'release-managers': [
        {
          name: 'Robin Release',
          email: 'robin@example.com',
          principal: 'arn:aws:iam::111111111111:role/release-manager',
        },
      ],
    },
    checks: { allowAddresses: ['127.0.0.0/8'] },
  };
}
