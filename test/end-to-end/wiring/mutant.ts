import { spawn } from 'node:child_process';
import { answerSchema, type Answer } from './probe-process.ts';
import { probeSteps } from './probe.ts';
import { withoutWire } from './stacks.ts';
import type { Wire } from './wire.ts';

/** What came of removing a wire. */
export type MutantResult =
  | {
      readonly wire: string;
      readonly outcome: 'killed';
      readonly step: string;
      readonly reason: string;
      readonly seconds: number;
    }
  | { readonly wire: string; readonly outcome: 'survived'; readonly reason: string; readonly seconds: number };

/** The longest a whole play may take, in real milliseconds. */
const LONGEST = 15 * 60_000;

/** Plays the probe without a wire: first the part that is known to use it, then, if nobody missed it, everything. */
export async function testMutant(
  synthesized: string,
  wire: Wire,
  uses: readonly string[] | undefined,
): Promise<MutantResult> {
  if (uses?.length === 0)
    return { wire: wire.name, outcome: 'survived', reason: 'No part of the probe uses it.', seconds: 0 };
  return withoutWire(synthesized, wire, async (mutant) => {
    const first = uses === undefined ? undefined : firstStepOf(uses);
    const parts = first === undefined ? [undefined] : [first, undefined];
    let seconds = 0;
    for (const only of parts) {
      const { verdict } = await runProbeInProcess({
        synthesized: mutant,
        ...(only === undefined ? {} : { steps: only }),
      });
      seconds += verdict.seconds;
      if (verdict.outcome === 'failed')
        return { wire: wire.name, outcome: 'killed', step: verdict.step, reason: firstLine(verdict.reason), seconds };
    }
    return { wire: wire.name, outcome: 'survived', reason: 'The whole probe passed.', seconds };
  });
}

/** The earliest part that uses it; nothing but the deployment where that does. */
function firstStepOf(uses: readonly string[]): readonly string[] {
  if (uses.includes('deployment')) return [];
  const first = probeSteps.find(({ name }) => uses.includes(name));
  return first === undefined ? [] : [first.name];
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 400) ?? '';
}

/** Plays the probe in a process of its own. */
export async function runProbeInProcess(order: {
  readonly synthesized: string;
  readonly steps?: readonly string[];
  readonly uses?: boolean;
}): Promise<Answer> {
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
