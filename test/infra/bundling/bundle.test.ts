import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../../core/contract/names.ts';
import { type Bundles, bundleFunction, bundleFunctions, bundlesOf } from '../../../infra/bundling/bundle.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../../..');
const policyFile = path.join(root, 'policy.json');

function filesOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(directory, file)).isFile())
    .sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(directory, file), 'utf8')]));
}

describe('a bundle', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundleFunctions(policyFile);
  }, 120_000);

  // In a plain process of Node: Vitest would find what is installed, and rewrite what it imports.
  it('is complete: all its files, those imported on demand too, load where nothing is installed', async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'sluice-bundle-'));
    for (const name of functionNames) cpSync(bundles[name], path.join(elsewhere, name), { recursive: true });
    const files = Object.keys(filesOf(elsewhere)).filter((file) => file.endsWith('.mjs'));
    const handlers = functionNames.map((name) => path.join(name, 'index.mjs'));
    const script = `
      for (const file of ${JSON.stringify(files)}) await import('./' + file);
      for (const file of ${JSON.stringify(handlers)}) console.log(typeof (await import('./' + file)).handler);`;
    writeFileSync(path.join(elsewhere, 'load.mjs'), script);
    const { stdout } = await run(process.execPath, ['load.mjs'], { cwd: elsewhere, env: { AWS_REGION: 'us-east-1' } });
    expect(stdout.trim().split('\n')).toEqual(functionNames.map(() => 'function'));
    expect(files.length).toBeGreaterThan(handlers.length);
  }, 60_000);

  it('is the same files for the same sources, byte by byte', async () => {
    const { directory } = await bundleFunction('validate', policyFile);
    expect(directory).not.toBe(bundles.validate);
    const files = filesOf(directory);
    expect(files).toEqual(filesOf(bundles.validate));
    expect(Object.keys(files).length).toBeGreaterThan(2);
  }, 60_000);

  it('carries the policy where the function reads it, and only there', () => {
    const carrying = functionNames.filter((name) => existsSync(path.join(bundles[name], 'policy.json')));
    const reading = functionNames.filter((name) =>
      readFileSync(path.join(root, 'functions', name, 'services.ts'), 'utf8').includes('readPolicyFile('),
    );
    expect(carrying).toEqual(reading);
    expect(carrying).toEqual(['validate', 'decide', 'read', 'notify', 'interact', 'sign-in']);
    const copies = new Set(carrying.map((name) => readFileSync(path.join(bundles[name], 'policy.json'), 'utf8')));
    expect([...copies]).toEqual([readFileSync(policyFile, 'utf8')]);
  });

  it('is asked for by name when one is missing', () => {
    expect(() => bundlesOf(new Map([['receive', '/somewhere']]))).toThrow('The function validate has no bundle.');
  });
});
