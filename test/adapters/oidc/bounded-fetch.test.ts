import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boundedFetch } from '../../../adapters/oidc/bounded-fetch.ts';
import { longestAnswer } from '../../../core/sign-in/token-rules.ts';

/** An issuer that says what the path asks for. */
let server: Server;
let url: string;
const asked: string[] = [];
/** Ends when the client leaves an answer that has no end. */
let left: Promise<unknown>;

function answer({ url: path = '' }: IncomingMessage, response: ServerResponse): void {
  asked.push(path);
  const [, kind = '', value = ''] = path.split('/');
  if (kind === 'bytes') response.end(Buffer.alloc(Number(value), 'x'));
  else if (kind === 'status') response.writeHead(Number(value), { location: '/bytes/1' }).end();
  else {
    left = once(response, 'close');
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more);
    more();
  }
}

beforeAll(async () => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('reads as much as an issuer has to say, and no byte more', async () => {
  const whole = await boundedFetch(`${url}/bytes/${longestAnswer}`);
  expect((await whole.arrayBuffer()).byteLength).toBe(longestAnswer);
  await expect(boundedFetch(`${url}/bytes/${longestAnswer + 1}`)).rejects.toThrow(`longer than ${longestAnswer} bytes`);
});

it('leaves an answer that has no end', async () => {
  await expect(boundedFetch(`${url}/endless`)).rejects.toThrow(`longer than ${longestAnswer} bytes`);
  await left;
});

it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
  asked.length = 0;
  const answered = await boundedFetch(`${url}/status/${status}`);
  expect([answered.status, answered.ok, await answered.text()]).toEqual([status, false, '']);
  expect(asked).toEqual([`/status/${status}`]);
});

it.each([204, 205, 304])('takes an answer that can have no body: %i', async (status) => {
  const answered = await boundedFetch(`${url}/status/${status}`);
  expect([answered.status, await answered.text()]).toEqual([status, '']);
});
