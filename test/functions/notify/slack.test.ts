import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { postItem } from '../../../core/ledger/items.ts';
import { claimPost } from '../../../core/ledger/posts.ts';
import { openMessages, releasePartition } from '../../../core/ledger/keys.ts';
import type { Chat } from '../../../adapters/slack/chat.ts';
import { openSlack } from '../../../adapters/slack/slack.ts';
import { parseItem, readAll, readHead } from '../../../engine/ledger/read.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { showRelease } from '../../../functions/notify/slack/deliver.ts';
import { findUnreached } from '../../../functions/read/releases.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { Deciding } from '../decide/deciding.ts';
import { ada, asking, channel, cy, onCall, slackPolicy, startSlack, told } from '../fakes/slack.ts';
import { policyOf, TestEngine } from '../fakes/test-engine.ts';
import { deployTarget, rollBack } from '../fakes/workflow.ts';
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

const textsIn = (where: string) =>
  slack.workspace.messages
    .filter((one) => one.channel === where)
    .map(({ blocks }) => blocks.flatMap((one) => (one.type === 'section' ? one.text.text : [])).join('\n'));
const posts = async (release: string) =>
  (await readAll(engine.ledger, releasePartition(release), 'post#')).map((item) => parseItem(postItem, item));
const missed = async (release: string) => findUnreached(engine, await readHead(engine.ledger, release));

/** From the approval to users on the new version. */
async function goOn(release: string): Promise<void> {
  await engine.run('waitForTurn', release);
  await deployTarget(engine, release);
  await engine.run('settle', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  await engine.run('complete', release);
}

describe('an approval that is asked for in Slack', () => {
  it('says what is decided on, and in place what became of it by the link', async () => {
    const release = await asking(engine);
    expect(textsIn(channel)).toEqual([expect.stringMatching(/^Release \*orders 1\* to \*staging\*\nby Bob &lt;bob@/)]);
    await people.press(await people.newest(release), 'ada@example.com', 'decline', 'Not <now> & *never*');
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Declined.\* Ada [^]*Not &lt;now&gt; &amp; \*never\*/)]);
    expect(slack.workspace.messages.filter(({ edits }) => edits > 1)).toEqual([]);
    expect(textsIn(told)).toEqual([
      expect.stringMatching(/^\*orders 1\* by Bob/),
      expect.stringMatching(/^\*staging\*: declined by Ada: Not &lt;now&gt;/),
    ]);
  });

  it('is asked for again in an answer to it, which mentions who has not decided', async () => {
    const release = await asking(engine);
    const { approval, environment } = await people.newest(release);
    const invocation = engine.clock.invocationOf('wake');
    await updateRelease({ ledger: engine.ledger, invocation }, release, () => ({
      result: 'reminded',
      events: [
        {
          ...{ type: 'approvalReminded', at: invocation.now(), actor: 'sluice-wake', environment },
          evidence: { approval, people: ['ada@example.com', 'bob@example.com'] },
        },
      ],
    }));
    await engine.deliver(release);
    await engine.deliver(release);
    expect(textsIn(channel)).toHaveLength(2);
    expect(textsIn(channel)[1]).toMatch(new RegExp(`^:bell: Still to be decided, before <!date.*<@${ada}>, Bob$`));
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    await engine.deliver(release);
    expect(textsIn(channel)).toHaveLength(2);
  });

  it('names the version in service, then and later, and the commit', async () => {
    const first = await asking(engine);
    await people.press(await people.newest(first), 'ada@example.com', 'approve');
    await goOn(first);
    const source = {
      author: 'Bob <bob@example.com>',
      commit: '0123456789abcdef',
      repository: 'https://github.com/acme/orders.git',
    };
    const second = await asking(engine, '2', { source });
    const title =
      /^Release \*orders 1 → 2\* to \*staging\*\n.*<https:\/\/github.com\/acme\/orders\/commit\/0123456789abcdef\|commit 0123456789ab>/;
    expect(textsIn(channel).at(-1)).toMatch(title);
    await people.press(await people.newest(second), 'ada@example.com', 'approve');
    await engine.deliver(second);
    expect(textsIn(channel).at(-1)).toMatch(title);
    expect(textsIn(channel).at(-1)).toMatch(/\*Approved.\* Ada/);
  });

  it('goes to each approver who may decide, too, where the policy says so, and counts from there', async () => {
    engine.policy = slackPolicy({ slack: { channel, direct: true } });
    const release = await asking(engine, '1', { source: { author: 'Cy <cy@example.com>' } });
    const direct = slack.workspace.messages.filter((one) => one.channel.startsWith('D'));
    expect(direct.map((one) => one.channel)).toEqual([`D${ada.slice(1)}`]);
    const [message] = direct;
    if (message === undefined) throw new Error('No direct message.');
    await slack.press(ada, message, 'sluice-approve');
    expect((await people.newest(release)).decisions).toMatchObject([{ via: 'slack' }]);
    expect(textsIn(channel).concat(textsIn(message.channel))).toEqual(
      Array(2).fill(expect.stringMatching(/\*Approved/)),
    );
  });

  it('says that it expired, and that it is over when the release was cancelled', async () => {
    const release = await asking(engine);
    await people.act(release, 'cancel');
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Over.\* [^]*was stopped: nothing waits/)]);
    expect(slack.workspace.messages.flatMap(({ blocks }) => blocks).some(({ type }) => type === 'actions')).toBe(false);
  });

  it('says who cancelled the release and why, and that this is why it is rolled back', async () => {
    const release = await asking(engine);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    for (const task of ['waitForTurn', 'apply']) await engine.run(task, release);
    await engine.finishStack();
    await people.ask(`releases/${release}/cancel`, { reason: 'Typo <!channel>' });
    expect(await rollBack(engine, release, 'ReleaseHalted')).toBe('RolledBack');
    const why = /Cancelled by \S+@example.com: Typo &lt;!channel&gt;$/;
    expect(textsIn(told).filter((text) => why.test(text))).toEqual([
      expect.stringMatching(/^:no_entry: Cancelled/),
      expect.stringMatching(/Rolled back: Cancelled/),
    ]);
  });

  it('is asked by e-mail alone where the policy does not ask in Slack', async () => {
    engine.policy = { ...slackPolicy(), environments: policyOf({ approval: { from: ['approvers'] } }).environments };
    const release = await asking(engine);
    expect(textsIn(channel)).toEqual([]);
    expect(textsIn(told)).toHaveLength(1);
    expect((await people.newest(release)).slack).toBeUndefined();
    expect(engine.mails).not.toEqual([]);
  });

  it('fits into what Slack takes, and mentions nobody, however long and hostile what it quotes is', async () => {
    const author = `<!channel> <@U000000ADA> *Bob* & ${'x'.repeat(60)}`;
    const reason = `<!here|x> ${'<&>'.repeat(160)}`;
    engine.policy = slackPolicy({ required: 3, selfApproval: true });
    const release = await asking(engine, '1', {
      source: { author, commit: '<!everyone>', repository: 'https://evil|x>' },
    });
    const approval = await people.newest(release);
    for (const { email } of approval.people.slice(0, 2)) await people.press(approval, email, 'approve', reason);
    await engine.deliver(release);
    await people.press(approval, approval.people[2]?.email ?? '', 'decline', reason);
    await engine.deliver(release);
    expect(await missed(release)).toEqual([]);
    const all = JSON.stringify(slack.workspace.messages);
    expect(all).toContain('*Declined.*');
    expect(all).not.toMatch(/<!(channel|here|everyone)|<@/);
  });
});

describe('a release that is told of in Slack', () => {
  it('is one thread: started, asked, shifting in one message, ended', async () => {
    const release = await asking(engine);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    await goOn(release);
    await engine.deliver(release);
    const [root, ...answers] = slack.workspace.messages.filter((one) => one.channel === told);
    expect(root?.thread).toBeUndefined();
    expect(root?.edits).toBeGreaterThan(0);
    expect(new Set(answers.map(({ thread }) => thread))).toEqual(new Set([root?.ts]));
    const [first, ...others] = textsIn(told);
    expect(first).toMatch(/ended as Succeeded/);
    expect(others.at(-1)).toMatch(/^:white_check_mark: Ended as \*Succeeded\*$/);
    expect(others[0]).toMatch(/^\*staging\*: approved by Ada/);
  });

  it('calls who is on call when an environment was left unclean, and says why', async () => {
    const release = await asking(engine);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    await engine.run('waitForTurn', release);
    await engine.run('apply', release);
    await engine.finishStack();
    await engine.run('planRollback', release, {
      error: 'CheckFailed',
      cause: '{"errorMessage":"p95 was 900 ms, and the limit is 300 ms."}',
    });
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    await engine.deliver(release);
    expect(textsIn(told).at(-1)).toMatch(
      new RegExp(`Ended as \\*Failed\\* <!subteam\\^${onCall}>\n.*p95 was 900 ms, and the limit is 300 ms`),
    );
  });

  it('changes nothing when it is delivered again', async () => {
    const release = await asking(engine);
    const before = JSON.stringify(slack.workspace.messages);
    await showRelease(`slack:${channel}`, release, delivery());
    await showRelease(`slack:${told}`, release, delivery());
    expect(JSON.stringify(slack.workspace.messages)).toBe(before);
  });

  it('costs nothing where the policy has no Slack', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const release = await asking(engine);
    const messages = await readAll(engine.ledger, releasePartition(release), 'message#');
    expect(messages.map(({ sk }) => String(sk).replace(/-.*/, ''))).toEqual(['message#approval']);
    expect(slack.workspace.messages).toEqual([]);
  });
});

describe('a release is never held up', () => {
  it.each(['down', 'without a secret', 'with a token that was revoked', 'not in the channel'])(
    'by Slack %s',
    async (how) => {
      if (how === 'down') slack.down = true;
      if (how === 'without a secret') engine.slackSecretMissing = true;
      if (how === 'with a token that was revoked') Object.assign(slack, { botToken: 'xoxb-another' });
      if (how === 'not in the channel')
        engine.policy = slackPolicy({ slack: { channel: 'C0000OTHER' } }, { channel: 'C0000OTHER' });
      const access = engine.slackAccess;
      if (how === 'with a token that was revoked')
        Object.defineProperty(engine, 'slackAccess', {
          get: () => ({ ...access, secret: { read: async () => ({ botToken: 'xoxb-revoked', signingSecret: 's' }) } }),
        });
      const release = await asking(engine);
      await people.press(await people.newest(release), 'ada@example.com', 'approve');
      engine.clock.pass(120);
      await engine.deliver(release);
      const reason = {
        down: /HTTP 503/,
        'without a secret': /no such secret/,
        'with a token that was revoked': /invalid_auth/,
        'not in the channel': /channel_not_found/,
      }[how];
      const unreached = (await missed(release)).filter(({ about }) => about === 'progress');
      expect(unreached.length).toBeGreaterThan(0);
      for (const one of unreached) expect(one.problem).toMatch(reason ?? /never/);
      expect(JSON.stringify(unreached)).not.toMatch(/xoxb|Bearer/);
      expect((await readHead(engine.ledger, release)).environments['staging']?.phase).toBe('approved');
    },
  );

  it('and all is made good once Slack is back', async () => {
    slack.down = true;
    const release = await asking(engine);
    expect(textsIn(channel)).toEqual([]);
    slack.down = false;
    engine.clock.pass(120);
    await engine.deliver(release);
    expect(textsIn(channel)).toHaveLength(1);
    expect(await missed(release)).toEqual([]);
  });
});

function delivery(chat: Chat = openSlack(engine.slackAccess, engine.clock.now)) {
  return { ledger: engine.ledger, chat, apiUrl: 'https://api.example.com', signIn: false, now: engine.clock.now };
}

describe('where people do to messages and channels what they like:', () => {
  const deleteIn = (where: string) => {
    const index = slack.workspace.messages.findIndex((one) => one.channel === where);
    slack.workspace.messages.splice(index, 1);
  };

  it('a question that somebody deleted is there again with what became of it, and nothing is tried for ever', async () => {
    engine.policy = slackPolicy({ required: 2 });
    const release = await asking(engine);
    deleteIn(channel);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    expect(textsIn(channel)).toEqual([expect.stringMatching(/1 of 2 needed have approved/)]);
    expect(await missed(release)).toEqual([]);
    const [again] = slack.workspace.messages.filter((one) => one.channel === channel);
    if (again === undefined) throw new Error('It was not asked again.');
    await slack.press(cy, again, 'sluice-approve');
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Approved/)]);
  });

  it('a thread whose first message somebody deleted goes on under another', async () => {
    const release = await asking(engine);
    deleteIn(told);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    await goOn(release);
    await engine.deliver(release);
    const root = slack.workspace.messages.find((one) => one.channel === told && one.thread === undefined);
    expect(JSON.stringify(root?.blocks)).toContain('ended as Succeeded');
    const last = slack.workspace.messages.filter((one) => one.channel === told).at(-1);
    expect(last?.thread).toBe(root?.ts);
    expect(last?.text).toContain('Succeeded');
    expect(await missed(release)).toEqual([]);
  });

  it('an archived channel holds nothing up, is named, and what was missed is told once it is back', async () => {
    const release = await asking(engine);
    slack.workspace.archived.add(channel);
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    expect((await readHead(engine.ledger, release)).environments['staging']?.phase).toBe('approved');
    engine.clock.pass(120);
    await engine.deliver(release);
    const [unreached, ...others] = await missed(release);
    expect(others).toEqual([]);
    expect(unreached).toMatchObject({ about: 'progress', to: `slack:${channel}` });
    expect(unreached?.problem).toContain('is_archived');
    slack.workspace.archived.clear();
    engine.clock.pass(3600);
    await engine.deliver(release);
    expect(await missed(release)).toEqual([]);
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Approved/)]);
  });

  it('is told too often: nothing is lost, and nothing is said twice', async () => {
    const release = await asking(engine);
    slack.limited = true;
    await people.press(await people.newest(release), 'ada@example.com', 'approve');
    expect((await missed(release)).map(({ problem }) => problem)).toEqual(
      Array(2).fill(expect.stringContaining('rate limited for 30 s')),
    );
    slack.limited = false;
    engine.clock.pass(120);
    await engine.deliver(release);
    expect(await missed(release)).toEqual([]);
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Approved/)]);
  });
});

describe('of two who deliver at the same time', () => {
  it('one posts', async () => {
    slack.down = true;
    const release = await asking(engine);
    slack.down = false;
    const both = await Promise.allSettled([1, 2].map(() => showRelease(`slack:${channel}`, release, delivery())));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(textsIn(channel)).toHaveLength(1);
  });

  it('the one whose message was overtaken looks again, so that the last word is the ledger’s', async () => {
    const release = await asking(engine);
    const approval = await people.newest(release);
    await people.press(approval, 'ada@example.com', 'approve');
    const real = openSlack(engine.slackAccess, engine.clock.now);
    let overtaken = false;
    // The first has read the ledger when the approval was open; another is quicker, and its update arrives first.
    const slow: Chat = {
      ...real,
      update: async (place, message) => {
        if (!overtaken) {
          overtaken = true;
          await showRelease(`slack:${channel}`, release, delivery());
          await real.update(place, {
            ...message,
            blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'of before' } }],
          });
          return 'changed';
        }
        return real.update(place, message);
      },
    };
    await showRelease(`slack:${channel}`, release, delivery(slow));
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Approved/)]);
  });

  it.each([
    ['before it is claimed', 0],
    ['while it is delivered', 1],
  ])('what is decided %s is told at once', async (_, writes) => {
    engine.ordersLost = true;
    const release = await asking(engine);
    const asked = await people.newest(release);
    const { ledger } = engine;
    // A decision in that moment writes the message of the progress anew.
    let left = writes;
    const write = ledger.write.bind(ledger);
    const spy = vi.spyOn(ledger, 'write').mockImplementation(async (intents) => {
      const [first] = intents;
      if (first?.write === 'put' && first.item.sk === 'message#progress' && left-- === 0)
        await people.press(asked, 'ada@example.com', 'approve');
      return write(intents);
    });
    await engine.deliver(release);
    expect(left).toBeLessThan(0);
    spy.mockRestore();
    expect(textsIn(channel)).toEqual([expect.stringMatching(/\*Approved/)]);
    expect((await engine.ledger.queryIndex('open', openMessages)).items).toEqual([]);
  });

  it('of two claims of a message one is kept', async () => {
    const release = await asking(engine);
    const [before] = await posts(release);
    if (before === undefined) throw new Error('no post');
    const { digest, to } = before;
    const name = `approval-${'e'.repeat(32)}`;
    const lost = { release, to, name, digest, claimedAt: engine.clock.now() };
    expect(await engine.ledger.write([claimPost(lost, undefined)])).toBe('done');
    expect(await engine.ledger.write([claimPost(lost, undefined)])).toBe('already');
  });
});
