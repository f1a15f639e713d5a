import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where } from './functions.ts';

let aws: LocalAws;
let lambda: LambdaClient;
let decided: string[];

beforeEach(async () => {
  aws = await startLocalAws({ pace: 'max' });
  lambda = aws.client(LambdaClient, where);
  decided = [];
  aws.kernel.onObservation((one) => {
    if (one.kind === 'decision' && one.ask.action.startsWith('xray:'))
      decided.push(`${one.ask.action} ${one.allowed ? 'allowed' : 'refused'}`);
  });
});
afterEach(() => aws.close());

const ANSWERS = 'export const handler = async () => 7;';

it('sends a traced invocation as the function’s role, and loses what the role may not send', async () => {
  const role = await roleFor(aws, 'traced', ['xray:PutTraceSegments']);
  await createFunction(lambda, 'traced', role, ANSWERS, { TracingConfig: { Mode: 'Active' } });
  decided.length = 0;
  expect(await invoke(lambda, 'traced')).toMatchObject({ payload: 7, error: undefined });
  expect(decided).toEqual(['xray:PutTraceSegments allowed', 'xray:PutTelemetryRecords refused']);
});

it('sends nothing of a function that is not traced', async () => {
  await createFunction(lambda, 'plain', await roleFor(aws, 'plain', []), ANSWERS);
  expect(await invoke(lambda, 'plain')).toMatchObject({ payload: 7 });
  expect(decided).toEqual([]);
});
