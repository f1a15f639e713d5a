import * as z from 'zod';
import { issuerAccess } from '../sign-in/signing-in.ts';
import { UseRecorder } from './use-recorder.ts';
import { runProbe } from './probe.ts';
import { allWires } from './stacks.ts';

// One play of the probe in a process of its own: whatever it leaves behind goes with it. Reads its order from the first
// argument, writes the verdict (and, where asked, who used what) as one line of JSON.

/** What one process is to play. */
const orderSchema = z.object({
  synthesized: z.string(),
  /** The OpenID provider of the policy. */
  issuer: issuerAccess,
  /** Names of the parts; all when left out. */
  steps: z.array(z.string()).exactOptional(),
  /** Whether the stacks are as they should be: a refusal fails the probe then, and it is told which parts use which wires. */
  control: z.boolean(),
});
export type Order = z.input<typeof orderSchema>;

/** By the name of a wire; wires of which nothing is known are absent. */
export const usesSchema = z.record(
  z.string(),
  z.object({ steps: z.array(z.string()), refusal: z.string().exactOptional() }),
);

const ended = { seconds: z.number(), refusal: z.string().exactOptional() };
/** What it tells. */
export const answerSchema = z.object({
  verdict: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('passed'), ...ended }),
    z.object({ outcome: z.literal('failed'), step: z.string(), reason: z.string(), ...ended }),
  ]),
  uses: usesSchema.exactOptional(),
});
export type Answer = z.infer<typeof answerSchema>;

const [text] = process.argv.slice(2);
if (process.argv[1]?.endsWith('probe-process.ts') === true && text !== undefined) {
  const answer = await play(orderSchema.parse(JSON.parse(text)));
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
}

async function play({ synthesized, issuer, steps, control }: z.infer<typeof orderSchema>): Promise<Answer> {
  const only = steps === undefined ? {} : { only: new Set(steps) };
  if (!control) return { verdict: await runProbe({ synthesized, issuer, ...only, notesRefusals: true }) };
  const recorder = new UseRecorder();
  const verdict = await runProbe({
    synthesized,
    issuer,
    ...only,
    onStart: (aws) => void aws.kernel.onObservation((one) => recorder.observe(one)),
    onStep: (step) => recorder.begin(step),
    onAllowed: (decision) => recorder.addAllowed(decision),
  });
  return answerSchema.parse({ verdict, uses: recorder.usesOf(allWires(synthesized)) });
}
