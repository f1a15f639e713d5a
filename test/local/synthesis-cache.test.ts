import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedSynthesis } from '../../local/synthesis-cache.ts';

let root: string;
let times = 0;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'sluice-cache-'));
  times = 0;
  for (const room of ['infra', 'core', 'adapters', 'engine', 'functions', 'statemachines']) {
    mkdirSync(path.join(root, room, 'inside'), { recursive: true });
    write(`${room}/inside/a.ts`, room);
  }
  for (const file of ['cdk.json', 'package-lock.json', 'tsconfig.json', 'policy.json', 'README.md']) write(file, '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
const synthesized = () =>
  cachedSynthesis(root, 'policy.json', async (into) => {
    times += 1;
    mkdirSync(into);
    writeFileSync(path.join(into, 'manifest.json'), String(times));
    return Promise.resolve();
  });

it('synthesizes the same sources once', async () => {
  expect((await synthesized()).made).toBe(true);
  const { folder, made } = await synthesized();
  expect([made, times, readFileSync(path.join(folder, 'manifest.json'), 'utf8')]).toEqual([false, 1, '1']);
});

it.each([
  'policy.json',
  'cdk.json',
  'package-lock.json',
  'infra/inside/a.ts',
  'core/inside/b.ts',
  'engine/inside/a.ts',
  'statemachines/inside/a.ts',
])('synthesizes anew after a change of %s', async (file) => {
  await synthesized();
  write(file, 'changed');
  expect((await synthesized()).made).toBe(true);
});

it('does not mind what the stacks are not made of', async () => {
  await synthesized();
  write('README.md', 'changed');
  expect((await synthesized()).made).toBe(false);
});

it('keeps nothing of what failed, and no more than five', async () => {
  const failing = cachedSynthesis(root, 'policy.json', (into) => {
    mkdirSync(into);
    throw new Error('no template');
  });
  await expect(failing).rejects.toThrow('no template');
  const cache = path.join(root, 'node_modules/.cache/sluice-synthesis');
  expect(readdirSync(cache)).toEqual([]);
  for (let version = 0; version < 7; version += 1) {
    write('policy.json', String(version));
    await synthesized();
  }
  expect(readdirSync(cache)).toHaveLength(5);
  expect(existsSync((await synthesized()).folder)).toBe(true);
});
