import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvents, readHead } from '../../../engine/ledger/read.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { Deciding } from '../decide/deciding.ts';
import { ada, asking, channel, cy, slackPolicy, startSlack } from '../fakes/slack.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { TestEngine } from '../fakes/test-engine.ts';

// From the policy's `reminders` to mails and Slack: by the reconciler, as it looks once a minute.

let engine: TestEngine;
let slack: SlackStandIn;
let people: Deciding;
beforeEach(async () => {
  engine = new TestEngine(new MemoryLedger());
  slack = await startSlack(engine);
  people = new Deciding(engine);
});
afterEach(() => slack.close());

/** Time passes, and the reconciler looks, and looks again. */
async function pass(seconds: number, release: string): Promise<void> {
  engine.clock.pass(seconds);
  const { approval } = await people.newest(release);
  for (const time of ['first', 'again']) {
    await engine.reconcile({ kind: 'approval', approval });
    await engine.deliver(release);
    expect(time).toBeTruthy();
  }
}

const minutes = (count: number) => 60 * count;
const mails = () => engine.mails.filter(({ text }) => text.startsWith('Reminder: ')).map(({ to }) => to);
const bells = () =>
  slack.workspace.messages
    .filter((one) => one.channel === channel && one.text.startsWith(':bell:'))
    .map(({ text }) => text);
const reminded = async (release: string) =>
  (await readEvents(engine.ledger, release)).filter(({ type }) => type === 'approvalReminded').length;

it('are sent in Slack and by mail, each once, to those who have not decided', async () => {
  engine.policy = slackPolicy({ required: 2, reminders: ['PT10M', 'PT1H'] });
  const release = await asking(engine);
  await pass(minutes(9), release);
  expect([mails(), bells(), await reminded(release)]).toEqual([[], [], 0]);
  await pass(minutes(2), release);
  // The author, Bob, is not asked.
  expect(mails()).toEqual(['ada@example.com', 'cy@example.com']);
  expect(bells()).toEqual([expect.stringMatching(new RegExp(`<@${ada}>, <@${cy}>$`))]);
  await people.press(await people.newest(release), 'ada@example.com', 'approve');
  await pass(minutes(60), release);
  expect(mails()).toEqual(['ada@example.com', 'cy@example.com', 'cy@example.com']);
  expect(bells()).toEqual([expect.anything(), expect.stringMatching(new RegExp(`: <@${cy}>$`))]);
  await pass(minutes(600), release);
  expect([mails().length, bells().length, await reminded(release)]).toEqual([3, 2, 2]);
});

it.each([
  ['approved', (release: string) => decide(release, 'approve')],
  ['declined', (release: string) => decide(release, 'decline')],
  ['cancelled', (release: string) => people.act(release, 'cancel')],
])('are not sent once it is %s', async (_, end) => {
  engine.policy = slackPolicy({ reminders: ['PT10M'] });
  const release = await asking(engine);
  await end(release);
  await pass(minutes(11), release);
  expect([mails(), bells(), await reminded(release)]).toEqual([[], [], 0]);
});

async function decide(release: string, decision: string): Promise<void> {
  await people.press(await people.newest(release), 'ada@example.com', decision);
}

it('that came due while Slack and mail were down follow once, if nobody has decided', async () => {
  engine.policy = slackPolicy({ reminders: ['PT10M', 'PT20M'] });
  const release = await asking(engine);
  slack.down = true;
  engine.refusedAddress = 'ada@example.com';
  await pass(minutes(30), release);
  expect([mails(), bells()]).toEqual([['cy@example.com'], []]);
  slack.down = false;
  engine.refusedAddress = undefined;
  await pass(minutes(5), release);
  // Two that came due at the same time are one.
  expect([mails(), bells().length, await reminded(release)]).toEqual([['cy@example.com', 'ada@example.com'], 1, 1]);
});

it('later than the deadline are none: the approval expires', async () => {
  // A policy that says so is refused; a plan of before may have it.
  expect(() => slackPolicy({ expiresAfter: 'PT10M', reminders: ['PT20M'] })).toThrow('policy.reminder-too-late');
  const { environments, ...policy } = slackPolicy({ expiresAfter: 'PT30M', reminders: ['PT20M'] });
  const { staging } = environments;
  if (staging?.approval === undefined) throw new Error('Nobody is asked.');
  engine.policy = {
    ...policy,
    environments: { staging: { ...staging, approval: { ...staging.approval, expiresAfter: 'PT10M' } } },
  };
  const release = await asking(engine);
  await pass(minutes(11), release);
  expect((await readHead(engine.ledger, release)).environments['staging']?.phase).toBe('expired');
  await pass(minutes(11), release);
  expect([mails(), bells(), await reminded(release)]).toEqual([[], [], 0]);
});
