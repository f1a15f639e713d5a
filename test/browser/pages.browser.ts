import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionDocument } from '../../core/contract/api/documents.ts';
import { runScenario } from '../../local/run-scenario.ts';
import { replaceInFile } from '../../local/scenario-runner.ts';
import type { Scenario } from '../../local/scenarios/scenario.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { silentListener } from '../end-to-end/listener.ts';
import { openChromium, withPages } from './chromium.ts';
import { look, SCREENSHOTS } from './look.ts';

/** Milliseconds for whatever a person waits for: a busy machine takes its time to start a function. */
const PATIENCE = 120_000;
const production = '333333333333';
const THROWS = `if (context.invokedFunctionArn.includes(':${production}:')) throw new Error('Version 2 cannot price this');\n`;

let browser: Browser | undefined;
let sandbox: Sandbox | undefined;

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
});

/** The first release succeeds, the second is looked at during its canary, the third is rolled back. */
const scenario: Scenario = {
  name: 'pages',
  description: 'a person reads the pages',
  expectedEnds: ['Succeeded', 'Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.1', production: '1.1.0' },
  run: async (runner) => {
    const page = await openSession(runner.sandbox);
    await page.getByText('Nothing is live yet').waitFor();
    await look(page, 'home-empty');
    await runner.releaseVersion('v1');
    const moves = runner.releaseVersion('v2');
    await watchCanary(page);
    await moves;
    await runner.releaseVersion('v2', (folder) => {
      replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"');
      replaceInFile(folder, 'orders/index.js', "const VERSION = '1.1.0';", `const VERSION = '1.1.1';`);
      replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${THROWS}`);
    });
    await readEnds(page);
    await page.context().close();
  },
};

it('what is live, a release during its canary, and one that failed are read in a browser, and the pages move by themselves', async () => {
  const { deviations } = await runScenario({
    scenario,
    pace: { times: 40 },
    listener: silentListener,
    log: (line) => void process.stdout.write(`${line}\n`),
    onSandboxStarted: (started) => {
      sandbox = started;
    },
  }).catch(async (problem: unknown) => {
    throw await withPages(problem, browser);
  });
  expect(deviations).toEqual([]);
  process.stdout.write(`The pictures are in ${SCREENSHOTS}\n`);
});

async function openSession({ engine }: Sandbox): Promise<Page> {
  if (browser === undefined) throw new Error('There is no browser.');
  const page = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' })).newPage();
  page.setDefaultTimeout(PATIENCE);
  const mint = () => engine.call(sessionDocument, 'POST', '/v1/sessions');
  await page.goto(new URL('/', (await mint()).url).href);
  await page.getByRole('heading', { name: 'Please open a session' }).waitFor();
  await look(page, 'no-session');
  // While somebody looks, time runs fast, and a link is good for minutes.
  await page.goto((await mint()).url);
  await page.getByRole('button').click();
  return page;
}

/** The release moves before the reader's eyes: nothing is loaded anew but what the page itself asks for. */
async function watchCanary(page: Page): Promise<void> {
  const home = page.url();
  const release = page.getByRole('link', { name: 'orders-1.1.0-a1' });
  await expect
    .poll(
      async () => {
        await page.goto(home);
        return release.count();
      },
      { timeout: PATIENCE, interval: 500 },
    )
    .toBeGreaterThan(0);
  await release.first().click();
  await page.getByRole('heading', { level: 1, name: 'orders-1.1.0-a1' }).waitFor();
  await page.evaluate('window.isTheSame = true');
  await page
    .getByText(/\d+ % of the users/)
    .first()
    .waitFor();
  await look(page, 'release-canary');
  const second = await page.context().newPage();
  second.setDefaultTimeout(PATIENCE);
  await second.goto(home);
  await look(second, 'home-canary');
  await second.close();
  await page.getByText('the new version serves in every environment').waitFor();
  expect(await page.evaluate('window.isTheSame')).toBe(true);
  await look(page, 'release-succeeded');
}

async function readEnds(page: Page): Promise<void> {
  const at = (path: string): string => new URL(path, page.url()).href;
  const see = async (path: string, name: string): Promise<void> => {
    await page.goto(at(path));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look(page, name);
  };
  await see('/', 'home');
  await see('/nowhere/at-all', 'nothing-here');
  await see('/releases', 'releases');
  await see('/releases/orders-1.1.1-a1', 'release-rolled-back');
  await see('/environments/orders/production', 'environment');
  await readService(page);
  await readComparison(page);
  await readPast(page);
}

/** By links alone: from the first page to a service, with what the three releases came to. */
async function readService(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'What is live' }).click();
  await page.getByRole('rowheader').getByRole('link', { name: 'orders' }).click();
  await page.getByRole('heading', { level: 1, name: 'orders', exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Delivery to production' }).waitFor();
  await page.getByRole('img', { name: /^Deployment frequency, by week/ }).waitFor();
  await page.getByText('0 of 2 deployments failed').waitFor();
  await page.getByText('Week by week').click();
  await look(page, 'service');
  await page.getByRole('link', { name: 'staging' }).last().click();
  await page.getByText('0 of 3 deployments failed').waitFor();
  await look(page, 'service-staging');
}

async function readComparison(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'orders-1.1.1-a1' }).click();
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByRole('heading', { level: 1, name: 'Compare orders-1.1.1-a1' }).waitFor();
  await look(page, 'compare-choice');
  await page.getByRole('link', { name: 'orders-1.0.0-a1' }).click();
  await page.getByRole('heading', { level: 1, name: 'What differs' }).waitFor();
  await page.getByRole('heading', { name: 'Resources' }).waitFor();
  await look(page, 'compare');
}

/** Before there was anything, and now, by the date that somebody chooses. */
async function readPast(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'What was live' }).click();
  await page.getByRole('link', { name: 'orders in production' }).waitFor();
  await page.getByRole('heading', { name: 'Who let it through' }).first().waitFor();
  await look(page, 'live-at');
  await page.getByLabel('Date and time (UTC)').fill('2026-11-01T08:30');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Nothing was live').waitFor();
  expect(new URL(page.url()).searchParams.get('at')).toBe('2026-11-01T08:30');
  await look(page, 'live-at-before');
}
