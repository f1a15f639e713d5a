import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf, isPattern, keyPrefix } from '../../../core/policy/entries.ts';
import { operatorsOf } from '../../../core/policy/operators.ts';
import { planProblems } from '../../../core/release/make-plan.ts';
import { manifest, samplePolicy } from '../samples.ts';

const entry = { environments: ['staging'], stack: '{service}', names: [] };
const servicesOf = (...keys: string[]) => ({ services: Object.fromEntries(keys.map((key) => [key, entry])) });

const word = fc.constantFrom('a', 'b', 'team', 'x1');
const service = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-'));
const key = fc.oneof(service, service.map((name) => `${name}-*`), fc.constant('*')); // prettier-ignore

describe('the entry of a service', () => {
  it('is the one of its name, else the pattern with the longest prefix', () => {
    const policy = servicesOf('*', 'team-*', 'team-a-*', 'team-a-x1');
    const keyOf = (name: string) => entryOf(policy, name)?.key;
    expect(['team-a-x1', 'team-a-b', 'team-b', 'other', 'team'].map(keyOf)).toEqual([
      ...['team-a-x1', 'team-a-*', 'team-*', '*', '*'],
    ]);
    expect(entryOf(servicesOf('team-*'), 'team')).toBeUndefined();
    // A word that every object knows is no entry.
    expect(entryOf(servicesOf('orders'), 'constructor')).toBeUndefined();
  });

  it('is the most exact of those that fit, whatever their order', () => {
    const listed = fc
      .uniqueArray(key, { maxLength: 8 })
      .chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length })));
    fc.assert(
      fc.property(listed, service, ([keys, shuffled], name) => {
        const found = entryOf(servicesOf(...keys), name)?.key;
        const fitting = keys.filter((one) => (isPattern(one) ? name.startsWith(keyPrefix(one)) : one === name));
        expect(found === undefined).toBe(fitting.length === 0);
        expect(entryOf(servicesOf(...shuffled), name)?.key).toBe(found);
        if (found === undefined) return;
        expect(fitting).toContain(found);
        if (keys.includes(name)) expect(found).toBe(name);
        for (const other of fitting) expect(keyPrefix(found).length).toBeGreaterThanOrEqual(keyPrefix(other).length);
      }),
    );
  });

  it('of a pattern gives a service its environments and its operators', () => {
    const policy = samplePolicy({ services: { 'team-*': { environments: ['staging'] } } });
    expect(planProblems({ ...manifest, service: 'team-shop' }, policy)).toEqual([]);
    expect(planProblems(manifest, policy).map(({ code }) => code)).toEqual(['plan.service-unknown']);
    expect(operatorsOf(policy, 'team-shop', 'staging')).toHaveLength(1);
    expect(operatorsOf(policy, 'team-shop', 'production')).toBeUndefined();
  });
});
