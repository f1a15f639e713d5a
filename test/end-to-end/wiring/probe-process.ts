import * as z from 'zod';
import { UseRecorder } from './use-recorder.ts';
import { runProbe } from './probe.ts';
import { allWires } from './stacks.ts';

// One play of the probe in a process of its own: whatever it leaves behind goes with it. Reads its order from the first
// argument, writes the verdict (and, where asked, who used what) as one line of JSON.

/** What one process is to play. */
export const orderSchema = z.object({
  synthesized: z.string(),
  /** Names of the parts; all when left out. */
  steps: z.array(z.string()).exactOptional(),
  /** Whether to tell which parts use which wires. */
  uses: z.boolean().default(false),
});

/** What it tells. */
export const answerSchema = z.object({
  verdict: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('passed'), seconds: z.number() }),
    z.object({ outcome: z.literal('failed'), step: z.string(), reason: z.string(), seconds: z.number() }),
  ]),
  /** Name of a wire → names of the parts that use it; wires of which that is not known are absent. */
  uses: z.record(z.string(), z.array(z.string())).exactOptional(),
});
export type Answer = z.infer<typeof answerSchema>;

const [text] = process.argv.slice(2);
if (process.argv[1]?.endsWith('probe-process.ts') === true && text !== undefined) {
  const answer = await play(orderSchema.parse(JSON.parse(text)));
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
}

async function play({ synthesized, steps, uses: wanted }: z.infer<typeof orderSchema>): Promise<Answer> {
  const recorder = new UseRecorder();
  const wires = wanted ? allWires(synthesized) : [];
  let uses: Record<string, string[]> | undefined;
  const verdict = await runProbe({
    synthesized,
    ...(steps === undefined ? {} : { only: new Set(steps) }),
    onStart: (aws) => void aws.kernel.onObservation((one) => recorder.observe(one)),
    onStep: (step) => recorder.begin(step),
    onEnd: async ({ aws }) => {
      if (wanted) uses = await recorder.usesOf(wires, aws);
    },
  });
  return { verdict, ...(uses === undefined ? {} : { uses }) };
}
