import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { sessionDocument } from '../../core/contract/api/documents.ts';
import { engineParameterName } from '../../core/contract/names.ts';
import { type ApprovalRequest, onApprovalRequest } from '../../local/approval-requests.ts';
import { ENGINE, type Sandbox, startSandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { dropTiny, readEnd } from '../end-to-end/release-end.ts';
import {
  connectIssuer,
  startIssuer,
  synthesizeWith,
  type SynthesizedWithIssuer,
  type TestIssuer,
} from '../end-to-end/sign-in/signing-in.ts';
import { openChromium, withPages } from './chromium.ts';
import { look } from './look.ts';

// Signing in, by an OpenID provider and by a one-time link, and signing out.

/** Milliseconds for whatever a person waits for: a busy machine takes its time to start a function. */
const PATIENCE = 120_000;

let browser: Browser | undefined;
let issuer: TestIssuer | undefined;
let stacks: SynthesizedWithIssuer | undefined;
let sandbox: Sandbox;
let recorder: TransitionRecorder;
let apiUrl: string;
let release: string;
/** While it is not decided, no time is skipped. */
let request: ApprovalRequest;

beforeAll(async () => {
  browser = await openChromium();
  issuer = await startIssuer();
  stacks = await synthesizeWith(issuer);
  sandbox = await startSandbox({ pace: 'max', synthesized: stacks.folder });
  await connectIssuer(sandbox, issuer);
  recorder = new TransitionRecorder(sandbox.aws);
  const ssm = sandbox.aws.client(SSMClient, ENGINE);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: engineParameterName }));
  ({ apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(Parameter?.Value ?? '')));
  const asked = new Promise<ApprovalRequest>((resolve) => void onApprovalRequest(sandbox.aws, resolve));
  release = await dropTiny(sandbox.engine, { service: 'signed', version: '1.0.0' });
  request = await asked;
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await sandbox.close();
  stacks?.remove();
  await issuer?.close();
});

it('a person signs in with the OpenID provider, comes back to the page, approves, and signs out', async () => {
  await told(async () => {
    const page = await openPage();
    const path = `${apiUrl}/releases?service=signed`;
    await page.goto(path);
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor();
    await look(page, 'sign-in');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await giveName(page, 'robin');
    await page.waitForURL(path);
    await page.getByRole('link', { name: release }).first().waitFor();

    await page.goto(request.link);
    await page.getByText('only from people who have signed in').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await look(page, 'approval-by-link-needs-sign-in');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await consent(page);
    await page.getByText('You decide as robin@example.com').waitFor();
    expect(new URL(page.url()).pathname).toMatch(new RegExp(`^/releases/${release}/approvals/`));
    await look(page, 'approval-signed-in');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Thank you: approved.').waitFor();
    await look(page, 'approval-signed-in-decided');
    request.decidedElsewhere();
    expect((await readEnd(sandbox.engine, recorder, release)).end).toBe('Succeeded');
    await signOut(page, 'robin@example.com');
    await page.context().close();
  });
});

it('without JavaScript the way is the same, by a button; and whom the policy does not list is told so', async () => {
  await told(async () => {
    const page = await openPage({ javaScriptEnabled: false });
    const copies = (await openPage()).context();
    await page.goto(`${apiUrl}/live`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await giveName(page, 'eve');
    await page.getByRole('heading', { name: 'Signing in' }).waitFor();
    await look(page, 'signing-in', copies);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('eve@example.com is none of the people').waitFor();
    await look(page, 'sign-in-refused', copies);
    expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/sign-in?to=%2Flive');
    await copies.close();
    await page.context().close();
  });
});

it('a person signs in by a one-time link, and signs out', async () => {
  await told(async () => {
    const page = await openPage();
    const { url } = await sandbox.engine.call(sessionDocument, 'POST', '/v1/sessions');
    await page.goto(url);
    await look(page, 'sign-in-by-link');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('rowheader', { name: 'signed' }).waitFor();
    await page.goto(url);
    await page
      .getByText(/was used|expired|is no longer/i)
      .first()
      .waitFor();
    await look(page, 'sign-in-by-link-refused');
    await signOut(page);
    await page.context().close();
  });
});

async function signOut(page: Page, who?: string): Promise<void> {
  await page.goto(apiUrl);
  await page.getByRole('link', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign out' }).waitFor();
  if (who !== undefined) await page.getByText(who).waitFor();
  await look(page, who === undefined ? 'sign-out-of-link' : 'sign-out');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await look(page, 'signed-out');
  await page.goto(apiUrl);
  await page.getByRole('heading', { name: 'Please sign in' }).waitFor();
}

/** The form of the provider, which takes any password. */
async function giveName(page: Page, account: string): Promise<void> {
  await page.locator('input[name="login"]').fill(account);
  await page.locator('input[name="password"]').fill('any');
  await page.locator('button[type="submit"]').click();
  await consent(page);
}

async function consent(page: Page): Promise<void> {
  await page.locator('input[name="prompt"][value="consent"]').waitFor({ state: 'attached' });
  await page.locator('button[type="submit"]').click();
}

/** A page that asks nobody but this machine; it takes the provider's certificate, as whoever trusts it does. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  if (browser === undefined) throw new Error('There is no browser.');
  const context = await browser.newContext({
    ...{ locale: 'en-GB', timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true },
    ...options,
  });
  await context.route(
    ({ hostname }) => !['127.0.0.1', 'copy.localhost'].includes(hostname),
    (route) => route.abort(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  return page;
}

async function told(play: () => Promise<void>): Promise<void> {
  await play().catch(async (problem: unknown) => {
    throw await withPages(problem, browser);
  });
}
