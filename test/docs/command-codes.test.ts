import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandCodes } from '../../cli/codes.ts';
import { commandGroups } from '../../cli/commands/all.ts';
import { exitCodeMeanings } from '../../cli/exit-codes.ts';

const page = readFileSync('docs/cli.md', 'utf8');
const cells = (row: string): string[] => row.split('|').map((cell) => cell.trim());

it('lists the codes of the command, and no other, in docs/cli.md', () => {
  const listed = page.split('\n').filter((line) => line.startsWith('| `cli.'));
  const told: unknown = Object.fromEntries(listed.map((row) => [cells(row)[1]?.replaceAll('`', ''), cells(row)[2]]));
  expect(told).toEqual(commandCodes);
});

it('begins with a list of all commands, as "sluice --help" has them', () => {
  const rows = page.split('\n').filter((line) => /^\| [A-Z][a-z ]+ +\| \[`sluice /.test(line));
  const listed = rows.map((row) => {
    const [, heading, command = '', summary] = cells(row);
    return [heading, /^\[`sluice ([a-z-]+)`\]\(#.*\)$/.exec(command)?.[1], summary];
  });
  expect(listed).toEqual(
    commandGroups.flatMap(({ heading, commands }) => commands.map(({ name, summary }) => [heading, name, summary])),
  );
  expect(page.indexOf(rows[0] ?? '')).toBeLessThan(page.indexOf('\n## '));
});

it('has no code that nothing says', () => {
  const sources = readdirSync('cli', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'codes.ts' && !/node_modules|dist/.test(name))
    .map((name) => readFileSync(join('cli', name), 'utf8'))
    .join('\n');
  expect(Object.keys(commandCodes).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});

it('says of each exit code what it means', () => {
  for (const code of Object.keys(exitCodeMeanings)) expect(page).toMatch(new RegExp(`^\\| ${code} +\\| \\S`, 'm'));
});
