import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressRefused } from '../../../functions/adapters/addresses.ts';
import { createHttp, HttpFailed } from '../../../functions/adapters/http.ts';

let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/inside') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    if (request.url === '/again') return void response.writeHead(302, { location: '/health' }).end();
    if (request.url === '/loop') return void response.writeHead(302, { location: '/loop' }).end();
    if (request.url === '/slow') return;
    if (request.url === '/big') return void response.end('x'.repeat(3_000_000));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (allowed: string[], path: string, timeoutMilliseconds = 2000) =>
  createHttp(allowed).ask({ url: `${base}${path}`, method: 'GET', headers: {}, timeoutMilliseconds });

describe('http', () => {
  it('gives status, headers and body', async () => {
    const answer = await ask(['127.0.0.0/8'], '/health');
    expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(answer.headers['content-type']).toBe('application/json');
  });
  it('refuses a private address that the policy does not list, by number and by name', async () => {
    await expect(ask([], '/health')).rejects.toThrow(AddressRefused);
    const named = createHttp([]).ask({
      url: 'http://localhost:1/',
      method: 'GET',
      headers: {},
      timeoutMilliseconds: 500,
    });
    await expect(named).rejects.toThrow(AddressRefused);
  });
  it('checks every redirect', async () => {
    expect((await ask(['127.0.0.0/8'], '/again')).status).toBe(200);
    await expect(ask(['127.0.0.0/8'], '/inside')).rejects.toThrow(AddressRefused);
    await expect(ask(['127.0.0.0/8'], '/loop')).rejects.toThrow(HttpFailed);
  });
  it('waits no longer than it was told', async () => {
    await expect(ask(['127.0.0.0/8'], '/slow', 100)).rejects.toThrow(/in time/);
  });
  it('keeps at most a megabyte', async () => {
    expect((await ask(['127.0.0.0/8'], '/big')).body).toHaveLength(1024 * 1024);
  });
});
