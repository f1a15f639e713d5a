import { afterEach, beforeEach, expect, it } from 'vitest';
import { oidcSettings } from '../../core/policy/oidc.ts';
import { answerCaller } from '../../engine/http/token-caller.ts';
import { signingIn } from '../../engine/http/signing-in.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { createReadApp } from '../../functions/read/app.tsx';
import { createSignInApp } from '../../functions/sign-in/app.tsx';
import type { SlackStandIn } from '../../local/slack/stand-in.ts';
import { crawl, type Visited } from '../end-to-end/crawler.ts';
import { Deciding } from './decide/deciding.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { ada, asking, channel, slackPolicy, startSlack } from './fakes/slack.ts';
import { TestEngine } from './fakes/test-engine.ts';
import { deployTarget } from './fakes/workflow.ts';

const apiUrl = 'https://api.example.com';
const issuer = 'https://issuer.example.com';
const oidc = oidcSettings.parse({
  ...{ issuer, clientId: 'sluice' },
  api: { audience: 'https://sluice.example.com', scopes: { read: 'read', act: 'act' } },
});

let ledger: MemoryLedger;
let engine: TestEngine;
let slack: SlackStandIn;
let people: Deciding;
beforeEach(async () => {
  ledger = new MemoryLedger();
  engine = new TestEngine(ledger);
  slack = await startSlack(engine);
  people = new Deciding(engine);
});
afterEach(() => slack.close());

/** All that the HTTP API answers, each path by its function. */
async function site(address: string, init: RequestInit): Promise<Response> {
  const { pathname, search } = new URL(address);
  if (/^\/sign-in(\/|$)/.test(pathname)) return signingInApp().request(`${pathname}${search}`, init);
  const decides = /^\/(approvals|open|sign-out)(\/|$)|^\/releases\/[^/]+\/(actions|approvals)(\/|$)/.test(pathname);
  if (decides) return people.visit(`${pathname}${search}`, init);
  const signIn = async () => signingIn(engine.policy);
  const services = { ...engine, files: engine.files, ledger: engine.ledgerOf('read'), signIn };
  const invocation = engine.clock.invocationOf('read');
  return answerCaller(new Request(address, init), undefined, services, invocation, (request, by) =>
    createReadApp(services, invocation, by).fetch(request),
  );
}

function signingInApp() {
  const services = {
    ledger: engine.ledgerOf('sign-in'),
    issuer: { begin: async () => `${issuer}/authorize`, redeem: () => Promise.reject(new Error('Nobody posts.')) },
    policy: { people: engine.policy.people, oidc },
    apiUrl,
  };
  return createSignInApp(services, engine.clock.invocationOf('sign-in'));
}

/** Version 1 serves, and version 2 waits for people. */
async function waiting(): Promise<string> {
  const first = await asking(engine);
  await people.press(await people.newest(first), 'ada@example.com', 'approve');
  await engine.run('waitForTurn', first);
  await deployTarget(engine, first);
  await engine.run('settle', first);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  await engine.run('complete', first);
  return asking(engine, '2');
}

/** Everything that people were sent, as it was sent. */
function sent(): string[] {
  const written = [...engine.mails, ...slack.workspace.messages, ...slack.workspace.whispers];
  return [...JSON.stringify(written).matchAll(/https:\/\/api\.example\.com[^\s"'<>|\\]*/g)].map(([link]) =>
    link.replaceAll('&amp;', '&'),
  );
}

const statusOf = (all: readonly Visited[], path: string) =>
  all.flatMap((one) => [...one]).filter(([where]) => where === `GET ${apiUrl}${path}`).map(([, status]) => status); // prettier-ignore

it.each([
  ['by a link that Slack shows', false],
  ['by signing in', true],
])(
  'whoever GETs and HEADs every link in messages and pages changes nothing, where people come in %s',
  async (_, signsIn) => {
    engine.policy = signsIn ? { ...slackPolicy(), oidc } : slackPolicy();
    const release = await waiting();
    const asked = slack.workspace.messages.findLast((one) => one.channel === channel);
    if (asked === undefined) throw new Error('Nothing was asked in Slack.');
    await slack.press(ada, asked, 'sluice-details');
    await slack.command(ada, channel, '/sluice live orders');
    await slack.command(ada, channel, '/sluice release orders-2');
    const session = (await people.session()).split(';')[0] ?? '';
    const approval = await people.newest(release);
    const watch = (await people.watch(approval, 'ada@example.com')).cookie.split(';')[0] ?? '';
    const links = sent();
    const own = signsIn ? [] : links.filter((link) => link.includes('/open/'));
    expect(own).toHaveLength(signsIn ? 0 : 1);
    const written = ['/', '/sign-in', `/sign-in?to=/releases/${release}`, '/sign-in/return?state=x&code=y', '/sign-out']
      .concat(
        '/oidc/v1/releases',
        `/oidc/v1/releases/${release}/cancel`,
        '/oidc/v1/sessions',
        `/releases/${release}/compare`,
      )
      .map((path) => `${apiUrl}${path}`);

    const before = ledger.snapshot();
    const all = [
      await crawl([...links, ...written], undefined, site),
      await crawl([...links, ...written], session, site),
      await crawl([...links, `${apiUrl}/releases/${release}`], watch, site),
    ];
    expect(ledger.snapshot()).toEqual(before);

    expect(all.flatMap((one) => [...one]).filter(([, status]) => status >= 500)).toEqual([]);
    const pages = ['/', '/live', '/services/orders', '/environments/orders/staging', '/sign-out'];
    const ofRelease = ['', '/actions', '/compare', `/approvals/${approval.approval}`].map(
      (path) => `/releases/${release}${path}`,
    );
    for (const path of [...pages, ...ofRelease]) expect(statusOf(all, path), path).toContain(200);
    expect(statusOf(all, '/sign-in')).toContain(303);
    expect(statusOf(all, '/oidc/v1/releases')).toEqual(signsIn ? [401, 401] : [404, 404]);
    // Nothing was decided, and what was looked at opens still.
    expect((await readHead(ledger, release)).environments['staging']?.phase).toBe('approvalPending');
    for (const link of own) expect((await people.openLink(link)).status).toBe(303);
  },
);
