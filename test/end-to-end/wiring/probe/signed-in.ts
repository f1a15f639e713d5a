import assert from 'node:assert/strict';
import * as z from 'zod';
import { tokenRoutes } from '../../../../core/contract/api/token-routes.ts';
import { problemDocument } from '../../../../core/contract/api/documents.ts';
import { accessToken } from '../../sign-in/signing-in.ts';
import { Visitor } from '../../sign-in/visitor.ts';
import type { ProbeHarness } from './harness.ts';

const values: Readonly<Record<string, string>> = {
  id: 'orders-9.9.9-a1',
  other: 'orders-9.9.8-a1',
  service: 'orders',
  environment: 'unknown',
  approval: '0'.repeat(32),
  sha256: '0'.repeat(64),
};

/** Where the stacks have an OpenID provider, people sign in and out, and the API answers its tokens on each of their routes. */
export async function signedIn({ others: { issuer }, apiUrl, sandbox }: ProbeHarness): Promise<void> {
  if (issuer === undefined) return;
  for (const path of ['/sign-in', '/sign-in/return?state=x']) {
    const looked = await fetch(`${apiUrl}${path}`, { method: 'HEAD', redirect: 'manual' });
    assert.ok([303, 403].includes(looked.status), `HEAD ${path}: ${looked.status}`);
  }
  const visitor = new Visitor(apiUrl, issuer);
  const first = await visitor.signIn(await visitor.go('/releases?service=orders'), 'robin');
  assert.deepEqual([first.url, first.status], [`${apiUrl}/releases?service=orders`, 200], first.text);
  // The session that the browser has ends.
  const second = await visitor.signIn({ text: '<a href="/sign-in">Sign in</a>' }, 'robin');
  assert.deepEqual([second.url, second.status], [`${apiUrl}/`, 200], second.text);
  const out = await visitor.press(await visitor.go('/sign-out'));
  assert.match(out.text, /You are signed out/);
  assert.equal((await visitor.go('/')).status, 401);
  const authorization = `Bearer ${await accessToken(issuer, sandbox.aws.clock.now())}`;
  for (const { method, path } of tokenRoutes) {
    const where = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const body = method === 'GET' ? {} : { body: '{}' };
    const answer = await fetch(`${apiUrl}${where}`, { method, headers: { authorization }, ...body });
    await expectEngines(`${method} ${where}`, answer);
  }
}

/** The engine's own answer, which API Gateway's "Not Found" is not, to somebody whom the token names. */
async function expectEngines(what: string, answer: Response): Promise<void> {
  const text = await answer.text();
  const document: unknown = JSON.parse(text);
  const ours = answer.ok ? z.record(z.string(), z.unknown()) : problemDocument;
  assert.ok(ours.safeParse(document).success && answer.status < 500 && answer.status !== 401, `${what}: ${text}`);
  assert.doesNotMatch(text, /There is nothing at/, what);
}
