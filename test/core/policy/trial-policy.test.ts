import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../core/policy/check-policy.ts';
import { trialPolicy } from '../../../core/policy/trial-policy.ts';

const now = '2026-11-26T00:00:00.000Z';
const nothing = { Level: 'INFO' };

/** The environments in order, each with its targets. */
function targetsOf(manifest: Parameters<typeof trialPolicy>[0]) {
  const document = trialPolicy(manifest);
  expect(checkPolicy(JSON.parse(JSON.stringify(document)), now)).toHaveProperty('policy');
  const { [manifest.service]: entry } = document.services;
  expect(entry?.environments).toEqual(Object.keys(document.environments));
  return Object.entries(document.environments).map(([name, { waves, approval }]) => [
    name,
    waves.flatMap(({ targets }) => targets.map(({ account, region }) => `${account}/${region}`)).join(),
    approval === undefined ? 'at once' : 'approved',
  ]);
}

describe('the policy of a service that has none', () => {
  const usual = [
    ['staging', '222222222222/us-east-1', 'at once'],
    ['production', '333333333333/us-east-1', 'approved'],
  ];

  it('is staging and production, whatever the service is called', () => {
    for (const service of ['a', 'orders', 'team-a-orders-and-everything1'])
      expect(targetsOf({ service })).toEqual(usual);
    expect(targetsOf({ service: 'orders', rollout: { production: 'AllAtOnce' } })).toEqual(usual);
    expect(targetsOf({ service: 'orders', parameters: { staging: nothing } })).toEqual(usual);
  });

  it('has the environments and targets that the manifest names, production last', () => {
    const parameters = { prod: nothing, dev: nothing, 'prod/444444444444/eu-west-1': nothing };
    expect(targetsOf({ service: 'orders', parameters, rollout: { test: 'AllAtOnce' } })).toEqual([
      ['dev', '222222222222/us-east-1', 'at once'],
      ['test', '222222222222/us-east-1', 'at once'],
      ['prod', '444444444444/eu-west-1', 'approved'],
    ]);
  });

  it('has no more environments than an entry takes', () => {
    const rollout = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`env${index}`, 'AllAtOnce']));
    expect(targetsOf({ service: 'orders', rollout })).toHaveLength(10);
  });
});
