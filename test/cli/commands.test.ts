import { expect, it } from 'vitest';
import { commandGroups } from '../../cli/commands/all.ts';
import { emptyProgram } from '../../cli/program.ts';
import { createSession } from '../../cli/session.ts';
import { sluice } from './command.ts';

const entries = commandGroups.flatMap(({ commands }) => commands);

it('lists each command of each module once, and no other', async () => {
  const modules = new Set(await Promise.all(entries.map(({ load }) => load())));
  const program = emptyProgram();
  for (const add of modules) add(program, createSession(program));
  const names = program.commands.map((command) => command.name());
  expect(entries.map(({ name }) => name).sort()).toEqual([...names].sort());
});

it.each(entries)('$name is added by the module that the list names', async ({ name, load }) => {
  const program = emptyProgram();
  (await load())(program, createSession(program));
  expect(program.commands.map((command) => command.name())).toContain(name);
});

it('takes global options before and after a command, and shows its help in three ways', async () => {
  const [before, after, asked, plain] = await Promise.all([
    sluice({}, '--region', 'list', 'live', '--help'),
    sluice({}, 'live', '--region', 'list', '--help'),
    sluice({}, 'help', 'live'),
    sluice({}, 'live', '-h'),
  ]);
  expect(plain.stdout).toMatch(/^Usage: sluice live \[options\]\n/);
  for (const one of [before, after, asked]) expect(one).toEqual(plain);
});

it('lists commands in 80 columns', async () => {
  const { stdout } = await sluice({}, '--help');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const { name } of entries) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});

it('names the command that is meant', async () => {
  const ran = await sluice({}, 'lsit');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^unknown command 'lsit' \[cli\.usage\]\n\(Did you mean list\?\)\n/);
});
