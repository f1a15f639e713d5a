import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../../core/contract/names.ts';
import { bundleFunction, bundlesOf } from '../../../infra/bundling/bundle.ts';
import { measureBundles } from '../../../infra/bundling/measure-bundles.ts';

const policyFile = path.resolve(import.meta.dirname, '../../../policy.json');

describe('a bundle', () => {
  it('loads in a process of its own and weighs no more than it may, each of the eight', async () => {
    const measures = await measureBundles(policyFile, 1);
    expect(measures.map(({ name }) => name)).toEqual(functionNames);
    expect(measures.filter(({ bytes, budget }) => bytes > budget.bytes)).toEqual([]);
  }, 60_000);

  it('is the same bytes for the same sources', async () => {
    const file = path.join(await bundleFunction('receive', policyFile), 'index.mjs');
    const first = readFileSync(file, 'utf8');
    await bundleFunction('receive', policyFile);
    expect(readFileSync(file, 'utf8')).toBe(first);
  }, 60_000);

  it('carries the policy where the plan is made, and only there', async () => {
    const [validate, gate] = await Promise.all([
      bundleFunction('validate', policyFile),
      bundleFunction('gate', policyFile),
    ]);
    expect(readFileSync(path.join(validate, 'policy.json'), 'utf8')).toBe(readFileSync(policyFile, 'utf8'));
    expect(() => readFileSync(path.join(gate, 'policy.json'))).toThrow(/ENOENT/);
  }, 60_000);

  it('is complete: it loads where nothing is installed', async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'sluice-bundle-'));
    cpSync(await bundleFunction('validate', policyFile), elsewhere, { recursive: true });
    const loaded: unknown = await import(path.join(elsewhere, 'index.mjs'));
    expect(loaded).toHaveProperty('handler', expect.any(Function));
  }, 60_000);

  it('is asked for by name when one is missing', () => {
    expect(() => bundlesOf(new Map([['receive', '/somewhere']]))).toThrow('The function validate has no bundle.');
  });
});
