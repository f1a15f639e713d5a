import { setTimeout } from 'node:timers/promises';
import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';
import * as z from 'zod';

/** Queues of Sluice's stacks, all of which are for what could not be delivered: their names begin with that of the stack. */
const ownQueue = /^Release(Engine|Target)-/;
/** What will be tried again, by the labels of the clock: it may still become a letter, or not. */
const laterAttempt = /^(the next attempt of|a retry of) /;

type Letter = Extract<Observation, { kind: 'message' }>;

/** What functions of Sluice failed at for good, and what its rules could not deliver, from when it is made. */
export class DeadLetters {
  private readonly letters: string[] = [];
  readonly stop: () => void;

  constructor(private readonly aws: LocalAws) {
    this.stop = aws.kernel.onObservation((one) => {
      if (one.kind === 'message' && ownQueue.test(one.queue)) this.letters.push(describe(one));
    });
  }

  /** Every letter that has come since this was asked before, once nothing is tried again that might become one. */
  async take(): Promise<string[]> {
    const { clock } = this.aws;
    for (;;) {
      await Promise.race([clock.idle(), tooLate()]);
      const next = clock.pending().find(({ label }) => laterAttempt.test(label));
      if (next === undefined) break;
      await clock.sleep(next.at - clock.now() + 1, 'until it is tried again');
    }
    return this.letters.splice(0);
  }
}

/** Real milliseconds in which what is under way has to come to an end. */
const PATIENCE = 120_000;

/** Whoever holds time at the end of a test would wait for ever. */
async function tooLate(): Promise<never> {
  await setTimeout(PATIENCE, undefined, { ref: false });
  throw new Error('Something still holds the clock: let time run before the dead letters are read.');
}

const failed = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.object({ errorType: z.string(), errorMessage: z.string() }).optional(),
});

function describe({ queue, body, attributes }: Letter): string {
  const rule = attributes['RULE_ARN'];
  if (rule !== undefined) return `${queue}: ${rule} could not deliver: ${attributes['ERROR_MESSAGE'] ?? ''} ${body}`;
  const { requestContext, requestPayload, responsePayload } = failed.parse(JSON.parse(body));
  const { errorType = '', errorMessage = 'no answer' } = responsePayload ?? {};
  return `${requestContext.functionArn}: ${errorType} ${errorMessage} at ${JSON.stringify(requestPayload)}`;
}
