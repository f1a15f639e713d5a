import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from './functions.ts';

const MINUTE = 60_000;
const seen = z.tuple([z.number(), z.number(), z.string()]);

let aws: LocalAws;
let lambda: LambdaClient;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'pauser', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']);
});
afterAll(() => aws.close());

describe('a function that pauses', () => {
  it('waits on the clock of the local AWS, and sees by every clock of its own that time has passed', async () => {
    const source = `import { setTimeout as pause } from 'node:timers/promises';
      export const handler = async (minutes) => {
        const [date, fine] = [Date.now(), performance.now()];
        const values = await Promise.all([pause(minutes * ${MINUTE}, 'given'), pause(minutes * ${MINUTE})]);
        console.log('PASSED ' + JSON.stringify([Date.now() - date, performance.now() - fine, values[0]]));
      };`;
    await createFunction(lambda, 'patient', role, source, { Timeout: 900 });
    for (const minutes of [10, 1]) {
      const [real, begun] = [performance.now(), aws.clock.now()];
      const [date, fine, value] = seen.parse(JSON.parse(await logged('patient', minutes, /PASSED (.*)/)));
      for (const passed of [date, fine, aws.clock.now() - begun]) {
        expect(passed).toBeGreaterThanOrEqual(minutes * MINUTE);
        expect(passed).toBeLessThan(minutes * MINUTE + MINUTE / 2);
      }
      expect(value).toBe('given');
      expect(performance.now() - real).toBeLessThan(MINUTE / 2);
    }
  });

  it('runs into its timeout all the same, and leaves nobody waiting', async () => {
    const source = `import { setTimeout as pause } from 'node:timers/promises';
      export const handler = async () => { await pause(${10 * MINUTE}); };`;
    await createFunction(lambda, 'late', role, source, { Timeout: 60 });
    expect(await logged('late', 0, /timed out (.*)/)).toBe('after 60.00 seconds');
    await aws.clock.idle();
    expect(aws.clock.pending().map(({ label }) => label)).not.toContain('a pause of a function');
  });
});

/** Invokes a function without waiting for it, and gives what its log says after so many engine minutes at most. */
function logged(name: string, event: unknown, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const stop = aws.kernel.onObservation((one) => {
      const found = one.kind === 'log' && one.group === `/aws/lambda/${name}` ? pattern.exec(one.line) : null;
      if (found?.[1] === undefined) return;
      stop();
      resolve(found[1]);
    });
    const Payload = Buffer.from(JSON.stringify(event));
    lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload })).catch(reject);
  });
}
