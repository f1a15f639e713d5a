import { spawn } from 'node:child_process';
import type { Finding } from './findings.ts';
import { answerSchema, type Answer, type Order } from './probe-process.ts';
import { probeSteps } from './probe.ts';
import { withoutWires } from './stacks.ts';
import { DEPLOYMENT, type Use } from './use-recorder.ts';
import type { Wire } from './wire.ts';

/** What came of a play. */
export type Outcome = Pick<Finding, 'outcome' | 'step' | 'reason' | 'seconds'>;

/** The longest a whole play may take, in real milliseconds. */
const LONGEST = 45 * 60_000;

/**
 * Plays the probe without some wires. That a role is refused something does not fail it: the product has to. Where it is known which
 * parts use the wires, the first of them is played, then all of them, and everything where not even a refusal was seen.
 */
export async function testMutant(
  { synthesized, issuer }: Pick<Order, 'synthesized' | 'issuer'>,
  wires: readonly Wire[],
  use: Use | undefined,
): Promise<Outcome> {
  return withoutWires(synthesized, wires, async (mutant) => {
    let seconds = 0;
    for (const steps of playsFor(use)) {
      const only = steps === undefined ? {} : { steps: [...steps] };
      const { verdict } = await runProbeInProcess({ synthesized: mutant, issuer, control: false, ...only });
      seconds += verdict.seconds;
      if (verdict.outcome === 'failed')
        return { outcome: 'killed', step: verdict.step, reason: firstLine(verdict.reason), seconds };
      const { refusal } = verdict;
      if (refusal !== undefined && (steps === undefined || isAll(steps, use)))
        return { outcome: 'refused', reason: firstLine(refusal), seconds };
    }
    return { outcome: 'survived', reason: 'The whole probe passed.', seconds };
  });
}

/** The parts of each play, as long as the one before passes; undefined for all. */
function playsFor(use: Use | undefined): readonly (readonly string[] | undefined)[] {
  const used = use?.steps ?? [];
  if (used.length === 0) return [undefined];
  // Where the deployment uses it, that is all that has to be played at first.
  const order = [DEPLOYMENT, ...probeSteps.map(({ name }) => name)].filter((name) => used.includes(name));
  const parts = (steps: readonly string[]): readonly string[] => steps.filter((name) => name !== DEPLOYMENT);
  const first = parts(order.slice(0, 1));
  return order.length > 1 ? [first, parts(order), undefined] : [first, undefined];
}

function isAll(steps: readonly string[], use: Use | undefined): boolean {
  return use?.steps.every((name) => name === DEPLOYMENT || steps.includes(name)) === true;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 400) ?? '';
}

/** Plays the probe in a process of its own. */
export async function runProbeInProcess(order: Order): Promise<Answer> {
  const file = new URL('./probe-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', file, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const line = Buffer.concat(output).toString('utf8').trim().split('\n').at(-1) ?? '';
  if (code === 0 && line.startsWith('{')) return answerSchema.parse(JSON.parse(line));
  throw new Error(`The probe's process ended with ${code}: ${Buffer.concat(errors).toString('utf8').slice(-2000)}`);
}
