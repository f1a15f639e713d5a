import { beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../../core/contract/engine-metrics.ts';
import { takeDecision } from '../../engine/approval/take-decision.ts';
import { readApprovals, readHead } from '../../engine/ledger/read.ts';
import { passTurn } from '../../engine/turn/pass-on.ts';
import { policyOf, templateOf, TestEngine } from './fakes/test-engine.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { deployTarget, promote } from './fakes/workflow.ts';

// What the functions measure of a release: once, where it happens, and only what the engine has a metric for.
let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

const measured = (metric: Measurement['metric']): Measurement[] =>
  engine.clock.measured.filter((one) => one.metric === metric);
/** The gates that kept a release, and for how many minutes. */
const gates = (): (readonly [string, number])[] =>
  engine.clock.measured.flatMap((one) =>
    one.metric === 'GateSeconds' ? [[one.of, Math.round(one.value / 60)] as const] : [],
  );

async function accepted(version: string, code: string): Promise<string> {
  const release = await engine.drop(version, templateOf(code));
  await engine.run('validate', release);
  return release;
}

it('the end of a release, once, however often it is ended; and no gate that kept nobody', async () => {
  const release = await engine.drop('1', templateOf('A'));
  await promote(engine, release, 2);
  expect((await readHead(engine.ledger, release)).status).toBe('Succeeded');
  expect(engine.clock.measured).toEqual([{ metric: 'Releases', value: 1, of: 'Succeeded' }]);
});

it('the end of a release that was superseded', async () => {
  const [one, two, three] = [await accepted('1', 'A'), await accepted('2', 'B'), await accepted('3', 'C')];
  for (const release of [one, two, three]) await engine.run('waitForTurn', release);
  await engine.run('complete', two);
  expect(measured('Releases')).toEqual([{ metric: 'Releases', value: 1, of: 'Superseded' }]);
});

describe('the time at a gate', () => {
  it('of a turn, when it is given', async () => {
    const [one, two] = [await accepted('1', 'A'), await accepted('2', 'B')];
    await engine.run('waitForTurn', one);
    await engine.run('waitForTurn', two);
    engine.clock.pass(7 * 60);
    await deployTarget(engine, one);
    await engine.run('settle', one);
    expect(gates()).toEqual([['turn', 7]]);
  });

  it('of a window, by the task that waits for the turn', async () => {
    engine.policy = policyOf({ freeze: [{ cron: '0 9 * * 5', for: 'PT60H', zone: 'UTC' }] });
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    engine.clock.pass(60 * 3600);
    const services = { ledger: engine.ledger, answers: engine.answers, invocation: engine.clock.invocationOf('wake') };
    await passTurn(services, { service: 'orders', environment: 'staging' });
    expect(gates()).toEqual([['window', 3600]]);
  });

  it('of an approval, by whom ever it is decided', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const release = await accepted('1', 'A');
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    engine.clock.pass(90 * 60);
    const { ledger, answers, notifier } = engine;
    const [approval] = await readApprovals(ledger, release, 'staging');
    const person = approval?.people[0];
    if (approval === undefined || person === undefined) throw new Error('Nobody is asked.');
    const invocation = engine.clock.invocationOf('decide');
    const decision = { person, decision: 'decline', at: invocation.now(), via: 'link' } as const;
    await takeDecision({ ledger, answers, notifier }, invocation, approval, decision);
    await takeDecision({ ledger, answers, notifier }, invocation, approval, decision);
    expect(gates()).toEqual([['approval', 90]]);
    // It holds nothing that tells who decided.
    expect(JSON.stringify(engine.clock.measured)).not.toContain(person.name);
  });

  it('of a bake, when it is judged; monitoring is no gate', async () => {
    engine.policy = policyOf({ bake: 'PT10M', monitorAfterBake: 'PT1H' });
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('bake', release, { period: 'bake' });
    engine.clock.pass(10 * 60);
    for (let times = 0; times < 2; times += 1) await engine.run('judge', release, { period: 'bake', newer: '' });
    await engine.run('bake', release, { period: 'monitor' });
    engine.clock.pass(60 * 60);
    await engine.run('judge', release, { period: 'monitor', newer: '' });
    expect((await readHead(engine.ledger, release)).status).toBe('Settling');
    expect(gates()).toEqual([['bake', 10]]);
  });

  it('of a bake that an alarm ends', async () => {
    engine.policy = policyOf({ bake: 'PT10M', alarms: ['errors'] });
    const alarm = (state: 'OK' | 'ALARM'): void => {
      engine.target.alarmStates = [{ name: 'errors', state, reason: 'many', since: engine.clock.now() }];
    };
    alarm('OK');
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('bake', release, { period: 'bake' });
    engine.clock.pass(4 * 60);
    alarm('ALARM');
    for (let times = 0; times < 2; times += 1) await engine.wake({ kind: 'alarms', release, environment: 'staging' });
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'CheckFailed' });
    expect(gates()).toEqual([['bake', 4]]);
  });
});
