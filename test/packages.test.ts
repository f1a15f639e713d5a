import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const packages = z.record(z.string(), z.string()).default({});
const manifest = z.object({
  name: z.string(),
  dependencies: packages,
  devDependencies: packages,
  peerDependencies: packages,
  optionalDependencies: packages,
});

function manifestOf(folder: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}

/** Packages of this repository: no registry has them. */
function ownNames(): readonly string[] {
  const { workspaces } = z
    .object({ workspaces: z.array(z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  return ['.', ...workspaces].map((folder) => manifestOf(folder).name);
}

/** Dependencies that a copy of a package cannot install: packages of this repository, and folders. */
function unavailable(folder: string): readonly string[] {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifestOf(folder);
  const all = [dependencies, devDependencies, peerDependencies, optionalDependencies].flatMap((kind) =>
    Object.entries(kind),
  );
  const own = ownNames();
  return all
    .filter(([name, version]) => own.includes(name) || /^(file|link|portal|workspace):|^[./]|^~\//.test(version))
    .map(([name]) => name);
}

/** Paths in a package that lead out of it, as `file → path`: of imports, links, `extends` and what is opened. */
function leadingOut(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.includes('node_modules') && /\.(ts|tsx|mjs|cjs|js|json|md)$/.test(name),
  );
  return files.flatMap((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    return [...text.matchAll(/["'`(]((?:\.\.\/)+\w[^"'`)\s]*)/g)]
      .map(([, to = '']) => to)
      .filter((to) => path.join(path.dirname(name), to).startsWith('..'))
      .map((to) => `${name} → ${to}`);
  });
}

const made: string[] = [];

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

describe.each(['local-aws', 'sam-transform'])('%s, copied out of the repository', (folder) => {
  it('installs', () => expect(unavailable(folder)).toEqual([]));
  it('lacks nothing that was beside it', () => expect(leadingOut(folder)).toEqual([]));
});

describe('what would keep a package from being copied is found', () => {
  it.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])('in its %s', (kind) => {
    const wanted = { 'sam-transform': '0.1.0', sluice: '*', zod: '4.6.7', beside: 'file:../beside', other: '../other' };
    const folder = folderOf({ 'package.json': JSON.stringify({ name: 'alone', [kind]: wanted }) });
    expect(unavailable(folder)).toEqual(['sam-transform', 'sluice', 'beside', 'other']);
  });

  it.each([
    ['tsconfig.json', '{ "extends": "../tsconfig.json" }', '../tsconfig.json'],
    ['vitest.config.ts', "export default { globalSetup: ['../test/set-up.ts'] };", '../test/set-up.ts'],
    ['kernel/clock.ts', "import { now } from '../../core/now.ts';", '../../core/now.ts'],
    ['kernel/clock.ts', "const file = new URL('../../cdk.json', import.meta.url);", '../../cdk.json'],
    ['docs/README.md', 'See [the other](../../README.md).', '../../README.md'],
  ])('in its %s: %s', (name, text, to) => {
    expect(leadingOut(folderOf({ [name]: text }))).toEqual([`${name} → ${to}`]);
  });

  it('but not what stays within', () => {
    const folder = folderOf({ 'kernel/clock.ts': "import { own } from '../own.ts';\nconst hostile = '../../..';" });
    expect(leadingOut(folder)).toEqual([]);
  });
});
