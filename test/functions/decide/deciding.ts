import { generateKeyPairSync, sign } from 'node:crypto';
import { approvalMessage, buildApprovalLink } from '../../../core/approval/link.ts';
import { sessionDocument } from '../../../core/contract/api/documents.ts';
import { approvalItem, type ApprovalItem } from '../../../core/ledger/items.ts';
import { releasePartition } from '../../../core/ledger/keys.ts';
import { signingIn } from '../../../engine/http/signing-in.ts';
import { parseItem, readAll } from '../../../engine/ledger/read.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { readDescribed } from '../described.ts';
import type { TestEngine } from '../fakes/test-engine.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What a page or the API answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** What pressing a button that opens a session came to. */
interface Opened {
  readonly status: number;
  /** As the browser keeps it; empty where it gets none. */
  readonly cookie: string;
  readonly location: string;
}

/** The people who decide, by link and by IAM, and what they see. */
export class Deciding {
  readonly #engine: TestEngine;

  constructor(engine: TestEngine) {
    this.#engine = engine;
  }

  /** Every approval of a release, the newest first. */
  async approvals(release: string): Promise<ApprovalItem[]> {
    const items = await readAll(this.#engine.ledger, releasePartition(release), 'approval#');
    return items.map((item) => parseItem(approvalItem, item)).sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1));
  }

  async newest(release: string): Promise<ApprovalItem> {
    const [approval] = await this.approvals(release);
    if (approval === undefined) throw new Error('no approval');
    return approval;
  }

  /** Opens somebody's link. */
  open(approval: ApprovalItem, person: string): Promise<Answered> {
    return this.#ask(pathOf(approval, person), {});
  }

  /** Presses a button on the page of somebody's link. */
  press(
    approval: ApprovalItem,
    person: string,
    decision: string,
    reason = decision === 'decline' ? 'Not today' : '',
  ): Promise<Answered> {
    const body = new URLSearchParams({ decision, reason });
    return this.#ask(pathOf(approval, person), { method: 'POST', body });
  }

  /** Sends a form to somebody's link, as a page that is none of Sluice's may. */
  send(
    approval: ApprovalItem,
    person: string,
    fields: readonly (readonly [string, string])[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const body = new URLSearchParams();
    for (const [name, value] of fields) body.append(name, value);
    return this.#ask(pathOf(approval, person), { method: 'POST', body, headers });
  }

  /** Presses "Watch this release"; gives the cookie that the browser keeps, and where it goes. */
  watch(approval: ApprovalItem, person: string, headers: Readonly<Record<string, string>> = {}): Promise<Opened> {
    return this.#open(pathOf(approval, person).replace('?', '/watch?'), headers);
  }

  /** Opens a session of the whole ledger; gives its cookie. */
  async session(caller = 'arn:aws:sts::111111111111:assumed-role/keeper/bob'): Promise<string> {
    return (await this.openLink(await this.mintLink(caller))).cookie;
  }

  /** Asks by the API for a one-time link to the whole ledger. */
  async mintLink(caller = 'arn:aws:sts::111111111111:assumed-role/keeper/bob'): Promise<string> {
    const minted = await this.#ask('/v1/sessions', { method: 'POST' }, caller);
    return sessionDocument.parse(JSON.parse(minted.text)).url;
  }

  /** Any request to what decides, as a browser sends it. */
  visit(path: string, request: RequestInit): Promise<Response> {
    return this.#send(path, request);
  }

  /** Looks at a one-time link, as a mail scanner does, too. */
  lookAtLink(url: string): Promise<Answered> {
    return this.#ask(new URL(url).pathname, {});
  }

  /** Presses *Open* on the page of a one-time link; gives the cookie that the browser keeps, and where it goes. */
  openLink(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Opened> {
    return this.#open(new URL(url).pathname, headers);
  }

  /** The page of an approval, or a form of it, for whoever has a session. */
  decidePage(approval: ApprovalItem, cookie: string, form?: Record<string, string>, headers = {}): Promise<Answered> {
    const path = `/releases/${approval.release}/approvals/${approval.approval}`;
    const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    return this.#ask(path, { ...sent, headers: { cookie, ...headers } });
  }

  /** Opens the page of what can be done to a release, or presses one of its buttons. */
  actions(
    release: string,
    cookie: string,
    form?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const sent = { headers: { cookie: cookie.split(';')[0] ?? '', ...headers } };
    const request = form === undefined ? sent : { ...sent, method: 'POST', body: new URLSearchParams(form) };
    return this.#ask(`/releases/${release}/actions`, request);
  }

  /** Opens the page that ends a session, or presses its button. */
  signOut(cookie: string, form?: Readonly<Record<string, string>>, headers = {}): Promise<Answered> {
    const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    return this.#ask('/sign-out', { ...sent, headers: { cookie: cookie.split(';')[0] ?? '', ...headers } });
  }

  /** Opens a page of the ledger. */
  async look(path: string, cookie: string): Promise<Answered> {
    const app = createReadApp(this.#engine, this.#engine.clock.invocationOf('read'));
    const answer = await app.request(path, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    return { status: answer.status, text: await answer.text() };
  }

  /** Decides by the API. */
  sign(
    approval: Pick<ApprovalItem, 'release' | 'approval'>,
    body: unknown,
    caller = 'arn:aws:sts::111111111111:assumed-role/keeper/bob',
  ): Promise<Answered> {
    const path = `/v1/releases/${approval.release}/approvals/${approval.approval}`;
    return this.#ask(path, { method: 'POST', body: JSON.stringify(body) }, caller);
  }

  /** Acts on a release by the API. */
  act(
    release: string,
    action: string,
    caller = 'arn:aws:sts::111111111111:assumed-role/keeper/bob',
  ): Promise<Answered> {
    const body = JSON.stringify({ reason: 'Not today' });
    return this.#ask(`/v1/releases/${release}/${action}`, { method: 'POST', body }, caller);
  }

  /** Asks for a release by the API. @param path behind `/v1/` */
  ask(path: string, body: object, caller = 'arn:aws:sts::111111111111:assumed-role/keeper/bob'): Promise<Answered> {
    return this.#ask(
      `/v1/${path}`,
      { method: 'POST', body: JSON.stringify({ reason: 'It is wrong', ...body }) },
      caller,
    );
  }

  /** Reads by the API. */
  async read(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const app = createReadApp(
      { ...this.#engine, ledger: this.#engine.ledgerOf('read') },
      this.#engine.clock.invocationOf('read'),
    );
    const answer = await app.request(path);
    const body: unknown = JSON.parse(await readDescribed('GET', path, answer));
    return { status: answer.status, body };
  }

  async #open(path: string, sent: Readonly<Record<string, string>>): Promise<Opened> {
    const { status, headers } = await this.#send(path, { method: 'POST', headers: sent });
    return { status, cookie: headers.get('set-cookie') ?? '', location: headers.get('location') ?? '' };
  }

  async #ask(path: string, request: RequestInit, caller?: string): Promise<Answered> {
    const answer = await this.#send(path, request, caller);
    const text = await readDescribed(request.method ?? 'GET', path, answer);
    return { status: answer.status, text: /<main>(.*)<\/main>/s.exec(text)?.[1] ?? text };
  }

  async #send(path: string, request: RequestInit, caller?: string): Promise<Response> {
    const { answers, policy, clock } = this.#engine;
    const ledger = this.#engine.ledgerOf('decide');
    const links = { publicKeyPem: () => Promise.resolve(publicKeyPem) };
    const services = {
      ledger,
      answers,
      notifier: this.#engine.notifier,
      policy,
      links,
      schedule: fakeSchedule,
      workflow: fakeWorkflow(this.#engine.started),
      ...fakePlans(),
      apiUrl: 'https://api.example.com',
      signIn: async () => signingIn(policy),
    };
    const app = createDecideApp(
      services,
      clock.invocationOf('decide'),
      caller === undefined ? undefined : { principal: caller },
    );
    return app.request(path, request);
  }
}

function pathOf(approval: ApprovalItem, person: string): string {
  const claims = { person, expires: approval.deadline, keyId: 'key' };
  const signature = sign('sha256', approvalMessage(approval, claims), privateKey).toString('base64url');
  const { approval: id, release } = approval;
  return buildApprovalLink('', { approval: id, release, ...claims, signature });
}
