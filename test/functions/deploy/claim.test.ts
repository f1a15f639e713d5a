import { beforeEach, describe, expect, it } from 'vitest';
import { StackTaken } from '../../../core/contract/errors.ts';
import { stackClaimItem } from '../../../core/ledger/items.ts';
import { parseItem, readAll, readEvents } from '../../../engine/ledger/read.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

/** An accepted release of a service whose stack has this name, to an environment that asks for approval. */
async function acceptedAs(
  service: string,
  stack: string,
  from = policyOf({ approval: { from: ['approvers'] } }),
): Promise<string> {
  engine.policy = { ...from, services: { [service]: { environments: ['staging'], stack, names: [] } } };
  const release = await engine.drop('1', templateOf('A'), { service });
  await engine.run('validate', release);
  return release;
}

/** The same with the turn taken, to an environment that asks nobody: what comes next touches the stack. */
async function turnOf(service: string, stack: string): Promise<string> {
  const release = await acceptedAs(service, stack, policyOf());
  await engine.run('waitForTurn', release);
  return release;
}

async function claims(): Promise<string[]> {
  const rows = await readAll(engine.ledger, 'stacks#222222222222#us-east-1', '');
  return rows.map((row) => {
    const { state, service, environment } = parseItem(stackClaimItem, row);
    return `${String(row['sk'])} ${state} ${service}/${environment}`;
  });
}

const ofOrders = [
  'orders begins orders/staging',
  'orders-eu begins orders/staging',
  'orders-eu-staging claimed orders/staging',
];

describe('a stack’s name', () => {
  it('belongs to the service and environment that were released into it first', async () => {
    const first = await turnOf('orders', 'orders-eu-staging');
    await engine.run('apply', first);
    expect(await claims()).toEqual(ofOrders);
    const second = await turnOf('orders-eu', 'orders-eu-staging');
    const before = engine.target.calls.length;
    await expect(engine.run('apply', second)).rejects.toThrow(
      'The stack orders-eu-staging is that of orders in staging (since orders-1-a1); orders-eu in staging needs one of its own: give its entry in the policy another "stack". (release orders-eu-1-a1, environment staging, account 222222222222, region us-east-1)',
    );
    expect(engine.target.calls.slice(before)).toEqual([]);
    expect((await readEvents(engine.ledger, second)).map(({ type }) => type)).not.toContain('preparing');
    // Doing it again is doing it once.
    await engine.run('apply', first);
    expect(await claims()).toEqual(ofOrders);
  });

  it('is claimed before a look ahead makes the shell of a stack', async () => {
    await engine.run('lookAhead', await acceptedAs('orders', 'orders-eu-staging'));
    expect(await claims()).toEqual(ofOrders);
    const before = engine.target.calls.length;
    await expect(engine.run('lookAhead', await acceptedAs('billing', 'orders-eu'))).rejects.toThrow(StackTaken);
    expect(engine.target.calls.slice(before)).toEqual([]);
  });

  it('is that of the plan, when the policy is edited meanwhile', async () => {
    const under = await turnOf('orders', 'orders-eu-staging');
    engine.policy = {
      ...engine.policy,
      services: { orders: { environments: ['staging'], stack: 'other', names: [] } },
    };
    await engine.run('apply', under);
    expect(await claims()).toEqual(ofOrders);
  });

  it.each([
    ['the same', 'shop', 'shop'],
    ['the same but for its letters', 'shop', 'Shop'],
    ['what the other begins with', 'shop', 'shop-eu'],
    ['longer than the other by two words', 'shop-eu-west', 'shop'],
  ])('goes to one of two releases at once: %s', async (_, one, other) => {
    for (let round = 0; round < 4; round += 1) {
      engine = new TestEngine(new MemoryLedger());
      const both = [await acceptedAs('first', one), await acceptedAs('second', other)];
      const outcomes = await Promise.allSettled(both.map((release) => engine.run('lookAhead', release)));
      const refused = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused).toEqual([expect.any(StackTaken)]);
      expect((await claims()).filter((claim) => claim.includes(' claimed '))).toHaveLength(1);
    }
  });

  it('leaves both of two releases at once theirs, where the names only begin alike', async () => {
    const both = [await acceptedAs('first', 'shop-eu'), await acceptedAs('second', 'shop-us')];
    await Promise.all(both.map((release) => engine.run('lookAhead', release)));
    expect((await claims()).filter((claim) => claim.includes(' claimed '))).toEqual([
      'shop-eu claimed first/staging',
      'shop-us claimed second/staging',
    ]);
  });
});
