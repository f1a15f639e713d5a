import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oidcSettings } from '../../../core/policy/oidc.ts';
import { approvalKey } from '../../../core/ledger/keys.ts';
import { readHead } from '../../../engine/ledger/read.ts';
import { buttonsOf } from '../../../local/slack/block-kit.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { answerSlack } from '../../../functions/interact/answer.ts';
import { Deciding } from '../decide/deciding.ts';
import { ada, asking, channel, cy, interactServices, slackPolicy, startSlack, stranger, told } from '../fakes/slack.ts';
import { policyOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

let engine: TestEngine;
let slack: SlackStandIn;
let people: Deciding;
beforeEach(async () => {
  engine = new TestEngine(new MemoryLedger());
  slack = await startSlack(engine);
  people = new Deciding(engine);
});
afterEach(() => slack.close());

const approve = 'sluice-approve';
const decline = 'sluice-decline';

/** The message in the channel where it was asked. */
function asked() {
  const found = slack.workspace.messages.findLast((one) => one.channel === channel);
  if (found === undefined) throw new Error('Nothing was asked in Slack.');
  return found;
}

async function phase(release: string) {
  return (await readHead(engine.ledger, release)).environments['staging']?.phase;
}

const whispers = () => slack.workspace.whispers.map(({ text }) => text);
const taken = { status: 200, type: null, body: '' };

/** A press of the newest message, altered. */
function forged(user: string, action: string, more: object = {}) {
  const { value } = slack.workspace.button(channel, asked().ts, action);
  return { ...slack.pressed(user, asked(), action, value), ...more };
}

describe('the stand-in’s page', () => {
  const pressOnPage = (action: string) =>
    fetch(new URL('press', slack.url), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user: ada, channel, ts: asked().ts, action }),
    });

  it('presses for a person, and says where the app did not take it', async () => {
    await asking(engine);
    const { deliver } = slack;
    slack.deliver = () => Promise.resolve(new Response(null, { status: 502 }));
    await pressOnPage(approve);
    expect(whispers()).toEqual(['The app did not take it (HTTP 502): press again.']);
    slack.deliver = deliver;
    await pressOnPage(approve);
    expect(slack.workspace.whispers).toHaveLength(1);
    expect(asked().blocks.some(({ type }) => type === 'actions')).toBe(false);
  });
});

describe('an approval in Slack', () => {
  it('is given by a listed person, once, and the release moves', async () => {
    const release = await asking(engine);
    expect(await slack.press(ada, asked(), approve)).toEqual(taken);
    expect(await phase(release)).toBe('approved');
    expect((await people.newest(release)).decisions).toMatchObject([
      { by: 'ada@example.com', decision: 'approve', via: 'slack' },
    ]);
    const { approval } = await people.newest(release);
    expect([...engine.answers.given.values()]).toEqual([{ output: { approval } }]);
    expect(whispers()).toEqual([]);
  });

  it('is declined with a reason, in a modal', async () => {
    const release = await asking(engine);
    expect(await slack.press(ada, asked(), decline)).toEqual(taken);
    expect(await phase(release)).toBe('approvalPending');
    const [modal] = slack.workspace.modals;
    if (modal === undefined) throw new Error('No modal.');
    expect(await slack.submit(modal, '')).toMatchObject({ status: 200 });
    expect(Object.values(modal.errors).join()).toMatch(/A reason has 1 to 500 characters/);
    expect(await slack.submit(modal, 'Not before the sale\u202e')).toMatchObject({ status: 200 });
    expect(slack.workspace.modals).toHaveLength(1);
    expect(await slack.submit(modal, 'Not before\nthe sale & <!channel>')).toEqual(taken);
    expect(slack.workspace.modals).toEqual([]);
    expect(await phase(release)).toBe('declined');
    expect((await people.newest(release)).decisions).toMatchObject([
      { decision: 'decline', via: 'slack', reason: 'Not before\nthe sale & <!channel>' },
    ]);
    expect(JSON.stringify(asked().blocks)).toContain('Not before the sale &amp; &lt;!channel&gt;');
  });

  it('may need several people, and the message says how many have decided', async () => {
    engine.policy = slackPolicy({ required: 2 });
    const release = await asking(engine);
    expect(JSON.stringify(asked().blocks)).toContain('0 of 2 needed have approved.');
    await slack.press(ada, asked(), approve);
    expect(await phase(release)).toBe('approvalPending');
    expect(JSON.stringify(asked().blocks)).toMatch(
      /1 of 2 needed have approved\. Ada \(ada@example.com\) approved this/,
    );
    await slack.press(ada, asked(), approve); // again: nothing more
    expect(await phase(release)).toBe('approvalPending');
    await slack.press(cy, asked(), approve);
    expect(await phase(release)).toBe('approved');
    expect(asked().blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  it('of two at once in Slack and by the link, one counts, and the other is told what was decided', async () => {
    const release = await asking(engine);
    const approval = await people.newest(release);
    const press = forged(ada, approve);
    const [, page] = await Promise.all([slack.send(press), people.press(approval, 'cy@example.com', 'decline', 'No')]);
    const { decisions } = await people.newest(release);
    expect(decisions).toHaveLength(1);
    if (decisions[0]?.via === 'slack') expect(page.text).toMatch(/Ada \(ada@example.com\) approved this/);
    else expect(whispers().join()).toMatch(/Cy \(cy@example.com\) declined this[^]*yours was not kept/);
  });
});

/** Each way in which an interaction is not what it should be: what Slack is answered, and what the person is told. */
describe('an interaction that', () => {
  const table: Readonly<
    Record<string, { readonly send: (press: object) => Promise<unknown>; readonly told?: RegExp }>
  > = {
    'is forged: signed by another secret': { send: (press) => slack.send(press, { secret: 'guessed' }) },
    'is late: six minutes old': {
      send: (press) => slack.send(press, { at: Date.parse(engine.clock.now()) - 360_000 }),
    },
    'is early: from a clock six minutes ahead': {
      send: (press) => slack.send(press, { at: Date.parse(engine.clock.now()) + 360_000 }),
    },
    'is of another team': { send: (press) => slack.send({ ...press, team: { id: 'T000FOREIGN' } }) },
    'is by a person of another workspace, in a channel that both share': {
      send: (press) => slack.send({ ...press, user: { id: ada, team_id: 'T000FOREIGN' } }),
      told: /another Slack workspace/,
    },
    'is of another app': { send: (press) => slack.send({ ...press, api_app_id: 'A000FOREIGN' }) },
    'is from another channel': {
      send: (press) => slack.send({ ...press, channel: { id: 'C000FOREIGN' } }),
      told: /not asked for in this channel/,
    },
    'is from a direct message where none was sent': {
      send: (press) => slack.send({ ...press, channel: { id: 'D000000ADA' } }),
      told: /not asked for in this channel/,
    },
    'is from no channel': {
      send: (press) => slack.send({ ...press, channel: undefined }),
      told: /not asked for in this channel/,
    },
    'is by somebody whom the policy does not name': {
      send: () => slack.send(forged(stranger, approve)),
      told: /not one of the approvers/,
    },
    'names an approval that does not exist': {
      send: (press) =>
        slack.send({ ...press, ...value(JSON.stringify({ release: 'orders-9-a1', approval: 'f'.repeat(32) })) }),
      told: /has no such approval/,
    },
    'names no approval': { send: (press) => slack.send({ ...press, ...value('{}') }), told: /names no approval/ },
    'is of a button that there is not': {
      send: (press) => slack.send({ ...press, actions: [{ action_id: 'sluice-clear', value: buttonValue() }] }),
      told: /another version of Sluice/,
    },
    'is no press at all': { send: () => slack.send({ type: 'message_action' }) },
  };
  const refused = /forged|late|early|another team|another app/;
  const value = (text: string) => ({ actions: [{ action_id: approve, value: text }] });
  const buttonValue = () => slack.workspace.button(channel, asked().ts, approve).value;

  it.each(Object.keys(table))('%s decides nothing', async (name) => {
    const release = await asking(engine);
    const status = refused.test(name) ? 403 : name === 'is no press at all' ? 400 : 200;
    expect(await table[name]?.send(forged(ada, approve))).toMatchObject({ status });
    const { told } = table[name] ?? {};
    if (told === undefined) expect(whispers()).toEqual([]);
    else expect(whispers()).toEqual([expect.stringMatching(told)]);
    expect(await phase(release)).toBe('approvalPending');
    expect((await people.newest(release)).decisions).toEqual([]);
    expect(await slack.press(ada, asked(), approve)).toEqual(taken); // the true one still counts
    expect(await phase(release)).toBe('approved');
  });

  it('has no signature, or no time, is refused', async () => {
    await asking(engine);
    for (const headers of [{}, { 'x-slack-request-timestamp': String((Date.parse(engine.clock.now()) / 1000) | 0) }]) {
      const request = new Request('https://x/slack/interactions', { method: 'POST', headers, body: 'payload=%7B%7D' });
      const answer = await answerSlack(request, interactServices(engine), engine.clock.invocationOf('interact'));
      expect(answer.status).toBe(403);
    }
  });

  it('is doubled, or replayed while it is in time, changes nothing more; told apart from a second mind', async () => {
    const release = await asking(engine);
    const press = forged(ada, approve);
    const opposite = forged(ada, decline);
    await Promise.all([slack.send(press), slack.send(press)]);
    expect(await slack.send(press)).toEqual(taken);
    const { decisions } = await people.newest(release);
    expect(decisions).toHaveLength(1);
    expect(whispers()).toEqual([]);
    await slack.send(opposite);
    expect(slack.workspace.modals).toEqual([]);
    expect(whispers()).toEqual([expect.stringMatching(/Ada \(ada@example.com\) approved this/)]);
  });

  it('comes after the end of the time is told that it expired', async () => {
    const release = await asking(engine);
    const press = forged(ada, approve);
    engine.clock.pass(8 * 86_400);
    await slack.send(press, { at: Date.parse(engine.clock.now()) });
    expect(whispers()).toEqual([expect.stringMatching(/This approval expired/)]);
    expect((await people.newest(release)).decisions).toEqual([]);
  });

  it('comes after the release was cancelled is told so', async () => {
    const release = await asking(engine);
    const press = forged(ada, approve);
    await people.act(release, 'cancel');
    await slack.send(press);
    expect(whispers()).toEqual([expect.stringMatching(/nothing waits for this decision any more/)]);
    expect((await people.newest(release)).decisions).toEqual([]);
  });

  it('is by the author does not count', async () => {
    const manifest = { source: { author: 'Ada <ada@example.com>' } };
    const release = await asking(engine, '1', manifest);
    await slack.press(ada, asked(), approve);
    await slack.press(ada, asked(), decline);
    expect(whispers()).toEqual(Array(2).fill(expect.stringMatching(/Ada is the author/)));
    expect(await phase(release)).toBe('approvalPending');
  });

  it('is about an approval that is not asked for in Slack decides nothing', async () => {
    engine.policy = { ...slackPolicy(), environments: policyOf({ approval: { from: ['approvers'] } }).environments };
    const release = await asking(engine);
    const { approval } = await people.newest(release);
    const press = { ...slack.pressed(ada, { channel, ts: '1.1' }, approve, JSON.stringify({ release, approval })) };
    await slack.send(press);
    expect(whispers()).toEqual([expect.stringMatching(/not asked for in this Slack workspace/)]);
    expect(await phase(release)).toBe('approvalPending');
  });

  it('comes too late for its modal is told to press again', async () => {
    await asking(engine);
    const press = forged(ada, decline, { trigger_id: 'used' });
    expect(await slack.send(press)).toEqual(taken);
    expect(whispers()).toEqual([expect.stringMatching(/press Decline again/)]);
  });

  it('is signed by a secret that was rotated is verified by the new one', async () => {
    await asking(engine);
    const { signingSecret } = slack;
    const reads: number[] = [];
    const secret = {
      read: async (_: string, seconds: number) => {
        reads.push(seconds);
        return { botToken: slack.botToken, signingSecret: seconds > 60 ? 'of before' : signingSecret };
      },
    };
    slack.deliver = (request) =>
      answerSlack(request, { ...interactServices(engine), access: { secret } }, engine.clock.invocationOf('interact'));
    expect(await slack.press(ada, asked(), approve)).toEqual(taken);
    expect(reads).toEqual([300, 15]);
  });

  it('cannot be verified, because there is no secret, is not taken', async () => {
    const release = await asking(engine);
    engine.slackSecretMissing = true;
    const { status, body } = await slack.press(ada, asked(), approve);
    expect([status, body]).toEqual([503, expect.stringContaining('The log of sluice-interact says why.')]);
    expect(body).not.toContain('no such secret');
    expect(await phase(release)).toBe('approvalPending');
  });
});

describe('Details', () => {
  const details = 'sluice-details';
  const eve = 'U0000000EVE';
  /** Whom the policy names, and who approves nothing. */
  const withEve = () => ({
    ...engine.policy,
    people: { ...engine.policy.people, readers: [{ name: 'Eve', email: 'eve@example.com', slack: eve }] },
  });
  const issuer = { issuer: 'https://issuer.example.com', clientId: 'sluice' };
  /** The link that somebody was shown last. */
  function shown(): string {
    const whisper = slack.workspace.whispers.at(-1);
    const [button] = buttonsOf(whisper?.blocks ?? []);
    if (button?.url === undefined) throw new Error(`No link was shown: ${whisper?.text}`);
    expect(button.action_id).toBe('sluice-open');
    return button.url;
  }

  it('shows the person alone a link that opens this release and its approval, once', async () => {
    const release = await asking(engine);
    const approval = await people.newest(release);
    expect(buttonsOf(asked().blocks).find(({ action_id }) => action_id === details)?.url).toBeUndefined();
    expect(await slack.press(ada, asked(), details)).toEqual(taken);
    expect(slack.workspace.whispers).toMatchObject([{ user: ada, channel }]);
    const url = shown();
    expect(url).toMatch(/^https:\/\/api\.example\.com\/open\/[\w-]{32,64}$/);
    // Slack tells of the press of the link, too.
    expect(await slack.press(ada, slack.workspace.whispers[0] ?? asked(), 'sluice-open')).toEqual(taken);
    for (const looked of [await people.lookAtLink(url), await people.lookAtLink(url)]) {
      expect(looked.status).toBe(200);
      expect(looked.text).toContain('ada@example.com');
    }
    const { status, cookie, location } = await people.openLink(url);
    expect({ status, location }).toEqual({
      status: 303,
      location: `/releases/${release}/approvals/${approval.approval}`,
    });
    expect(cookie).toMatch(
      new RegExp(`^sluice-watch=[\\w-]+; Max-Age=28800; Path=/releases/${release}; HttpOnly; Secure; SameSite=Strict$`),
    );
    const session = cookie.split(';')[0] ?? '';
    expect((await people.decidePage(approval, session)).text).toContain('You decide as <strong>ada@example.com');
    expect((await people.look(`/releases/${release}`, session)).status).toBe(200);
    for (const other of ['/', '/releases', '/releases/orders-9-a1', '/live'])
      expect((await people.look(other, session)).status, other).toBe(403);
    // Nothing is decided by looking, and the link is used up.
    expect(await phase(release)).toBe('approvalPending');
    for (const again of [await people.openLink(url), await people.lookAtLink(url)]) expect(again.status).toBe(403);
  });

  it('leads to a page on which the person may decide by the same rules', async () => {
    const release = await asking(engine);
    const approval = await people.newest(release);
    await slack.press(ada, asked(), details);
    const { cookie } = await people.openLink(shown());
    const session = cookie.split(';')[0] ?? '';
    const { text } = await people.decidePage(approval, session);
    const token = /name="token" value="([0-9a-f]+)"/.exec(text)?.[1] ?? '';
    expect((await people.decidePage(approval, session, { token, decision: 'approve' })).status).toBe(200);
    expect((await people.newest(release)).decisions).toMatchObject([{ by: 'ada@example.com', via: 'slack' }]);
  });

  it('decides nothing of an approval that is not asked for in Slack', async () => {
    const release = await asking(engine);
    const approval = await people.newest(release);
    await slack.press(ada, asked(), details);
    const session = (await people.openLink(shown())).cookie.split(';')[0] ?? '';
    const { text } = await people.decidePage(approval, session);
    const token = /name="token" value="([0-9a-f]+)"/.exec(text)?.[1] ?? '';
    // As a release has it whose policy asks by mail alone, and tells in Slack.
    const byMail = { ...approval, slack: undefined };
    await engine.ledger.write([{ write: 'put', item: { ...approvalKey(release, approval.approval), ...byMail } }]);
    const page = await people.decidePage(approval, session);
    expect(page.text).toContain('does not ask about staging in Slack. Decide by the link that was mailed to you.');
    expect(page.text).not.toContain('name="decision"');
    const refused = await people.decidePage(approval, session, { token, decision: 'approve' });
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('does not ask about staging in Slack'),
    ]);
    expect((await people.newest(release)).decisions).toEqual([]);
    // The same person's own link does.
    expect((await people.press(approval, 'ada@example.com', 'approve')).status).toBe(200);
  });

  it('opens nothing after five minutes', async () => {
    await asking(engine);
    await slack.press(ada, asked(), details);
    const url = shown();
    engine.clock.pass(301);
    expect((await people.openLink(url)).status).toBe(403);
  });

  it('is for people whom the policy names, whoever they are: they read, and decide nothing', async () => {
    const release = await asking(engine);
    engine.policy = withEve();
    await slack.press(eve, asked(), details);
    const { cookie } = await people.openLink(shown());
    const page = await people.decidePage(await people.newest(release), cookie.split(';')[0] ?? '');
    expect(page.text).toContain('You are not one of the people who are asked');
    const before = whispers().length;
    await slack.press(stranger, asked(), details);
    await slack.send(forged(ada, details, { user: { id: ada, team_id: 'T000FOREIGN' } }));
    await slack.send(forged(ada, details, { response_url: 'https://elsewhere.example.com/' }));
    expect(whispers().slice(before)).toEqual([
      expect.stringMatching(/does not name your Slack user/),
      expect.stringMatching(/another Slack workspace/),
    ]);
    expect((await slack.send(forged(ada, details), { secret: 'guessed' })).status).toBe(403);
  });

  it('is there once it is decided, in the thread of the release, and in the answer to a command', async () => {
    const release = await asking(engine);
    await slack.press(ada, asked(), approve);
    await slack.press(ada, asked(), details);
    expect((await people.openLink(shown())).location).toContain('/approvals/');
    const root = slack.workspace.messages.find((one) => one.channel === told);
    if (root === undefined) throw new Error('No thread.');
    await slack.press(cy, root, details);
    expect(slack.workspace.whispers.at(-1)).toMatchObject({ user: cy, channel: told });
    expect((await people.openLink(shown())).location).toBe(`/releases/${release}`);
    await slack.command(ada, channel, '/sluice release orders-1');
    const answer = slack.workspace.whispers.at(-1);
    if (answer === undefined) throw new Error('No answer.');
    await slack.press(ada, answer, details);
    expect((await people.openLink(shown())).location).toBe(`/releases/${release}`);
  });

  it('leads to the page by itself where people sign in there, and shows nothing', async () => {
    engine.policy = { ...slackPolicy(), oidc: oidcSettings.parse(issuer) };
    const release = await asking(engine);
    const { approval } = await people.newest(release);
    const page = `https://api.example.com/releases/${release}/approvals/${approval}`;
    expect(buttonsOf(asked().blocks).find(({ action_id }) => action_id === details)?.url).toBe(page);
    expect(await slack.press(ada, asked(), details)).toEqual(taken);
    expect(whispers()).toEqual([]);
    // A message of before the deployment is pressed.
    await slack.send(
      forged(ada, details, { actions: [{ action_id: details, value: JSON.stringify({ release, approval }) }] }),
    );
    expect(shown()).toBe(page);
    // And one of after people signed in, which leads to a page that nobody signs in to any more.
    const { value } = slack.workspace.button(channel, asked().ts, details);
    engine.policy = slackPolicy();
    await slack.send(forged(ada, details, { actions: [{ action_id: details, value }] }));
    expect(shown()).toMatch(/\/open\//);
  });

  it.each([
    ['of an approval that there is not', { release: 'orders-1-a1', approval: 'f'.repeat(32) }, /no such approval/],
    ['of a release that there is not', { release: 'orders-9-a1' }, /no such release/],
    ['that names nothing', {}, /names no release/],
  ])('%s says so', async (_, value, sentence) => {
    await asking(engine);
    const actions = [{ action_id: details, value: JSON.stringify(value) }];
    expect(await slack.send(forged(ada, details, { actions }))).toEqual(taken);
    expect(whispers()).toEqual([expect.stringMatching(sentence)]);
    // A button of before led there by itself.
    await slack.send(forged(ada, details, { actions: [{ action_id: details }] }));
    expect(whispers()).toHaveLength(1);
  });
});

/** What bots of others fail at: each is one that somebody reported of theirs. */
describe('what goes wrong with bots of others:', () => {
  it('Slack sends a press again after three seconds, and the person presses again: it is one decision, and no error', async () => {
    engine.policy = slackPolicy({ required: 2 });
    const release = await asking(engine);
    const press = forged(ada, approve);
    for (const times of [1, 2, 3]) expect(await slack.send(press), String(times)).toEqual(taken);
    expect(await slack.press(ada, asked(), approve)).toEqual(taken);
    expect((await people.newest(release)).decisions).toHaveLength(1);
    expect(whispers()).toEqual([]);
  });

  it('a button of one question answers another in the same channel', async () => {
    engine.policy = slackPolicy();
    const first = await asking(engine);
    const button = forged(ada, approve);
    const second = await asking(engine, '2');
    await slack.send(button);
    expect(await phase(first)).toBe('approved');
    expect(await phase(second)).toBe('approvalPending');
  });

  it('a question that was asked before the program was started anew takes no press', async () => {
    const release = await asking(engine);
    // Each invocation has services of its own: nothing of an approval is in memory.
    slack.deliver = (request) => answerSlack(request, interactServices(engine), engine.clock.invocationOf('interact'));
    expect(await slack.press(ada, asked(), approve)).toEqual(taken);
    expect(await phase(release)).toBe('approved');
  });

  it('people are known by names, which they can change: only ids count', async () => {
    const release = await asking(engine);
    await slack.send(
      forged(stranger, approve, { user: { id: stranger, username: 'ada', name: 'Ada', team_id: 'T0000TEAM1' } }),
    );
    expect(await phase(release)).toBe('approvalPending');
    await slack.send(forged(ada, approve, { user: { id: ada, username: 'renamed', name: 'Somebody' } }));
    expect(await phase(release)).toBe('approved');
  });
});
