import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy, policyProblems, type Policy } from '../../../core/policy/policy.ts';
import { entriesIn, isApart, namesIn, namesOf, withoutCovered } from '../../../core/policy/stack-names.ts';

const here = { account: '222222222222', region: 'us-east-1' };
const there = { account: '333333333333', region: 'us-east-1' };
const into = (...targets: object[]) => ({ waves: [{ targets }] });

/** Environments `staging`, `eu-staging`, `eu` and `eu-west` share a target; `production` has its own. */
function documentOf(services: object): object {
  const environments = Object.fromEntries(
    ['staging', 'eu-staging', 'eu', 'eu-west', 'production'].map((name) => [
      name,
      into(name === 'production' ? there : here),
    ]),
  );
  return { services, environments };
}

function policyOf(services: object): Policy {
  const reading = readPolicy(documentOf(services));
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

const complaints = (services: object): string[] =>
  policyProblems(documentOf(services)).map(({ code, path }) => `${code} ${path}`);

describe('names of stacks', () => {
  it('follow from the entry, and are as before where it says nothing', () => {
    const { services } = policyOf({
      orders: { environments: ['staging', 'production'] },
      shop: { environments: ['staging'], stack: 'the-{environment}-{service}', names: ['{service}-*', 'legacy-shop'] },
    });
    const names = (key: string, service: string) => services[key] && namesOf(services[key], service, 'staging');
    expect(names('orders', 'orders')).toEqual({
      stackName: 'sluice-orders-staging',
      resourceNames: ['sluice-orders-staging', 'sluice-orders-staging-*'],
    });
    expect(names('shop', 'shop')).toEqual({
      stackName: 'the-staging-shop',
      resourceNames: ['the-staging-shop', 'the-staging-shop-*', 'shop-*', 'legacy-shop'],
    });
  });

  it('have the placeholders {service} and {environment} and no others', () => {
    for (const stack of ['{services}', '{account}-x', 'a_b', '-a', 'a--b', 'a-', '1a', '', '{service', 'a*']) {
      expect(complaints({ orders: { environments: ['staging'], stack } }), stack).toEqual([
        'policy.wrong-format services.orders.stack',
      ]);
    }
    for (const name of ['*', '{region}-*', 'a*b', '']) {
      expect(complaints({ orders: { environments: ['staging'], names: [name] } }), name).toEqual([
        'policy.wrong-format services.orders.names[0]',
      ]);
    }
  });

  it('contain {service} where the entry has many, {environment} where two share a target', () => {
    expect(complaints({ 'team-*': { environments: ['staging'], stack: 'team-{environment}' } })).toEqual([
      'policy.stack-without-service services.team-*.stack',
    ]);
    expect(complaints({ orders: { environments: ['staging', 'eu'], stack: 'orders' } })).toEqual([
      'policy.stack-without-environment services.orders.stack',
    ]);
    expect(complaints({ orders: { environments: ['staging', 'production'], stack: 'orders' } })).toEqual([]);
  });

  it('fit CloudFormation and a session, for every service and environment there can be', () => {
    const long = 'x'.repeat(128 - 'eu-staging'.length - 1);
    const stack = (text: string, key = 'orders') =>
      complaints({ [key]: { environments: ['eu-staging'], stack: text } });
    expect(stack(`${long}-{environment}`)).toEqual([]);
    expect(stack(`${long}x-{environment}`)).toEqual(['policy.stack-too-long services.orders.stack']);
    expect(stack(`${'x'.repeat(97)}-{service}`, 'team-*')).toEqual([]);
    expect(stack(`${'x'.repeat(98)}-{service}`, 'team-*')).toEqual(['policy.stack-too-long services.team-*.stack']);
    const names = Array.from({ length: 5 }, (_, index) => `${'n'.repeat(60)}${index}`);
    expect(complaints({ orders: { environments: ['staging'], names } })).toEqual([
      'policy.names-too-many services.orders.names',
    ]);
  });

  it('are not open, and not Sluice’s own', () => {
    const found = (key: string, more: object) => complaints({ [key]: { environments: ['staging'], ...more } });
    expect(found('*', { stack: '{service}-{environment}' })).toEqual(['policy.names-open services.*']);
    expect(found('*', { names: ['{service}-*'] })).toEqual(['policy.names-open services.*']);
    expect(found('*', {})).toEqual([]);
    expect(found('team-a-*', { stack: '{service}-{environment}' })).toEqual([]);
    const reserved = ['policy.name-reserved services.orders'];
    expect(found('orders', { names: ['s*'] })).toEqual(reserved);
    expect(found('orders', { names: ['sluice-ledger'] })).toEqual(reserved);
    expect(found('orders', { stack: 'ReleaseTarget-staging-222222222222-us-east-1' })).toEqual(reserved);
    expect(found('orders', { stack: 'sluice' })).toEqual(reserved);
    for (const service of ['target', 'assets-x', 'releases']) {
      expect(found(service, {})).toEqual([`policy.name-reserved services.${service}`]);
      expect(found(service, { stack: '{service}-{environment}' })).toEqual([]);
    }
  });
});

describe('two stacks of one target', () => {
  const exact = (environment: string, stack?: string) => ({
    environments: [environment],
    ...(stack === undefined ? {} : { stack }),
  });

  it('may not be one and the same: orders in eu-staging, orders-eu in staging', () => {
    const services = { orders: exact('eu-staging'), 'orders-eu': exact('staging') };
    const [problem, ...more] = policyProblems(documentOf(services));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'policy.stack-collision', path: 'services.orders-eu.stack' });
    expect(problem?.message).toBe(
      '"orders" in "eu-staging" and "orders-eu" in "staging" would both have the stack "sluice-orders-eu-staging" in 222222222222/us-east-1: give one of them another "stack", such as "{environment}-{service}", or another target.',
    );
    expect(complaints({ ...services, orders: { ...services.orders, stack: '{environment}-{service}' } })).toEqual([]);
    expect(complaints({ orders: exact('eu-staging'), 'orders-eu': exact('production') })).toEqual([]);
  });

  it('may not have names of which one begins the other at a "-"', () => {
    const collision = (...keys: string[]) => keys.map((key) => `policy.stack-collision services.${key}.stack`);
    expect(complaints({ orders: { environments: ['eu', 'eu-west'] } })).toEqual(collision('orders'));
    expect(complaints({ 'team-*': { environments: ['eu', 'eu-west'] } })).toEqual(collision('team-*'));
    expect(complaints({ a: exact('staging', 'shop'), b: exact('staging', 'Shop-two') })).toEqual(collision('b'));
    expect(complaints({ a: exact('staging', 'shop'), b: exact('staging', 'shopping') })).toEqual([]);
    expect(complaints({ a: exact('staging', 'team'), '*': exact('staging', 'team-{service}') })).toEqual(
      collision('*'),
    );
    expect(complaints({ 'x-*': exact('staging', '{service}'), a: exact('staging', 'x') })).toEqual(collision('a'));
    // What only some services of a pattern meet is seen by the claim of the first release.
    expect(complaints({ a: exact('staging', 'team-a'), '*': exact('staging', 'team-{service}') })).toEqual([]);
    expect(complaints({ 'x-*': exact('staging'), '*': exact('staging') })).toEqual([]);
  });
});

describe('names that entries list', () => {
  const entry = (stack: string, ...names: string[]) => ({ environments: ['staging'], stack, names });

  it('are no others’ in the same target', () => {
    const overlapping = ['policy.names-overlap services.orders.names'];
    expect(complaints({ orders: entry('o', 'shared-*'), parcels: entry('p', 'shared-table') })).toEqual(overlapping);
    expect(complaints({ orders: entry('o', 'p-*'), parcels: entry('p') })).toEqual(overlapping);
    expect(complaints({ orders: entry('o', 'O-*', 'orders-*'), parcels: entry('p', 'parcels-*') })).toEqual([]);
    const elsewhere = { ...entry('p', 'shared-*'), environments: ['production'] };
    expect(complaints({ orders: entry('o', 'shared-*'), parcels: elsewhere })).toEqual([]);
  });

  it('may be those of a pattern that the service is inside of', () => {
    const pattern = { environments: ['staging'], stack: '{service}', names: ['team-a-*'] };
    expect(complaints({ 'team-a-*': pattern, 'team-a-orders': entry('x', 'team-a-orders-*') })).toEqual([]);
  });
});

describe('the names of a target', () => {
  it('are those of the entries that are released into it, each for itself', () => {
    const policy = policyOf({
      orders: { environments: ['staging', 'production'], stack: '{service}-{environment}', names: ['orders-*'] },
      'team-a-*': { environments: ['staging'] },
      parcels: { environments: ['production'] },
    });
    expect(entriesIn(policy, here)).toEqual([
      { entry: 'orders', stacks: ['orders-staging'], resources: ['orders-*'] },
      {
        entry: 'team-a-*',
        stacks: ['sluice-team-a-*-staging'],
        resources: ['sluice-team-a-*'],
      },
    ]);
    // Said shorter only where no other entry's name begins alike.
    const alike = policyOf({
      order: { environments: ['staging'], stack: '{service}' },
      orders: { environments: ['staging'], stack: '{service}' },
    });
    expect(entriesIn(alike, here)).toMatchObject([
      { resources: ['order', 'order-*'] },
      { resources: ['orders', 'orders-*'] },
    ]);
    // What CloudFormation may cut alike is both entries' anyway: nothing is lost by saying the rest shorter.
    const cut = policyOf({
      'long-named-service-one': { environments: ['staging'] },
      'long-named-service-two': { environments: ['staging'] },
    });
    expect(entriesIn(cut, here)).toMatchObject([
      { resources: ['sluice-long-named-service-one-staging*', 'sluice-long-named-servic*-????????????'] },
      { resources: ['sluice-long-named-service-two-staging*', 'sluice-long-named-servic*-????????????'] },
    ]);
    const inside = policyOf({ orders: { environments: ['staging'] }, '*': { environments: ['staging'] } });
    expect(entriesIn(inside, here)).toMatchObject([{ resources: ['sluice-orders-*'] }, { resources: ['sluice-*'] }]);
    // What an entry names besides stays as it is named.
    const besides = policyOf({ orders: { environments: ['staging'], names: ['legacy-jobs'] } });
    expect(entriesIn(besides, here)).toMatchObject([{ resources: ['sluice-orders-*', 'legacy-jobs'] }]);
    expect(entriesIn({ ...policy, environments: {} }, here)).toEqual([]);
    expect(namesIn(policy, here)).toEqual({
      stacks: ['orders-staging', 'sluice-*'],
      resources: ['orders-*', 'sluice-*'],
    });
    expect(namesIn(policyOf({ orders: { environments: ['production'], stack: 'shop' } }), there)).toEqual({
      stacks: ['shop'],
      resources: ['shop*'],
    });
    expect(namesIn(policyOf({}), here)).toEqual({ stacks: ['sluice-*'], resources: ['sluice-*'] });
  });

  it('cover the stack of every service and environment', () => {
    const glob = (pattern: string): RegExp =>
      new RegExp(`^${pattern.replaceAll('-', '\\-').replaceAll('*', '.*').replaceAll('?', '.')}$`);
    const policy = policyOf({
      '*': { environments: ['staging', 'production'] },
      'team-a-*': { environments: ['staging', 'eu'], stack: '{environment}-{service}', names: ['a{service}*'] },
    });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), fc.boolean(), (word, ofTeam) => {
        const [key, service] = ofTeam ? ['team-a-*', `team-a-${word.slice(0, 10)}`] : ['*', word];
        const entry = policy.services[key];
        if (entry === undefined) throw new Error(key);
        const { stackName, resourceNames } = namesOf(entry, service, 'staging');
        const { stacks, resources } = namesIn(policy, here);
        expect(stacks.some((name) => glob(name).test(stackName))).toBe(true);
        for (const name of resourceNames)
          expect(
            resources.some((one) => glob(one).test(name)),
            name,
          ).toBe(true);
      }),
    );
  });
});

describe('patterns that others cover', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '-', '*', '?', '.'), { maxLength: 8 }).map((all) => all.join(''));
  /** By a regular expression, as it is written down nowhere else. */
  const says = (one: string, other: string): boolean =>
    one.includes('*') && new RegExp(`^${one.replace(/[.?]/g, '\\$&').replaceAll('*', '.*')}$`).test(other);

  it('are left out, and no others; each is kept once', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), (patterns) => {
        const each = [...new Set(patterns)];
        const kept = each.filter((one) => !each.some((other) => other !== one && says(other, one)));
        expect(withoutCovered(patterns)).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });

  it('are not apart, nor is what covers them', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), pattern, (patterns, one) => {
        const near = patterns.some((other) => other === one || says(other, one) || says(one, other));
        expect(isApart(one, patterns)).toBe(!near);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c', false],
    ['ab*ba', 'aba', false],
    ['a?*', 'ab', false],
    ['a', 'a*', false],
  ])('%s covers %s: %s', (wide, narrow, covered) => {
    expect(withoutCovered([wide, narrow]).includes(narrow)).toBe(!covered);
  });
});
