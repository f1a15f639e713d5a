import fc from 'fast-check';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SluiceError } from '../../../core/contract/errors.ts';
import type { ApprovalItem } from '../../../core/ledger/items.ts';
import { slackActions } from '../../../core/notify/slack-actions.ts';
import { checkRules } from '../../../core/release/rules.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import type { Whisper } from '../../../adapters/slack/chat.ts';
import { readAll, readApprovals, readEvents, readHead, readTurn } from '../../../engine/ledger/read.ts';
import { answerSlack } from '../../../functions/interact/answer.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { ada, asking, channel, cy, interactServices, slackPolicy, startSlack } from '../fakes/slack.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { TestEngine } from '../fakes/test-engine.ts';
import { changeStackByHand } from '../fakes/workflow.ts';
import { Deciding } from './deciding.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Orders in which those who decide come to the ledger. */
    interleavings: number;
  }
}

interface Decider {
  readonly does: 'link' | 'api' | 'slack';
  readonly person: 'Ada' | 'Bob' | 'Cy';
  readonly decision: 'approve' | 'decline';
}

/** What may come besides: the task is invoked again, the workflow goes on, a newer release wants the turn. */
type Other = 'cancel' | 'expire' | 'remind' | 'ask again' | 'go on' | 'overtake';

/** Who has to approve; people are reminded once. */
const rules = {
  one: { required: 1 },
  two: { required: 2 },
  'one of security': { required: 1, including: ['security'] },
};
type Rule = keyof typeof rules;
/** Whose approvals together are enough. */
const enough: Readonly<Record<Rule, readonly string[]>> = {
  one: ['ada@example.com'],
  two: ['ada@example.com', 'bob@example.com'],
  'one of security': ['ada@example.com', 'cy@example.com'],
};

const decision = fc.constantFrom('approve' as const, 'decline' as const);
const by = (does: Decider['does'], ...people: Decider['person'][]): fc.Arbitrary<Decider> =>
  fc.record({ does: fc.constant(does), person: fc.constantFrom(...people), decision });
const decider = fc.oneof(by('link', 'Ada', 'Bob', 'Cy'), by('slack', 'Ada', 'Cy'), by('api', 'Bob'));
const race = fc.record({
  rule: fc.constantFrom<Rule>('one', 'two', 'one of security'),
  deciders: fc.array(decider, { minLength: 1, maxLength: 4 }),
  others: fc.uniqueArray(fc.constantFrom<Other>('cancel', 'expire', 'remind', 'ask again', 'go on', 'overtake'), {
    maxLength: 3,
  }),
  order: fc.scheduler(),
});

const addressOf = (person: Decider['person']): string => `${person.toLowerCase()}@example.com`;
const reason = 'Because of the race';
const carl = { source: { author: 'Carl <carl@example.com>' } };

/** A release that waits for its approval, and the rows as they are then. */
interface Start {
  readonly ledger: MemoryLedger;
  /** The artifacts. */
  readonly objects: TestEngine['objects'];
  readonly snapshot: ReturnType<MemoryLedger['snapshot']>;
  readonly approval: ApprovalItem;
  readonly newer: string;
}

let slack: SlackStandIn;
const starts = new Map<Rule, Start>();
beforeAll(async () => {
  slack = await startSlack(new TestEngine(new MemoryLedger()));
  for (const rule of ['one', 'two', 'one of security'] as const) starts.set(rule, await startOf(rule));
});
afterAll(() => slack.close());

async function startOf(rule: Rule): Promise<Start> {
  const ledger = new MemoryLedger();
  const engine = engineOn(ledger, rule);
  const release = await asking(engine, '1', carl);
  const newer = await asking(engine, '2', carl);
  const deciding = new Deciding(engine);
  for (const person of enough[rule]) await deciding.press(await deciding.newest(newer), person, 'approve');
  const approval = await deciding.newest(release);
  return { ledger, objects: engine.objects, snapshot: ledger.snapshot(), approval, newer };
}

function engineOn(ledger: Ledger, rule: Rule, objects?: TestEngine['objects']): TestEngine {
  const engine = new TestEngine(ledger, objects);
  engine.slack = slack;
  engine.policy = slackPolicy({ ...rules[rule], reminders: ['PT5M'] });
  return engine;
}

/** A ledger whose calls are made in the order of the scheduler; each of them is one step. */
function inOrder(ledger: Ledger, order: fc.Scheduler): Ledger {
  // A step that fails is the business of whoever asked, not of the scheduler.
  const step = <A extends unknown[], T>(call: (...given: A) => Promise<T>) => {
    const scheduled = order.scheduleFunction((...given: A) =>
      call(...given).then(
        (value) => () => value,
        (problem: unknown) => () => {
          throw problem;
        },
      ),
    );
    return async (...given: A): Promise<T> => (await scheduled(...given))();
  };
  return {
    get: step((key: Parameters<Ledger['get']>[0]) => ledger.get(key)),
    getAll: step((keys: Parameters<Ledger['getAll']>[0]) => ledger.getAll(keys)),
    query: step((...given: Parameters<Ledger['query']>) => ledger.query(...given)),
    queryIndex: step((...given: Parameters<Ledger['queryIndex']>) => ledger.queryIndex(...given)),
    write: step((intents: Parameters<Ledger['write']>[0]) => ledger.write(intents)),
  };
}

/** What somebody who decided was told. */
interface Told extends Decider {
  /** It counts, or did already. */
  readonly taken: boolean;
  readonly text: string;
}

async function decide({ does, person, decision: given }: Decider, engine: TestEngine, approval: ApprovalItem) {
  const people = new Deciding(engine);
  if (does === 'link') return people.press(approval, addressOf(person), given, reason);
  return people.sign(approval, { decision: given, reason });
}

/** A press, or the answer of the modal that asked why. */
async function decideInSlack(
  { person, decision: given }: Decider,
  engine: TestEngine,
  { release, approval }: ApprovalItem,
  arrived: () => void,
): Promise<{ readonly taken: boolean; readonly text: string }> {
  const user = person === 'Ada' ? ada : cy;
  const asked = JSON.stringify({ release, approval, channel });
  const pressed = slack.pressed(user, { channel, ts: '1.1' }, slackActions.approve, asked);
  const payload = given === 'approve' ? pressed : { ...pressed, ...submitted(asked) };
  const whispered: string[] = [];
  const services = interactServices(engine);
  const read: typeof services.access.secret.read = async (...asked) => {
    arrived(); // in time: how old it is was looked at before
    return services.access.secret.read(...asked);
  };
  const app = {
    ...services,
    access: { secret: { read } },
    open: () => ({
      open: () => Promise.reject(new Error('Nothing asks why here.')),
      tell: async (_: string, { text }: Whisper) => void whispered.push(text),
    }),
  };
  slack.deliver = (request) => answerSlack(request, app, engine.clock.invocationOf('interact'));
  const answered = await slack.send(payload, { at: Date.parse(engine.clock.now()) });
  expect(answered.status).toBe(200);
  const text = [...whispered, answered.body].join('');
  return { taken: text === '', text };
}

/** What the modal sends in place of a press. */
function submitted(asked: string): object {
  const block = slackActions.declineReason;
  const state = { values: { [block]: { [block]: { type: 'plain_text_input', value: reason } } } };
  return { type: 'view_submission', view: { id: 'V1', callback_id: block, private_metadata: asked, state } };
}

/** Everybody at once. */
async function run(
  { rule, deciders, others, order }: { rule: Rule; deciders: Decider[]; others: Other[]; order: fc.Scheduler },
  { ledger, objects, approval, newer }: Start,
) {
  const engine = engineOn(inOrder(ledger, order), rule, objects);
  engine.clock.pass(10);
  // What people are told besides is delivered later.
  engine.ordersLost = true;
  const arrivals: Promise<void>[] = [];
  const tell = async (one: Decider): Promise<Told> => {
    if (one.does === 'slack') {
      let arrived = (): void => undefined;
      arrivals.push(new Promise((resolve) => (arrived = resolve)));
      return { ...one, ...(await decideInSlack(one, engine, approval, arrived)) };
    }
    const { status, text } = await decide(one, engine, approval);
    return { ...one, taken: status === 200, text };
  };
  const other: Record<Other, () => Promise<unknown>> = {
    cancel: () => new Deciding(engine).act(approval.release, 'cancel'),
    expire: async () => {
      await Promise.all(arrivals);
      engine.clock.pass(8 * 86_400);
      await engine.reconcile({ kind: 'approval', approval: approval.approval });
    },
    remind: async () => {
      await Promise.all(arrivals);
      engine.clock.pass(600);
      await engine.reconcile({ kind: 'approval', approval: approval.approval });
    },
    'ask again': () => engine.run('askForApproval', approval.release).catch(refused),
    'go on': () => goOn(engine, approval.release),
    // Nobody takes the turn: the newer one waits for it, and overtakes who waits, too.
    overtake: async () => {
      const held = await new Deciding(engine).ask('environments/orders/staging/hold', {});
      expect(held.status).toBe(200);
      await engine.run('waitForTurn', newer).catch(refused);
    },
  };
  const all = [Promise.all(deciders.map(tell)), Promise.all(others.map((one) => other[one]()))] as const;
  const [told] = await order.waitFor(Promise.all(all));
  return { engine, told };
}

const taken = z.object({ output: z.object({ fence: z.number() }) });
const byApproval = z.object({ approval: z.string() });

/** What the workflow is answered where the release is stopped, or was overtaken. */
function refused(problem: unknown): void {
  if (!(problem instanceof SluiceError)) throw problem;
}

/** Once it is approved, the workflow takes the turn, and finds that somebody has changed the stack by hand. */
async function goOn(engine: TestEngine, release: string): Promise<void> {
  for (let look = 0; look < 15; look += 1) {
    const { phase } = (await readHead(engine.ledger, release)).environments['staging'] ?? {};
    if (phase !== 'approved') continue;
    const turn = await engine.run('waitForTurn', release).catch(refused);
    if (!taken.safeParse(turn).success) return;
    await changeStackByHand(engine);
    await expect(engine.run('apply', release)).rejects.toThrow(/not what was approved|nothing new begins/);
    return;
  }
}

describe('an approval that many decide on at once, by link, Slack and API, while it expires, is cancelled, goes on or is overtaken', () => {
  it(`is used at most once, and everybody is told what was decided (${inject('interleavings')} interleavings)`, async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(race, async (given) => {
        const start = starts.get(given.rule);
        if (start === undefined) throw new Error('There is no such start.');
        start.ledger.restore(start.snapshot);
        const { engine, told } = await run(given, start);
        const outcome = await judge(engine, start, told);
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }),
      { numRuns: inject('interleavings') },
    );
    if (inject('interleavings') < 1000) return;
    // What never came about was not tried.
    const ends = ['approved', 'cancelled', 'declined', 'expired', 'open', 'superseded', 'void'];
    expect(Object.keys(seen).sort()).toEqual(ends);
  });
});

/** The ledger's rules, the answers to the workflow, and what people read. @returns how the approval stands */
async function judge(
  engine: TestEngine,
  { ledger, approval: { release, approval: id } }: Start,
  told: readonly Told[],
) {
  const [head, events, approvals, waits] = await Promise.all([
    readHead(ledger, release),
    readEvents(ledger, release),
    readApprovals(ledger, release, 'staging'),
    readAll(ledger, `release#${release}`, 'wait#'),
  ]);
  const turn = await readTurn(ledger, 'orders', 'staging');
  const environment = { service: 'orders', environment: 'staging', turn, quarantine: undefined, cleared: [] };
  expect(
    checkRules([{ head, events, approvals }], [environment]).filter(({ rule }) => rule !== 1 && rule !== 8),
  ).toEqual([]);
  const approval = approvals.find((one) => one.approval === id);
  if (approval === undefined) throw new Error('The approval is gone.');

  const decided = events.filter(({ type }) => ['approved', 'declined', 'approvalExpired'].includes(type));
  expect(decided.length).toBe(approval.state === 'open' ? 0 : 1);
  expect(events.filter(({ type }) => type === 'approvalReminded').length).toBeLessThanOrEqual(1);
  const yes = approval.decisions.filter((one) => one.decision === 'approve').map((one) => one.by);
  if (approval.state === 'approved') expect(yes.length).toBeGreaterThanOrEqual(approval.required);
  if (approval.state === 'approved' && approval.including !== undefined) expect(yes).toContain('cy@example.com');
  const asked = [...engine.answers.given.values()].filter((one) => isAboutApproval(one));
  expect(new Set(asked.map((one) => one.error ?? 'success')).size).toBeLessThanOrEqual(1);
  if (approval.state !== 'open') expect(waits.filter(({ task }) => task === 'askForApproval')).toEqual([]);

  for (const one of told) {
    const own = approval.decisions.find((kept) => kept.by === addressOf(one.person));
    if (one.taken) expect(own).toMatchObject({ decision: one.decision });
    else expect(one.text).toMatch(whyNotTaken(approval, own !== undefined));
    expect(one.text).not.toMatch(/SLUICE-5|engine failed/);
  }
  const people = approval.decisions.map((one) => one.by);
  expect(new Set(people).size).toBe(people.length);
  for (const person of people) {
    expect(told.some((one) => one.taken && addressOf(one.person) === person)).toBe(true);
  }
  if (head.cancelled !== undefined) return 'cancelled';
  return head.environments['staging']?.phase === 'superseded' ? 'superseded' : approval.state;
}

/** An answer to the task that asked: by the approval, or why there is none. */
function isAboutApproval({ output, error }: { readonly output?: unknown; readonly error?: string }): boolean {
  if (error !== undefined) return ['ApprovalDeclined', 'ApprovalExpired'].includes(error);
  return byApproval.safeParse(output).success;
}

/** Whoever did not count reads by whom or by what it was decided instead. */
function whyNotTaken({ state, decisions }: ApprovalItem, own: boolean): RegExp {
  const last = decisions.at(-1)?.by ?? 'nobody';
  const ways = ['superseded', 'nothing waits for this decision', 'not what this approval was requested for'];
  if (own) ways.push('A decision is taken once');
  if (state === 'expired' || state === 'open') ways.push('expired');
  if (state === 'approved' || state === 'declined' || state === 'void') ways.push(last);
  return new RegExp(ways.join('|'));
}
