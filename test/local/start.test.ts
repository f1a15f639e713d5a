import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';

let temporary: string;
let child: ChildProcess;
beforeEach(() => (temporary = mkdtempSync(path.join(tmpdir(), 'sluice-start-test-'))));
afterEach(() => {
  if (groupIsThere()) process.kill(-(child.pid ?? 0), 'SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

/** Starts what `npm start` starts, in a process group of its own. @returns what it prints */
function start(...args: string[]): { readonly out: string[]; readonly err: string[]; ended: Promise<number | null> } {
  child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', 'local/start.ts', ...args], {
    detached: true,
    env: { PATH: process.env['PATH'], TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  return { out, err, ended: new Promise((resolve) => child.once('close', resolve)) };
}

function groupIsThere(): boolean {
  try {
    return process.kill(-(child.pid ?? 0), 0);
  } catch {
    return false;
  }
}

it('ends by Ctrl-C with 130, and leaves neither files nor processes', async () => {
  const { out, ended } = start('--speed', 'max');
  while (!out.join('').includes('functions run on') && child.exitCode === null) await pause(50);
  expect(out.join('')).toMatch(/^Sluice on a local AWS\. Ctrl-C ends it\.\npromote: /);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  // Those that it started end when they notice that it is gone.
  while (groupIsThere()) await pause(50);
});

it.each([
  [['--nonsense'], "error: unknown option '--nonsense'\n"],
  [['--speed', '0'], expect.stringMatching(/^error: .*Give a number of 1 or more, or "max"\.\n$/)],
  [['--policy', 'policy.json'], expect.stringMatching(/^error: --policy is for --service FOLDER: .*\n$/)],
  [['--scenario', 'promot'], expect.stringMatching(/^There is no scenario "promot"\. There are: promote, .*\n$/)],
  [['--stack', 'Api'], expect.stringMatching(/^error: --app and --stack are for --service FOLDER: .*\n$/)],
])('says in one line what is wrong with %j', async (args, sentence) => {
  const { err, ended } = start(...args);
  expect(await ended).toBe(2);
  expect(err.join('')).toEqual(sentence);
});

it.each([[['--service', '/nonexist']], [['--speed', '0']]])(
  'prints one JSON document where it comes to nothing: %j',
  async (args) => {
    const { out, ended } = start(...args, '--exit', '--json');
    expect(await ended).toBe(2);
    const printed = z.strictObject({ error: z.looseObject({ message: z.string() }) }).parse(JSON.parse(out.join('')));
    expect(printed.error.message).toMatch(/There is no|Give a number/);
  },
);
