import { expect, it } from 'vitest';
import { manifestProblems } from '../../../core/manifest/manifest.ts';
import { type Origin, problemsFor } from '../../../core/release/origin.ts';
import { quotaProblems } from '../../../core/template/quotas.ts';
import { manifest } from '../samples.ts';

const checks = { smoke: [{ http: 'ApiUrl', headers: { Authorization: 'of an older release' } }] };
const found = manifestProblems({ ...manifest, checks, colour: 'blue' });
const begun = (kind: Origin['kind']) => ({ origin: { kind, environments: ['staging'] } });
const codes = (head: Parameters<typeof problemsFor>[0]) => problemsFor(head, found).map(({ code }) => code);

it('brings a version back whose manifest gives a credential as it is, but not one that is wrong otherwise', () => {
  expect(codes(begun('rollback'))).toEqual(['manifest.unknown-field']);
});

it('does not release such a version anew', () => {
  for (const head of [{}, begun('retry'), begun('promotion')])
    expect(codes(head)).toEqual(['manifest.unknown-field', 'manifest.header-secret']);
});

it('leaves to AWS what it would tell beforehand of one that served before', () => {
  const told = quotaProblems({ Resources: {}, Description: 'x'.repeat(2000) }, manifest);
  expect(told).toHaveLength(1);
  expect(problemsFor(begun('rollback'), told)).toEqual([]);
  expect(problemsFor(begun('promotion'), told)).toEqual(told);
});
