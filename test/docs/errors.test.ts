import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { everyError } from '../core/contract/every-error.ts';

const page = readFileSync('docs/errors.md', 'utf8');
const cells = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

/** Names of files, and of a key, that look like codes. */
const NO_CODES = ['manifest.json', 'policy.json', 'template.json', 'template.yaml', 'template.yml'];

/** Made of the name of a field of a person. */
const SHARED = ['slack', 'principal'].map((field) => `policy.${field}-shared`);

/** Every code of a problem that the source has: in full, by the prefix of its document, or as a custom rule of a schema. */
function codesInSource(): string[] {
  const files = ['core', 'cli', 'infra', 'engine', 'functions'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(room, name)),
  );
  const sources = files.map((file) => [file, readFileSync(file, 'utf8')] as const);
  const found = sources.flatMap(([file, text]) => {
    const full = [...text.matchAll(/'((?:artifact|template|manifest|policy|pack|plan)\.[a-z][a-z-]+)'/g)];
    const general = [...text.matchAll(/\$\{prefix\}\.([a-z-]+)`/g)];
    const custom = file.startsWith('core/policy') || file.startsWith('core/turn') ? 'policy' : 'manifest';
    const rules = [...text.matchAll(/params: \{ code: '([a-z-]+)'/g)];
    return [
      ...full.map(([, code = '']) => code),
      ...general.flatMap(([, name = '']) => [`manifest.${name}`, `policy.${name}`]),
      ...rules.map(([, name = '']) => `${custom}.${name}`),
    ];
  });
  return [...new Set([...found, ...SHARED])].filter((code) => !NO_CODES.includes(code)).toSorted();
}

it('lists the errors of the engine, with name, code and kind, and says of each cause and remedy', () => {
  const [engine = ''] = page.split('## Problems of artifacts');
  const rows = cells(engine);
  const known = everyError.map(({ name, code, kind }) => [name, code, kind]);
  expect(rows.map((row) => row.slice(0, 3)).toSorted()).toEqual(known.toSorted());
  expect(rows.filter((row) => row.length !== 6 || row.includes(''))).toEqual([]);
});

it('lists each problem of artifacts and policies once, here or where its rule is described', () => {
  const [, problems = ''] = page.split('## Problems of artifacts');
  const described = ['docs/cli.md', 'docs/windows.md'].map((name) => readFileSync(name, 'utf8')).join('\n');
  const listed = [...cells(problems), ...cells(described)]
    .filter((row) => row.length === 2 || row.length === 3)
    .map(([code = '']) => code)
    .filter((code) => /^(artifact|template|manifest|policy|pack|plan)\.[a-z][a-z-]+$/.test(code))
    .filter((code) => !NO_CODES.includes(code));
  expect(listed.toSorted()).toEqual(codesInSource());
});
