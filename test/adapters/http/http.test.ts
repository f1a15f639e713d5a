import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressRefused, guardedLookup } from '../../../adapters/http/addresses.ts';
import { createHttp, HttpFailed } from '../../../adapters/http/http.ts';

let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/inside') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    const to = request.url?.split(/[?&]to=/)[1];
    if (to !== undefined) return void response.writeHead(307, { location: decodeURIComponent(to) }).end();
    if (request.url === '/seen') return void response.end(JSON.stringify(request.headers));
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

const ask = (addresses: string[], path: string, timeoutMilliseconds = 2000) =>
  createHttp({ addresses, hosts: [] }).ask({ url: `${base}${path}`, method: 'GET', headers: {}, timeoutMilliseconds });

describe('http', () => {
  it('gives status, headers and body', async () => {
    const answer = await ask(['127.0.0.0/8'], '/health');
    expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(answer.headers['content-type']).toBe('application/json');
  });
  it('refuses a private address that the policy does not list, by number and by name', async () => {
    await expect(ask([], '/health')).rejects.toThrow(AddressRefused);
    const named = createHttp({ addresses: [], hosts: [] }).ask({
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
  it('follows to the hosts of the stack and of the policy alone', async () => {
    const port = new URL(base).port;
    const elsewhere = `http://localhost:${port}/seen`;
    const follow = (more: { hosts?: string[] }, named: string[] = []) =>
      createHttp({ addresses: ['127.0.0.0/8', '::1/128'], hosts: named }).ask({
        url: `${base}/go?to=${encodeURIComponent(elsewhere)}`,
        method: 'POST',
        headers: { authorization: 'secret' },
        body: '{}',
        timeoutMilliseconds: 2000,
        ...more,
      });
    await expect(follow({})).rejects.toThrow(AddressRefused);
    await expect(follow({}, ['*.example.com'])).rejects.toThrow(/neither the stack's outputs nor the policy/);
    const answer = await follow({ hosts: ['localhost'] });
    expect(answer.status).toBe(200);
    // Another origin gets none of the check's headers.
    expect(answer.body).not.toContain('secret');
  });
  it.each([
    ['http://169.254.169.254/latest/meta-data', AddressRefused],
    ['http://[::ffff:169.254.169.254]/', AddressRefused],
    ['http://2852039166/', AddressRefused],
    ['http://0xa9.0xfe.0xa9.0xfe/', AddressRefused],
    ['//metadata.google.internal/', AddressRefused],
    ['file:///etc/passwd', AddressRefused],
    ['gopher://127.0.0.1/', HttpFailed],
    ['http://user:word@127.0.0.1/', HttpFailed],
    ['http://[', HttpFailed],
  ])('goes nowhere when it is redirected to %s', async (to, problem) => {
    await expect(ask(['127.0.0.0/8'], `/go?to=${encodeURIComponent(to)}`)).rejects.toThrow(problem);
  });
  it.each(['/MARKER1', '//elsewhere.example/a?key=MARKER1', 'http://[MARKER1', 'gopher://127.0.0.1/MARKER1', '/loop'])(
    'tells nothing of a key in an address, nor in what it is redirected to: %s',
    async (to) => {
      const url = `${base}/go?key=MARKER2&to=${encodeURIComponent(to)}`;
      const question = { url, method: 'GET', headers: {}, timeoutMilliseconds: 2000 };
      const rules = { addresses: to === '/MARKER1' ? [] : ['127.0.0.0/8'], hosts: [] };
      const failed: unknown = await createHttp(rules)
        .ask(question)
        .then(String, (problem: unknown) => problem);
      expect(failed).toBeInstanceOf(Error);
      expect(String(failed)).toMatch(/127\.0\.0\.1/);
      expect(String(failed)).not.toContain('MARKER');
    },
  );
  it('judges each address that a name resolves to when it connects, and connects to that one', async () => {
    // Whoever resolves sees what is connected to: an answer that changes between a check and the connection does not exist.
    const seen: string[] = [];
    const lookup = guardedLookup((address) => {
      seen.push(address);
      return address === '127.0.0.1';
    });
    const found = await new Promise<unknown>((resolve, reject) => {
      lookup('localhost', { all: true }, (problem, addresses) =>
        problem === null ? resolve(addresses) : reject(problem),
      );
    });
    expect(found).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(seen).toContain('127.0.0.1');
  });
});
