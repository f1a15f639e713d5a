import { describe, expect, it } from 'vitest';
import { commandGroups } from '../../cli/commands/all.ts';
import { examples } from '../../cli/commands/examples.ts';
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

describe('examples', () => {
  it('are there for each command, and for no other', () => {
    expect(Object.keys(examples).sort()).toEqual(entries.map(({ name }) => name).sort());
  });

  const all = entries.flatMap(({ name, load }) => (examples[name] ?? []).map((line) => ({ name, line, load })));

  it.each(all)('$line', async ({ name, line, load }) => {
    const [sluice, ...args] = wordsOf(line);
    expect([sluice, args[0]]).toEqual(['sluice', name]);
    const program = emptyProgram();
    (await load())(program, createSession(program));
    const called: string[] = [];
    for (const command of program.commands)
      command.configureOutput({ writeErr: () => undefined }).action(() => void called.push(command.name()));
    await program.parseAsync(args, { from: 'user' });
    expect(called).toEqual([name]);
    // As the help indents it, in a terminal of 80 columns.
    expect(line.length).toBeLessThanOrEqual(78);
  });

  it('stand at the end of the help', async () => {
    const { stdout } = await sluice({}, 'list', '--help');
    expect(stdout).toMatch(
      /\nExamples:\n {2}sluice list --service orders --status RolledBack\n {2}sluice list [^\n]*\n$/,
    );
  });
});

/** The words of a line as a shell reads them, as far as examples need it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

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

it.each([[['lsit']], [['help', 'lsit']]])('names the command that is meant by %s', async (args) => {
  const ran = await sluice({}, ...args);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^unknown command 'lsit' \[cli\.usage\]\n\(Did you mean list\?\)\n/);
});
