import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { writeLetter } from '../../../core/notify/letter.ts';
import { journeyOf } from '../../../core/overview/journey.ts';
import { ApprovalPage } from '../../../engine/web/approval.tsx';
import { ReleasePage } from '../../../engine/web/release.tsx';
import { approvalMail } from '../../../functions/notify/approval-mail.ts';
import { askedOf, planOf, targetOf } from '../../core/approval/asked.ts';
import * as s from '../../core/samples.ts';

const person = { name: 'Robin', email: 'robin@example.com' };
const now = s.moment(60);
const link = `https://api.example.com/approvals/${'0'.repeat(32)}?r=orders-1.4.2-a1`;

/** 200 targets, each with a change of its own, as large and hostile as a target's item of the ledger may be. */
function largest() {
  const hostile = '<img src=x onerror=alert(1)>&"\u202e'.repeat(20);
  const targets = Array.from({ length: 200 }, (_, index) =>
    targetOf(index, {
      resources: Array.from({ length: 300 }, (_one, resource) => ({
        action: 'Modify',
        logicalId: `R${index}x${resource}`,
        type: 'AWS::DynamoDB::Table',
        replacement: 'Conditional',
      })),
      warnings: Array.from({ length: 100 }, (_one, warning) => ({
        code: 'stateful-replaced' as const,
        logicalId: `R${warning}`,
        sentence: `${index} ${warning} ${hostile}`,
      })),
    }),
  );
  return askedOf(targets, {
    plan: planOf({ source: { author: `${hostile.slice(0, 880)} <x@example.com>`, commit: hostile.slice(0, 900) } }),
  });
}

it('a page of 200 targets is bounded, has its buttons first, and nothing in it acts', async () => {
  const asked = largest();
  const view = { asked, now, person, action: '/approvals/x', watch: '/approvals/x/watch', via: 'link' } as const;
  const app = new Hono().get('/', (context) => context.html(<ApprovalPage {...view} />));
  const page = await (await app.request('/')).text();
  expect(page.indexOf('value="approve"')).toBeLessThan(page.indexOf('<dt>Version'));
  expect(page.indexOf('value="decline"')).toBeLessThan(page.indexOf('<dt>Version'));
  expect(page).not.toContain('<img');
  expect(page).toMatch(/… and \d+ more: <code>GET \/v1\/releases\/orders-1.4.2-a1\/approvals\//);
  expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
});

it('a mail about 200 targets stays below 100 KB, says the question and the link first, and nothing in it acts', () => {
  const { text, html } = writeLetter('x', approvalMail(largest(), person, link, { now }));
  expect(Buffer.byteLength(text) + Buffer.byteLength(html)).toBeLessThan(100_000);
  expect(text).toMatch(
    /^Release orders 1\.4\.2 to production\?\n\nHello Robin, you are asked to decide before 2026-11-20 10:00 UTC\.\n\nSee the change and decide:\nhttps:/,
  );
  expect(text).toMatch(
    /… and \d+ more: the page and the API have them\.\n\nRelease orders-1.4.2-a1, artifact SHA-256 a{64}\.$/,
  );
  expect(html).not.toContain('<img');
  expect(text).not.toContain('\u202e');
});

it('a mail of few targets has all that there is to know', () => {
  const { text } = writeLetter('x', approvalMail(askedOf(), person, link, { now }));
  expect(text).toContain(
    'In 333333333333/us-east-1:\n\nChanged\n  - Orders (AWS::Lambda::Function)\n\nAdded\n  - Queue',
  );
  expect(text).not.toContain('… and');
});

it('the page of a release of 400 targets is bounded', async () => {
  const { head } = s.productionAsked;
  const targets = (from: number) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`${333_333_333_333 + from + index}/us-east-1`, 'pending' as const]),
    );
  const environments = Object.fromEntries(
    Object.entries(head.environments).map(([name, state], place) => [
      name,
      { ...state, targets: targets(200 * place) },
    ]),
  );
  const asked = { ...head, environments };
  const journey = journeyOf(asked, [], [], now);
  const view = { head: asked, timeline: { events: s.productionAsked.events }, unreached: [], journey, charts: [] };
  const app = new Hono().get('/', (context) => context.html(<ReleasePage {...view} />));
  const page = await (await app.request('/')).text();
  expect(page.match(/<li><code>\d{12} [a-z0-9-]+<\/code>/g)).toHaveLength(400);
  expect(Buffer.byteLength(page)).toBeLessThan(200_000);
});
