import { AddPermissionCommand, CreateFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html: up to 1,000 at once, so that none waits for another.

let aws: LocalAws;
let lambda: LambdaClient;
let role: string;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'any', []);
});
afterAll(() => aws.close());

/** Creates a function that answers everybody who asks its URL. @returns the URL */
async function answering(name: string): Promise<string> {
  await createFunction(lambda, name, role, 'export const handler = async () => "answered";');
  const more = { FunctionName: name, Principal: '*' };
  const permissions = [
    { StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' as const },
    { StatementId: 'invoke', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
  ];
  for (const permission of permissions) await lambda.send(new AddPermissionCommand({ ...more, ...permission }));
  const answer = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: 'NONE' }));
  return answer.FunctionUrl ?? '';
}

const asks = `await (await fetch(process.env.ASKED)).text()`;

it('answers functions that wait for another one by its URL, however many', async () => {
  const more = { Timeout: 120, Environment: { Variables: { ASKED: await answering('answers') } } };
  const code = `export const handler = async () => ${asks};`;
  await createFunction(lambda, 'asks', role, code, more);
  const asked = await Promise.all(Array.from({ length: 9 }, () => invoke(lambda, 'asks')));
  expect(asked.map(({ payload }) => payload)).toEqual(asked.map(() => 'answered'));
});

it('answers functions that do so while they are loaded', async () => {
  const more = { Timeout: 120, Environment: { Variables: { ASKED: await answering('others-answer') } } };
  const code = `const answer = ${asks};\nexport const handler = async () => answer;`;
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `loads-${name}`);
  for (const name of names) await createFunction(lambda, name, role, code, more);
  const asked = await Promise.all(names.map((name) => invoke(lambda, name)));
  expect(asked.map(({ payload }) => payload)).toEqual(asked.map(() => 'answered'));
});
