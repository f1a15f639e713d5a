import { describe, expect, it } from 'vitest';
import { signingIn } from '../../../engine/http/signing-in.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { policyOf, TestEngine } from '../fakes/test-engine.ts';
import { CLIENT } from './provider.ts';

// Whoever has no session, and opens a page, comes back to the very page once they have signed in.

const engine = new TestEngine(new MemoryLedger());
const policy = policyOf({}, { oidc: { issuer: 'https://login.example.com', clientId: CLIENT } });
const { ledger, answers, notifier, clock } = engine;
const signIn = async () => signingIn(policy);
const read = createReadApp({ ...engine, ledger, evidence: engine.evidence, signIn }, clock.invocationOf('read'));
const decide = createDecideApp(
  {
    ...{ ledger, answers, notifier, policy, signIn, links: { publicKeyPem: async () => '' } },
    ...{ apiUrl: 'https://api.example.com', schedule: fakeSchedule, workflow: fakeWorkflow(), ...fakePlans() },
  },
  clock.invocationOf('decide'),
);

/** Open without a session: what describes the API, what IAM lets in, links, and what ends a session. */
const others = /^\/(v1|openapi|open|approvals|sign-out)(\/|\.|$)/;
const parameters: Readonly<Record<string, string>> = {
  id: 'orders-1-a1',
  service: 'orders',
  environment: 'staging',
  sha256: '0'.repeat(64),
  approval: '0'.repeat(32),
};
const pages = [read, decide].flatMap((app) => [
  ...new Set(
    app.routes.filter(({ method, path }) => method === 'GET' && !others.test(path) && !path.includes('*')).map(({ path }) => path),
  ),
].map((path) => ({ app, path }))); // prettier-ignore

describe('who signs in comes back to the page and its query', () => {
  it('of every function that has pages', () => {
    expect(pages.filter(({ app }) => app === read).length).toBeGreaterThan(6);
    expect(pages.filter(({ app }) => app === decide).length).toBeGreaterThan(1);
  });

  it.each(pages)('$path', async ({ app, path }) => {
    const filled = path.replace(/:(\w+)/g, (_, name: string) => parameters[name] ?? '');
    const asked = `${filled}?service=orders&cursor=a%2Bb%20%C3%BC`;
    const answer = await app.request(asked);
    expect([401, 403]).toContain(answer.status);
    const [, link = ''] = /<a href="([^"]+)">Sign in<\/a>/.exec(await answer.text()) ?? [];
    expect(new URL(link.replaceAll('&amp;', '&'), 'https://api.example.com').searchParams.get('to')).toBe(asked);
  });
});
