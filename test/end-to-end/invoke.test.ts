import { spawn } from 'node:child_process';
import { expect, inject, it } from 'vitest';
import type { Ran } from '../cli/command.ts';

// `npm run invoke` as somebody runs it who looks into one function: the stacks deployed, the function called, its answer on
// standard output, what it logged on standard error.

/** Without the script before it, which would install packages while other tests use them. */
const SCRIPT = ['run', '--silent', '--ignore-scripts', 'invoke', '--'];

async function invoke(...args: readonly string[]): Promise<Ran> {
  const child = spawn('npm', [...SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, ...printed };
}

/** The lines that the function logged, by the message of each. */
function logged({ stderr }: Ran): ReadonlyMap<string, unknown> {
  const entries = stderr
    .split('\n')
    .filter((line) => line.startsWith('{"level"'))
    .map((line): unknown => JSON.parse(line));
  return new Map(
    entries.map((entry) => [
      typeof entry === 'object' && entry !== null && 'message' in entry ? String(entry.message) : '',
      entry,
    ]),
  );
}

async function answers(...more: readonly string[]): Promise<void> {
  const ran = await invoke('receive', 'events/receive.object-created.json', ...more);
  expect(ran.code, ran.stderr).toBe(0);
  // Nobody dropped the object that the sample event speaks of: that is an answer, not a crash.
  expect(JSON.parse(ran.stdout)).toMatchObject({
    ...{ kind: 'reject', release: 'orders-1.4.2-a1', attempt: 1 },
    problems: [{ code: 'artifact.gone', path: 'orders/1.4.2.zip' }],
  });
  expect(logged(ran).get('Object reject')).toMatchObject({
    ...{ service: 'sluice-receive', function: 'receive', release: 'orders-1.4.2-a1' },
    ...{ key: 'orders/1.4.2.zip', versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
  });
  expect(ran.stderr).toMatch(/deployed ReleaseEngine[^]*START RequestId[^]*REPORT RequestId: .*Billed Duration/);
}

it('prints what a function answers, and its log apart', () => answers('--synthesized', inject('synthesized')));
// Takes longer than all else here.
it('synthesizes the stacks first where nobody did', { tags: 'long' }, () => answers());

it('ends with 1 where the function fails, and prints its error', async () => {
  const ran = await invoke('receive', 'events/wake.reconcile.json', '--synthesized', inject('synthesized'));
  expect(ran.code, ran.stderr).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ errorType: 'DataUnreadable' });
  expect(ran.stderr).toMatch(/END RequestId/);
});

it('ends with 2 where it cannot call anything, in one sentence', async () => {
  const [nothing, unknown, missing] = await Promise.all([
    invoke(),
    invoke('receiver', 'events/receive.object-created.json'),
    invoke('receive', 'events/no-such-file.json'),
  ]);
  expect(nothing).toMatchObject({ code: 2, stdout: '' });
  expect(nothing.stderr).toMatch(/^Usage: npm run invoke -- FUNCTION events\/FILE\.json\n/);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toMatch(/^There is no function receiver\.\n/);
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toMatch(/^ENOENT/);
  expect(await invoke('receive', 'events/wake.reconcile.json', '--quiet')).toMatchObject({ code: 2, stdout: '' });
});
