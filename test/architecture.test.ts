import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOMS = [
  'core',
  'adapters',
  'engine',
  'functions',
  'infra',
  'cli',
  'local',
  'local-aws',
  'sam-transform',
  'scripts',
];
/** Rooms that are npm workspaces: others import them by their name. */
const PACKAGES = ['local-aws', 'sam-transform'];

/** Every arrow that the rules forbid: a file of the first room may not import one of the second. */
const FORBIDDEN: readonly (readonly [string, readonly string[]])[] = [
  [
    'core',
    ['adapters', 'engine', 'functions', 'infra', 'cli', 'local', 'local-aws', 'sam-transform', 'scripts', 'test'],
  ],
  ['adapters', ['engine', 'functions', 'infra', 'cli', 'local', 'local-aws', 'sam-transform', 'scripts', 'test']],
  ['engine', ['functions', 'infra', 'cli', 'local', 'local-aws', 'sam-transform', 'scripts', 'test']],
  ['functions', ['infra', 'cli', 'local', 'local-aws', 'sam-transform', 'scripts', 'test']],
  ['infra', ['adapters', 'engine', 'functions', 'cli', 'local', 'local-aws', 'sam-transform', 'scripts', 'test']],
  ['cli', ['adapters', 'engine', 'functions', 'infra', 'local', 'local-aws', 'sam-transform', 'scripts', 'test']],
  ['local', ['adapters', 'engine', 'functions', 'infra', 'scripts', 'test']],
  [
    'local-aws',
    ['core', 'adapters', 'engine', 'functions', 'infra', 'cli', 'local', 'sam-transform', 'scripts', 'test'],
  ],
  [
    'sam-transform',
    ['core', 'adapters', 'engine', 'functions', 'infra', 'cli', 'local', 'local-aws', 'scripts', 'test'],
  ],
];

async function violations(baseDir: string, rooms: readonly string[]): Promise<ICruiseResult> {
  const { forbidden = [], options } = await extractConfig('./.dependency-cruiser.cjs');
  const ruleSet: IFlattenedRuleSet = { forbidden };
  const { output } = await cruise([...rooms], { ...options, baseDir, validate: true, ruleSet }, undefined, {
    tsConfig: extractTsConfig('./tsconfig.json'),
  });
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text');
  return output;
}

function describeViolations({ summary }: ICruiseResult): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

const folders: string[] = [];

/** A tree of small files. */
function tree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'architecture-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the tree says the architecture', () => {
  it('imports only where an arrow leads', async () => {
    const result = await violations(process.cwd(), [...ROOMS, 'test']);
    const own = result.modules.filter(({ source }) => /\.tsx?$/.test(source));
    // With a compiler it cannot use, dependency-cruiser reads nothing and finds nothing.
    expect(own.length).toBeGreaterThan(150);
    expect(own.filter(({ dependencies }) => dependencies.length > 0).length).toBeGreaterThan(100);
    expect(describeViolations(result)).toEqual([]);
  });

  it('has no folder without a name of its own', () => {
    const found = ROOMS.flatMap((room) =>
      readdirSync(room, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory() && /^(util|utils|helpers|common|shared|misc)$/.test(entry.name))
        .map((entry) => `${entry.parentPath}/${entry.name}`)
        .filter((folder) => !folder.includes('node_modules')),
    );
    expect(found).toEqual([]);
  });

  it.each(['core', 'functions'])('keeps the files of %s in folders', (room) => {
    expect(readdirSync(room).filter((name) => /\.tsx?$/.test(name))).toEqual([]);
  });

  // `Date.now` and the like are the linter's.
  it('hands core the time', () => {
    const files = readdirSync('core', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    const texts = files.map((name) => [name, readFileSync(path.join('core', name), 'utf8')] as const);
    expect(texts.length).toBeGreaterThan(300);
    expect(texts.filter(([, text]) => /new Date\(\s*\)/.test(text)).map(([name]) => name)).toEqual([]);
  });
});

describe('end-to-end tests', () => {
  it('open every sandbox where dead letters are looked for: open-sandbox.ts, shared-sandbox.ts', () => {
    const folder = 'test/end-to-end';
    const tests = readdirSync(folder).filter((name) => /\.(test|part)\.ts$/.test(name));
    expect(tests.length).toBeGreaterThan(10);
    expect(tests.filter((name) => readFileSync(`${folder}/${name}`, 'utf8').includes('startSandbox'))).toEqual([]);
  });
});

/** All arrows in one tree: to read a tree takes as long, however small it is. */
const arrows = FORBIDDEN.flatMap(([from, others]) => others.map((to) => [from, to] as const));
const importing = (to: string): string => `import-${to}.ts`;

describe('the rules catch an import against each arrow', () => {
  let found: string[] = [];
  beforeAll(async () => {
    const files = arrows.flatMap(([from, to]) => [
      [`${from}/${importing(to)}`, `import { value } from '../${to}/other.ts';\nexport const seen = value;\n`] as const,
      [`${to}/other.ts`, 'export const value = 1;\n'] as const,
    ]);
    found = describeViolations(await violations(tree(Object.fromEntries(files)), [...ROOMS, 'test']));
  });

  it.each(arrows)('of %s from %s, the other way round', (from, to) => {
    const arrow = `: ${from}/${importing(to)} → ${to}/other.ts`;
    const own = found.filter((one) => one.endsWith(arrow));
    expect(own).toContainEqual(expect.stringMatching(`^${from}-imports-.*${arrow}$`));
    // The one of a package by its path, and by nothing else.
    expect(own.filter((one) => !one.startsWith(`${from}-imports-`))).toEqual(
      PACKAGES.includes(to) ? [`${to}-by-its-name${arrow}`] : [],
    );
  });

  it('and nothing besides', () => {
    const meant = arrows.map(([from, to]) => `${from}/${importing(to)} → ${to}/other.ts`);
    expect(found.filter((one) => !meant.some((arrow) => one.endsWith(arrow)))).toEqual([]);
  });
});

describe('the rules catch', () => {
  it.each([
    ['local', 'local-aws'],
    ['test', 'local-aws'],
    ['scripts', 'local-aws'],
    ['local', 'sam-transform'],
    ['test', 'sam-transform'],
    ['scripts', 'sam-transform'],
  ])('in %s a file of %s imported by its path', async (from, name) => {
    const files = {
      [`${from}/inside.ts`]: `import { value } from '../${name}/model/inner.ts';\nexport const seen = value;\n`,
      [`${name}/model/inner.ts`]: 'export const value = 1;\n',
    };
    expect(describeViolations(await violations(tree(files), [from, name]))).toEqual([
      `${name}-by-its-name: ${from}/inside.ts → ${name}/model/inner.ts`,
    ]);
  });

  it('a circle of types alone', async () => {
    const files = {
      'core/one.ts': "import type { Two } from './two.ts';\nexport interface One {\n  readonly two: Two;\n}\n",
      'core/two.ts': "import type { One } from './one.ts';\nexport interface Two {\n  readonly one: One;\n}\n",
    };
    const found = describeViolations(await violations(tree(files), ['core']));
    expect(found).toContain('no-circles: core/one.ts → core/two.ts');
  });

  it('one function importing another', async () => {
    const files = {
      'functions/gate/inside.ts': "import { value } from '../deploy/other.ts';\nexport const seen = value;\n",
      'functions/deploy/other.ts': 'export const value = 1;\n',
    };
    expect(describeViolations(await violations(tree(files), ['functions']))).toEqual([
      'functions-stand-apart: functions/gate/inside.ts → functions/deploy/other.ts',
    ]);
  });

  it.each([
    ['core', 'node:perf_hooks', 'core-is-pure'],
    ['core', 'node:process', 'core-is-pure'],
    ['core', 'node:net', undefined],
    ['core', 'node:fs', 'core-is-pure'],
    ['core', 'node:timers/promises', 'core-is-pure'],
    ['core', 'node:https', 'core-is-pure'],
    ['sam-transform', 'node:fs', 'sam-transform-is-pure'],
    ['sam-transform', 'node:crypto', undefined],
  ])('%s reaching out by %s', async (room, module, rule) => {
    const files = { [`${room}/inside.ts`]: `import * as module from '${module}';\nexport const seen = module;\n` };
    expect(describeViolations(await violations(tree(files), [room]))).toEqual(
      rule === undefined ? [] : [expect.stringContaining(`${rule}: ${room}/inside.ts`)],
    );
  });

  it.each(['engine', 'functions', 'core'])('the AWS SDK in %s', async (room) => {
    const files = {
      [`${room}/inside.ts`]: "import { S3Client } from '@aws-sdk/client-s3';\nexport const seen = S3Client;\n",
      'node_modules/@aws-sdk/client-s3/package.json': '{ "name": "@aws-sdk/client-s3", "main": "index.js" }',
      'node_modules/@aws-sdk/client-s3/index.js': 'exports.S3Client = 1;\n',
      'package.json': '{ "dependencies": { "@aws-sdk/client-s3": "1.0.0" } }',
    };
    const rule = room === 'core' ? 'core-takes-pure-packages' : 'aws-in-adapters-only';
    expect(describeViolations(await violations(tree(files), [room]))).toEqual([
      expect.stringContaining(`${rule}: ${room}/inside.ts`),
    ]);
  });
});
