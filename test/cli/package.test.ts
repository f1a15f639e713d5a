import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { bundle } from '../../cli/packaging/bundle.ts';
import { documentOf } from './command.ts';
import { installSluice, type Installed } from './installed.ts';

// The package as it is published; test/end-to-end/cli.test.ts runs it against the local AWS, too.

let installed: Installed;
beforeAll(async () => {
  installed = await installSluice(mkdtempSync(join(tmpdir(), 'package-')));
});

it('runs by npx from its tarball in an empty folder', async () => {
  const help = await installed.npx({}, '--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/^Usage: sluice/);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('cli/package.json', 'utf8')));
  expect((await installed.npx({}, '--version')).stdout).toBe(`${version}\n`);
});

it('packs and checks a service by itself', async () => {
  const sample = resolve('local/sample-service/v1');
  const packed = await installed.npx({}, 'pack', sample, '-o', 'orders.zip', '--json');
  expect(documentOf(z.looseObject({ key: z.string() }), packed)).toMatchObject({ key: 'orders/1.0.0.zip' });
  const checked = await installed.npx({}, 'check', 'orders.zip', '--policy', resolve('policy.json'));
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toMatch(/staging 222222222222\/us-east-1: ready/);
});

it('drafts a manifest that names the schema in it', async () => {
  const app = join(installed.folder, 'app');
  mkdirSync(app);
  copyFileSync('test/cli/sam-application.yaml', join(app, 'template.yaml'));
  mkdirSync(join(app, '.git'));
  expect(await installed.npx({}, 'init', 'app', '--yes', '--author', 'Ada <ada@example.com>')).toMatchObject({
    code: 0,
  });
  // The folder is a repository of its own: the package is outside of it.
  expect(readFileSync(join(app, 'release.schema.json'))).toEqual(readFileSync('release.schema.json'));
});

it('brings nothing but itself, less than 3 MB of it, with the licences of what is bundled', async () => {
  const modules = readdirSync(join(installed.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(modules).toEqual(['sluice']);
  const own = join(installed.folder, 'node_modules', 'sluice');
  expect(bytesIn(own)).toBeLessThan(3_000_000);
  const notices = readFileSync(join(own, 'THIRD-PARTY-NOTICES'), 'utf8');
  for (const name of ['commander', 'zod', 'yaml', '@aws-sdk/client-s3'])
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
});

it('loads at the start what lists the commands, and nothing that does them', async () => {
  const { outputs } = await bundle(resolve('.'), mkdtempSync(join(tmpdir(), 'bundle-')));
  const start = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'cli/main.ts');
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const one of outputs[file]?.imports ?? []) if (one.kind === 'import-statement') load(one.path);
  };
  load(start?.[0] ?? '');
  const inputs = [...loaded].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const packages = new Set(inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
  expect([...packages]).toEqual(['commander']);
  const all = Object.values(outputs).flatMap(({ inputs: of }) => Object.keys(of));
  expect(all.filter((file) => /node_modules\/(aws-cdk|constructs|@aws-cdk)/.test(file))).toEqual([]);
});

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0);
}
