import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdItem, interventionItem, type LiveItem } from '../../../core/ledger/items.ts';
import { environmentPartition, headKey, holdKey, interventionPrefix, liveKey } from '../../../core/ledger/keys.ts';
import { environmentDocument } from '../../../core/contract/api/documents.ts';
import { parseItem, readAll, readItem } from '../../../engine/ledger/read.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { ada, asking, channel, slackPolicy, startSlack, stranger } from '../fakes/slack.ts';
import { policyOf, TestEngine, templateOf } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { Deciding } from '../decide/deciding.ts';

/** Somebody whom the policy names, and who approves nothing. */
const eve = 'U0000000EVE';
const place = { service: 'orders', environment: 'staging' };

let engine: TestEngine;
let slack: SlackStandIn;
beforeEach(async () => {
  engine = new TestEngine(new MemoryLedger());
  slack = await startSlack(engine);
  const policy = slackPolicy();
  engine.policy = {
    ...policy,
    people: { ...policy.people, readers: [{ name: 'Eve', email: 'eve@example.com', slack: eve }] },
  };
});
afterEach(() => slack.close());

/** Writes a command; gives what the person sees, in one text. */
async function say(text: string, user = ada): Promise<string> {
  const before = slack.workspace.whispers.length;
  expect(await slack.command(user, channel, `/sluice ${text}`)).toMatchObject({ status: 200 });
  return seen(before);
}

function seen(from: number): string {
  const [answer] = slack.workspace.whispers.slice(from);
  return (answer?.blocks ?? []).map((block) => (block.type === 'section' ? block.text.text : '')).join('\n');
}

async function deeds() {
  const items = await readAll(engine.ledger, environmentPartition('orders', 'staging'), interventionPrefix);
  return items.map((item) => parseItem(interventionItem, item));
}

const held = () => readItem(engine.ledger, holdKey('orders', 'staging'), holdItem);

async function serve(live: Partial<LiveItem>): Promise<void> {
  const where = { environment: 'staging', account: '222222222222', region: 'us-east-1', ...live };
  const item = { ...place, since: engine.clock.now(), stackId: 'arn:x', aliases: [], ...where };
  await engine.ledger.write([{ write: 'put', item: { ...liveKey('orders', where), ...item } }]);
}

describe('/sluice live', () => {
  it('says what serves where, since when, and by which release', async () => {
    await serve({ release: 'orders-1.4.2-a1', version: '1.4.2', since: '2026-11-20T09:00:00.000Z' });
    const answer = await say('live orders', eve);
    expect(answer).toContain('<https://api.example.com/?service=orders|orders>');
    expect(answer).toMatch(
      /\*<[^|]*\/environments\/orders\/staging\|staging>\*: \*1\.4\.2\* since <!date\^1795165200\^[^>]*\|2026-11-20 09:00 UTC> by <https:\/\/api.example.com\/releases\/orders-1.4.2-a1\|orders-1.4.2-a1>$/,
    );
  });

  it('says how far users have moved, what is unproven, and what was brought by no release', async () => {
    const shift = { rollout: 'Canary10Percent5Minutes', startedAt: engine.clock.now(), from: { version: '1.4.1' } };
    await serve({ release: 'orders-1.4.2-a1', version: '1.4.2', unproven: true, shift });
    expect(await say('live orders')).toContain('*1.4.1 90 %, 1.4.2 10 % (unproven)*');
    await serve({});
    expect(await say('live orders')).toMatch(/\*of no release\* since <!date[^>]*>$/m);
  });

  it('says where targets differ, and where a former environment of the service still serves', async () => {
    const version = (name: string) => ({ release: `orders-${name}-a1`, version: name });
    await serve(version('1.4.2'));
    for (const region of ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'])
      await serve({ ...version('1.4.1'), region });
    await serve({ ...version('1.3.0'), environment: 'beta' });
    const answer = await say('live orders');
    expect(answer).toMatch(
      /staging>\*: :warning: the targets differ\n• \*1.4.1\* .* in (222222222222\/eu-\S+, ){2}222222222222\/eu-\S+ and 1 more/,
    );
    expect(answer).toMatch(/• \*1.4.2\* .* in 222222222222\/us-east-1/);
    expect(answer).toMatch(/\|beta>\*: \*1.3.0\*/);
  });

  it('says what keeps releases away: a hold, a quarantine, and who has the turn', async () => {
    engine.policy = { ...engine.policy, environments: policyOf().environments };
    const first = await engine.drop('1', templateOf('A'));
    await engine.run('validate', first);
    await engine.run('waitForTurn', first);
    expect(await say('live orders')).toMatch(
      /nothing is live\n<[^|]*\/releases\/orders-1-a1\|orders-1-a1> has the turn$/,
    );
    await engine.run('apply', first);
    await engine.run('planRollback', first, { error: 'ChangeFailed', cause: '{"errorMessage":"It broke."}' });
    await engine.run('complete', first);
    const next = await engine.drop('2', templateOf('B'));
    await engine.run('validate', next);
    await engine.run('waitForTurn', next);
    await say('hold orders staging Repairs & <!here>');
    const answer = await say('live orders', eve);
    expect(answer).toMatch(/:lock: held by ada@example.com since .*: Repairs &amp; &lt;!here&gt;$/m);
    expect(answer).toMatch(/:rotating_light: quarantined since .*: /);
    expect(answer).toMatch(/^The newest waits: /m);
  });

  it('of a service that the policy does not name says which there are', async () => {
    expect(await say('live ordrs')).toBe('The policy has no service “ordrs”. It has: orders.');
    expect(await say('live <!channel>')).toBe('The policy has no service “&lt;!channel&gt;”. It has: orders.');
    engine.policy = {
      ...engine.policy,
      services: Object.fromEntries(
        [...Array(16).keys(), '*'].map((key) => [
          key === '*' ? 'team-*' : `s${key}`,
          { environments: ['staging'], names: [], stack: '{service}' },
        ]),
      ),
    };
    expect(await say('live orders')).toMatch(/It has: s0, s1, .*s14, and 2 more\.$/);
    expect(await say('live team-b')).toMatch(/staging>\*: nothing is live/);
    // A pattern fits what is no name of a service, too.
    expect(await say('live team-B')).toMatch(/has no service “team-B”/);
  });

  it('has an answer that Slack takes, however many environments and targets there are', async () => {
    const environments = Array.from({ length: 60 }, (_, index) => `e${index}`);
    for (const environment of environments) await serve({ environment, version: '1', release: 'orders-1-a1' });
    for (let account = 100; account < 200; account += 1)
      await serve({ account: `222222222${account}`, version: `1.${account}.${'9'.repeat(20)}` });
    const answer = await say('live orders');
    expect(answer).toMatch(/\n… and \d+ more/);
    expect(slack.workspace.whispers.at(-1)?.blocks).toHaveLength(49);
  });
});

describe('/sluice release', () => {
  it('says how a release stands, by its id or by its version', async () => {
    const release = await asking(engine, '1.4.2');
    for (const name of [release, 'orders-1.4.2', 'orders 1.4.2', '“orders-1.4.2”']) {
      const answer = await say(`release ${name}`, eve);
      expect(answer).toMatch(
        /^\*<https:\/\/api.example.com\/releases\/orders-1.4.2-a1\|orders-1.4.2-a1>\* is \*AwaitingApproval\*, since <!date/,
      );
      expect(answer).toMatch(/^Started .* by Bob &lt;bob@example.com&gt;\nstaging: approval pending\n/m);
      expect(answer).toMatch(/An approver has to approve or decline/);
    }
  });

  it('without an attempt says how the latest stands, and why it failed', async () => {
    const first = await asking(engine, '1.4.2');
    await new Deciding(engine).act(first, 'cancel');
    await engine.run('complete', first);
    const people = new Deciding(engine);
    expect((await people.ask(`releases/${first}/retry`, {})).status).toBe(200);
    expect(await say('release orders-1.4.2-a1')).toMatch(/orders-1.4.2-a1>\* is \*Cancelled\*, ended <!date/);
    expect(await say('release orders-1.4.2')).toMatch(
      /\|orders-1.4.2-a2>\* is \*Received\*[^]*Attempt 2; the one before it is <[^|]*\|orders-1.4.2-a1>$/m,
    );
    const rejected = await engine.drop('2', { Resources: {} }, { alarms: ['<!channel>'] });
    await engine.run('validate', rejected).catch(() => undefined);
    const answer = await say('release orders-2');
    expect(answer).toMatch(/^ArtifactRejected: /m);
    expect(answer).not.toContain('<!channel>');
  });

  it('means a release by that name before a version that ends like an attempt', async () => {
    await asking(engine, '3-a1');
    expect(await say('release orders-3-a1')).toMatch(/\|orders-3-a1-a1>/);
    await asking(engine, '3');
    expect(await say('release orders-3-a1')).toMatch(/\|orders-3-a1>\*/);
  });

  it('of one that there is not says how to find it', async () => {
    expect(await say('release orders-9')).toBe(
      'The ledger has no release orders-9. Look at the <https://api.example.com/?service=orders|releases of orders>, or at `/sluice live orders`.',
    );
    expect(await say('release orders-9-a1')).toMatch(/has no release orders-9-a1/);
    expect(await say('release ordrs-9')).toMatch(/no service “ordrs”. It has: orders/);
    expect(await say('release latest')).toMatch(/“latest” names no release: releases are called orders-1.4.2/);
    expect(await say(`release ${'<'.repeat(10_000)}`)).toMatch(/^“(&lt;){50,}…/);
  });
});

describe('/sluice hold', () => {
  it('holds an environment, with a reason, and stands in the ledger as done in Slack', async () => {
    expect(await say('hold orders staging “The sale”')).toMatch(
      /^:lock: \*<[^|]*\/environments\/orders\/staging\|orders in staging>\* is held: The sale\nUntil `\/sluice release-hold orders staging why` no other/,
    );
    expect(await held()).toMatchObject({ owner: 'ada@example.com', reason: 'The sale' });
    const [deed, ...others] = await deeds();
    expect(others).toEqual([]);
    expect(deed).toMatchObject({
      ...{ kind: 'held', by: 'ada@example.com', via: 'slack', reason: 'The sale' },
      principal: `slack:T0000TEAM1/${ada}`,
    });
    const app = createReadApp(engine, engine.clock.invocationOf('read'));
    const document: unknown = await (await app.request('/v1/environments/orders/staging')).json();
    expect(environmentDocument.parse(document).interventions).toMatchObject([{ kind: 'held', via: 'slack' }]);
  });

  it('keeps releases away until it is released, by the same code as the API: then the next has its turn', async () => {
    engine.policy = { ...engine.policy, environments: policyOf().environments };
    await say('hold orders staging The sale');
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    expect(await engine.run('waitForTurn', release)).toBeUndefined();
    expect(await say('release-hold orders staging The sale is over')).toMatch(
      /^:unlock: The hold of .* is released: The sale is over\n<[^|]*\|orders-1-a1> has the turn\.$/,
    );
    expect([...engine.answers.given.values()]).toEqual([{ output: { fence: 1 } }]);
    expect((await deeds()).map(({ kind, via }) => [kind, via])).toEqual([
      ['held', 'slack'],
      ['holdReleased', 'slack'],
    ]);
    expect(await say('hold orders staging The sale is back')).toMatch(/orders-1-a1> has the turn already, and goes on/);
  });

  it('is refused to those who may not hold by the API, and says who may', async () => {
    expect(await say('hold orders staging The sale', eve)).toMatch(
      /You may not do this here: those who may are Ada, Bob, Cy\./,
    );
    const approvers = Array.from({ length: 7 }, (_, index) => ({ name: `P${index}`, email: `p${index}@example.com` }));
    engine.policy = { ...engine.policy, people: { ...engine.policy.people, approvers } };
    expect(await say('hold orders staging The sale', eve)).toMatch(/P3, P4 and 2 more\./);
    expect([await held(), await deeds()]).toEqual([undefined, []]);
  });

  it('says why it cannot be: held by another, not held, no such place, no reason', async () => {
    expect(await say('release-hold orders staging Why not')).toMatch(/is not held: there is nothing to release/);
    expect(await say('hold orders production The sale')).toMatch(
      /orders has no environment “production”. It has: staging/,
    );
    expect(await say('hold ordrs staging The sale')).toMatch(/no service “ordrs”/);
    expect(await say('hold orders staging')).toBe(
      'Say why, behind the environment: it stands in the ledger. For example: `/sluice hold orders production The sale has begun`\n`/sluice help` shows all commands.',
    );
    const people = new Deciding(engine);
    expect((await people.ask('environments/orders/staging/hold', { reason: 'Mine' })).status).toBe(200);
    expect(await say('hold orders staging The sale')).toMatch(/already held by bob@example.com: Mine/);
    expect(await deeds()).toHaveLength(1);
    expect((await deeds())[0]).not.toHaveProperty('via');
  });

  it('is of a service, by Slack and by the API: a pattern of the policy fits what is no name of one, too', async () => {
    const [entry] = Object.values(engine.policy.services);
    if (entry === undefined) throw new Error('no entry');
    engine.policy = { ...engine.policy, services: { '*': entry } };
    expect(await say('hold Orders staging The sale')).toMatch(
      /has no service “Orders”. It has: \* \(any name like this\)/,
    );
    const people = new Deciding(engine);
    expect((await people.ask('environments/Orders/staging/hold', { reason: 'Mine' })).status).toBe(404);
    expect((await people.ask('environments/orders/staging/hold', { reason: 'Mine' })).status).toBe(200);
  });

  it('mentions nobody, whatever the reason says', async () => {
    const answer = await say('hold orders staging <!channel> @everyone <@U000000ADA> <https://evil.example|click> *x*');
    expect(answer).toContain('&lt;!channel&gt; @everyone &lt;@U000000ADA&gt; &lt;https://evil.example|click&gt;');
    const [whisper] = slack.workspace.whispers;
    expect(whisper?.blocks.every((block) => block.type === 'section' && 'verbatim' in block.text)).toBe(true);
  });
});

describe('a command that comes twice', () => {
  it('holds once, however it is doubled', async () => {
    const form = slack.commanded(ada, channel, '/sluice hold orders staging The sale');
    const url = slack.commandsUrl;
    const answers = await Promise.all([
      slack.sendForm(url, form),
      slack.sendForm(url, form),
      slack.sendForm(url, form),
    ]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await deeds()).toHaveLength(1);
  });

  it('is not done again after it was undone: a replay within the five minutes', async () => {
    const form = slack.commanded(ada, channel, '/sluice hold orders staging The sale');
    const at = Date.parse(engine.clock.now());
    await slack.sendForm(slack.commandsUrl, form, { at });
    const released = slack.commanded(ada, channel, '/sluice release-hold orders staging Over');
    await slack.sendForm(slack.commandsUrl, released, { at });
    engine.clock.pass(280);
    expect(await slack.sendForm(slack.commandsUrl, form, { at })).toMatchObject({ status: 200 });
    expect(await held()).toBeUndefined();
    await say('hold orders staging Another');
    await slack.sendForm(slack.commandsUrl, released, { at });
    expect(await held()).toMatchObject({ reason: 'Another' });
    expect((await deeds()).map(({ kind }) => kind)).toEqual(['held', 'holdReleased', 'held']);
    engine.clock.pass(30);
    expect(await slack.sendForm(slack.commandsUrl, form, { at })).toMatchObject({ status: 403 });
  });
});

describe('a command that', () => {
  const commanded = (more: Record<string, string> = {}, text = 'hold orders staging The sale') => ({
    ...slack.commanded(ada, channel, `/sluice ${text}`),
    ...more,
  });
  const refused: Readonly<Record<string, () => Promise<unknown>>> = {
    'is signed by another secret': () => slack.sendForm(slack.commandsUrl, commanded(), { secret: 'guessed' }),
    'is six minutes old': () =>
      slack.sendForm(slack.commandsUrl, commanded(), { at: Date.parse(engine.clock.now()) - 360_000 }),
    'is of another team': () => slack.sendForm(slack.commandsUrl, commanded({ team_id: 'T000FOREIGN' })),
    'is of another app': () => slack.sendForm(slack.commandsUrl, commanded({ api_app_id: 'A000FOREIGN' })),
  };
  it.each(Object.keys(refused))('%s is refused, and nothing is done', async (name) => {
    expect(await refused[name]?.()).toMatchObject({ status: 403, type: 'application/problem+json' });
    expect([await held(), await deeds()]).toEqual([undefined, []]);
  });

  it('is no command at all, or was sent to the other route, is refused', async () => {
    expect(await slack.sendForm(slack.commandsUrl, { payload: '{}' })).toMatchObject({ status: 400 });
    expect(await slack.sendForm(slack.commandsUrl, commanded({ trigger_id: '' }))).toMatchObject({ status: 400 });
    expect(await slack.sendForm(slack.interactionsUrl, commanded())).toMatchObject({ status: 400 });
  });

  it('is by somebody whom the policy does not name is answered by one sentence, whatever it asks', async () => {
    await asking(engine, '1.4.2');
    const asks = ['help', 'live orders', 'release orders-1.4.2', 'hold orders staging x', 'live ordrs', 'nonsense'];
    const answers = new Set<string>();
    for (const ask of asks) answers.add(await say(ask, stranger));
    expect([...answers]).toEqual([
      'Sluice answers people whom its policy names by their Slack user, and you are not one of them: ask its owners.',
    ]);
    expect(await deeds()).toEqual([]);
  });

  it('asks for help, says nothing or nonsense, or 10,000 characters, is told what there is', async () => {
    const help = await say('help', eve);
    for (const one of ['live orders', 'release orders-1.4.2', 'hold orders production', 'release-hold orders'])
      expect(help).toContain(`\`/sluice ${one}`);
    expect(await say('', eve)).toBe(help);
    expect(await say('deploy `orders` <!here>', eve)).toMatch(
      /^There is no command “deploy”. For example: `\/sluice help`/,
    );
    expect(await say('x'.repeat(10_000), eve)).toMatch(/^There is no command “x{39}…”/);
    expect(await say(`hold orders staging ${'x'.repeat(10_000)}`)).toMatch(/The reason is too long/);
    expect(await deeds()).toEqual([]);
  });

  it('meets a defect is answered without its details', async () => {
    await engine.ledger.write([{ write: 'put', item: { ...headKey('orders-1-a1'), release: 'secret details' } }]);
    expect(await say('release orders-1-a1')).toMatch(/unreadable/);
    const { ledger } = engine;
    Object.defineProperty(engine, 'ledger', {
      value: { ...ledger, get: () => Promise.reject(new TypeError('details')) },
    });
    expect(await say('release orders-1-a1')).toBe('The engine failed, and its log has the details. Try again.');
  });
});

describe('a policy that asks for no approval', () => {
  it('lets everybody it names hold, by Slack as by the API', async () => {
    engine.policy = { ...engine.policy, environments: policyOf().environments };
    expect(await say('hold orders staging The sale', eve)).toMatch(/is held: The sale/);
  });
});
