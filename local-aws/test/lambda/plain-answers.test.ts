import { createServer, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';

// What CDK's handlers do with the response of a custom resource: aws-cdk-lib/custom-resource-handlers

const PATH = '/cloudformation-custom-resource-response-useast1/x';
const runtime = z.object({
  answerPlainly: z.custom<(endpoint: string) => void>(),
  answersSent: z.custom<() => Promise<void>>(),
});

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('a body that nobody reads'));
});
let answersSent: () => Promise<void>;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const loaded = runtime.parse(
    await import(new URL('../../services/lambda/runtime/plain-answers.mjs', import.meta.url).href),
  );
  answersSent = loaded.answersSent;
  const address = server.address();
  loaded.answerPlainly(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
});
afterAll(() => void server.close());

const answer = { hostname: '127.0.0.1', path: PATH, method: 'PUT' };

it('an answer whose response is never read has arrived with it, and its connection goes', async () => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    https.request(answer, resolve).on('error', reject).end('{}');
  });
  expect(response.statusCode).toBe(200);
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  await answersSent();
  await gone;
});

it('an answer that nobody waits for is waited for', async () => {
  let told = false;
  https.request(answer, () => (told = true)).end('{}');
  await answersSent();
  expect(told).toBe(true);
});
