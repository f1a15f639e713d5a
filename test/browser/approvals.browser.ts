import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionDocument } from '../../core/contract/api/documents.ts';
import type { ApprovalRequest } from '../../local/approval-requests.ts';
import { runScenario } from '../../local/run-scenario.ts';
import { replaceInFile } from '../../local/scenario-runner.ts';
import type { Scenario } from '../../local/scenarios/scenario.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import type { SlackStandIn } from '../../local/slack/stand-in.ts';
import { silentListener } from '../end-to-end/listener.ts';
import { openChromium, withPages } from './chromium.ts';
import { look, SCREENSHOTS } from './look.ts';

const [approvedInSlack, declinedInSlack] = ['orders-1.0.0-a1', 'orders-1.1.0-a1'];
/** Milliseconds for whatever a person waits for: a busy machine takes its time to start a function. */
const PATIENCE = 180_000;
const reason = 'Not before the sale is over';

let browser: Browser | undefined;
let sandbox: Sandbox | undefined;
let slack: SlackStandIn | undefined;
/** The newest mail about each release, as HTML. */
const mails = new Map<string, string>();

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

/** Three releases: the first is approved in Slack, the second declined in its modal, the third approved by the link of the mail. */
const scenario: Scenario = {
  name: 'browser',
  description: 'a person decides in a browser',
  policy: 'slack.json',
  expectedEnds: ['Succeeded', 'Declined', 'Succeeded'],
  expectedLive: { staging: '1.2.0', production: '1.2.0' },
  run: async (runner) => {
    ({ slack } = runner);
    await runner.releaseVersion('v1');
    await runner.releaseVersion('v2');
    await runner.releaseVersion('v2', (folder) => replaceInFile(folder, 'release.json', '"1.1.0"', '"1.2.0"'));
    await askInSlack();
    await readPages(runner.sandbox);
  },
};

afterAll(async () => {
  await browser?.close();
  await slack?.close();
  await sandbox?.close();
});

it('a person approves in Slack, declines in its modal with a reason, and approves by the link of the mail', async () => {
  const decisions: Promise<void>[] = [];
  const played = new Promise<readonly string[]>((resolve, reject) => {
    const onApprovalRequest = (request: ApprovalRequest): void => {
      const decided = decide(request).finally(() => request.decidedElsewhere());
      decided.catch((problem: unknown) => void withPages(problem, browser).then(reject));
      decisions.push(decided);
    };
    const log = (line: string): void => {
      process.stdout.write(`${line}\n`);
    };
    runScenario({
      scenario,
      pace: 'max',
      listener: silentListener,
      log,
      onSandboxStarted: keepMails,
      onApprovalRequest,
    })
      .then(({ deviations }) => resolve(deviations))
      .catch(reject);
  });
  expect(await played).toEqual([]);
  expect(decisions).toHaveLength(3);
  process.stdout.write(`The pictures are in ${SCREENSHOTS}\n`);
});

function keepMails(started: Sandbox): void {
  sandbox = started;
  started.aws.kernel.onObservation((one) => {
    if (one.kind !== 'email' || one.html === undefined) return;
    const release = /[?&]r=(orders-[\w.]+-a\d+)/.exec(one.text)?.[1];
    if (release !== undefined) mails.set(release, one.html);
  });
}

async function decide({ release, link }: ApprovalRequest): Promise<void> {
  if (release === approvedInSlack) await approveInSlack(release);
  else if (release === declinedInSlack) await declineInSlack(release);
  else await approveByMail(release, link);
}

async function approveInSlack(release: string): Promise<void> {
  const page = await openSlack();
  const message = await messageOf(page, '1.0.0');
  await look(page, 'slack-message');
  const approved = page.getByText(/Approved\. Robin Release/);
  await message.getByRole('button', { name: 'Approve' }).click();
  await approved.waitFor();
  await look(page, 'slack-approved');
  await page.context().close();
  expect(release).toBe(approvedInSlack);
}

async function declineInSlack(release: string): Promise<void> {
  const page = await openSlack();
  const message = await messageOf(page, '1.0.0 → 1.1.0');
  const modal = page.getByRole('dialog');
  // Slack waits three seconds for the question why: on a busy machine it may take a second press.
  for (let press = 0; press < 5 && !(await modal.isVisible()); press += 1) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/press'));
    await message.getByRole('button', { name: 'Decline' }).click();
    await answered;
    await modal.waitFor({ timeout: 3_000 }).catch(() => undefined);
  }
  await look(page, 'slack-modal');
  await modal.getByLabel('Why?').fill(reason);
  await modal.getByRole('button', { name: 'Decline' }).click();
  await page.getByText(new RegExp(`Declined\\. Robin Release[^]*${reason}`)).waitFor();
  await look(page, 'slack-declined');
  await page.context().close();
  expect(release).toBe(declinedInSlack);
}

async function approveByMail(release: string, link: string): Promise<void> {
  const page = await openPage();
  const mail = mails.get(release);
  if (mail === undefined) throw new Error(`Nobody was written to about ${release}.`);
  await page.setContent(mail);
  await look(page, 'mail');
  const links = await page.getByRole('link').all();
  expect(await Promise.all(links.map((one) => one.getAttribute('href')))).toContain(link);
  await page.goto(link);
  await look(page, 'approval-page');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page
    .getByText(/approved/)
    .first()
    .waitFor();
  await look(page, 'approval-decided');
  await page.context().close();
}

/** What a person writes, in the end. */
async function askInSlack(): Promise<void> {
  const page = await openSlack();
  const answers = page.getByRole('status');
  const write = async (command: string): Promise<Locator> => {
    const before = await answers.count();
    await page.getByRole('link', { name: 'Write a command' }).click();
    if (before === 0) await look(page, 'slack-writing');
    await page.getByLabel('Message').fill(command);
    await page.getByRole('button', { name: 'Send' }).click();
    await answers.nth(before).waitFor();
    return answers.nth(before);
  };
  expect(await (await write('/sluice live orders')).innerText()).toMatch(/production: 1\.2\.0 since/);
  expect(await (await write('/sluice release orders-1.1.0')).innerText()).toMatch(/is Declined/);
  expect(await (await write('/sluice hold orders production The sale')).innerText()).toMatch(/is held: The sale/);
  expect(await (await write('/sluice help')).innerText()).toMatch(/\/sluice live orders/);
  await look(page, 'slack-commands');
  await page.context().close();
}

/** The pages that a session shows. */
async function readPages({ engine }: Sandbox): Promise<void> {
  const { url } = await engine.call(sessionDocument, 'POST', '/v1/sessions');
  const page = await openPage();
  await page.goto(url);
  await look(page, 'session-page');
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'What is live' }).waitFor();
  await page.goto(new URL('/releases', url).href);
  await page.getByRole('heading', { name: 'Releases' }).waitFor();
  await look(page, 'releases-page');
  for (const path of ['releases/orders-1.2.0-a1', 'releases/orders-1.1.0-a1', 'environments/orders/production']) {
    await page.goto(new URL(`/${path}`, url).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look(page, `${path.replaceAll('/', '-')}-page`);
  }
  await page.goto(new URL('/releases/orders-1.2.0-a1', url).href);
  // The timeline is folded to what matters.
  const folded = page.locator('details').filter({ has: page.locator('a[href*="/evidence/"]') });
  await folded.first().locator('summary').first().click();
  await folded.first().locator('a[href*="/evidence/"]').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await look(page, 'evidence-page');
  await page.context().close();
}

async function openSlack(): Promise<Page> {
  if (slack === undefined) throw new Error('The policy has no Slack.');
  const page = await openPage();
  await page.goto(slack.url);
  return page;
}

async function openPage(): Promise<Page> {
  if (browser === undefined) throw new Error('There is no browser.');
  const page = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' })).newPage();
  page.setDefaultTimeout(PATIENCE);
  return page;
}

/** The message that asks; Slack has it a moment after the mail. */
async function messageOf(page: Page, what: string): Promise<Locator> {
  const message = page
    .getByRole('article')
    .filter({ hasText: what })
    .filter({ has: page.getByRole('button', { name: 'Approve' }) });
  await message.first().waitFor();
  return message.first();
}
