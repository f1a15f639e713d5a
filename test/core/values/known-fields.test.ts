import { expect, it } from 'vitest';
import * as z from 'zod';
import { manifestProblems } from '../../../core/manifest/manifest.ts';
import { policyProblems } from '../../../core/policy/policy.ts';
import { knownFields } from '../../../core/values/known-fields.ts';

const schema = z.strictObject({
  first: z.array(z.strictObject({ inner: z.string() }).readonly()).optional(),
  second: z.record(z.string(), z.union([z.strictObject({ one: z.string() }), z.strictObject({ other: z.string() })])),
  third: z.strictObject({ deep: z.string() }).exactOptional(),
});

it.each([
  [[], ['first', 'second', 'third']],
  [['first', 3], ['inner']],
  [
    ['second', 'any'],
    ['one', 'other'],
  ],
  [['third'], ['deep']],
  [['first'], []],
  [['constructor'], []],
  [['third', 'deep', 'further'], []],
])('knows the fields at %j', (path, fields) => {
  expect(knownFields(schema, path)).toEqual(fields);
});

it('says which field of a manifest or a policy may be meant', () => {
  const said = (problems: readonly { readonly message: string }[]) => problems.map(({ message }) => message).join('\n');
  const manifest = said(manifestProblems({ guards: [], rollouts: {}, checks: { smoks: [] }, zzzz: 1 }));
  for (const [wrong, right] of [
    ['guards', 'guard'],
    ['rollouts', 'rollout'],
    ['checks.smoks', 'smoke'],
  ])
    // prettier-ignore
    expect(manifest).toContain(`"${wrong}" is not a known field: remove it or correct its name. Is "${right}" meant?`);
  expect(manifest).toMatch(/"zzzz" is not a known field: remove it or correct its name\.$/m);
  const environments = { staging: { aproval: {} } };
  expect(said(policyProblems({ environments }))).toContain('correct its name. Is "approval" meant?');
});
