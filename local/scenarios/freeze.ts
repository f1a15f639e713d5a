import { interventionDocument } from '../../core/contract/api/actions.ts';
import { oneRelease } from '../../cli/follow.ts';
import { connectAsReleaseManager } from '../operators.ts';
import { ENGINE } from '../sandbox.ts';
import type { ScenarioRunner } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const HOUR = 3_600_000;
/** 04:00 in Berlin. */
const MONDAY = '2026-11-30T03:00:00.000Z';

/** Production is frozen from Friday 16:00 on: one release is let in by a person, the next waits for Monday. */
export const freeze: Scenario = {
  name: 'freeze',
  description:
    'Friday evening in Berlin, and production is frozen until Monday: version 1 is let in by a release manager, by name and with a reason; version 2 is approved, says until when it waits, and moves by itself when the window opens',
  startsAt: '2026-11-27T16:30:00.000Z',
  expectedEnds: ['Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  policy: 'freeze.json',
  run: async (runner) => {
    await letIn(runner);
    const known = new Set(await runner.releaseIds());
    const { key, bytes } = runner.pack('v2');
    await runner.drop(key, bytes);
    const release = await runner.waitForNewRelease(known);
    await runner.waitForTransition(release, ({ type }) => type === 'windowClosed');
    const { status, advice, closed } = await oneRelease(runner.sandbox.engine, release);
    runner.expect(status === 'AwaitingWindow' && closed?.until === MONDAY, `${release} is ${status}: ${advice}`);
    await weekend(runner);
    const { transitions } = await runner.follow(release);
    const taken = transitions.find(({ type, environment }) => type === 'turnTaken' && environment === 'production');
    const late = (Date.parse(taken?.at ?? '') - Date.parse(MONDAY)) / 1000;
    runner.expect(late >= 0 && late < 120, `production moves ${late} s after the window has opened`);
  },
};

async function letIn(runner: ScenarioRunner): Promise<void> {
  const first = runner.releaseVersion('v1');
  const release = 'orders-1.0.0-a1';
  await runner.transitions.waitFor(release, 'windowClosed');
  const manager = await connectAsReleaseManager(runner.sandbox);
  const body = { release, reason: 'The shop opens on Saturday' };
  await manager.call(interventionDocument, 'POST', '/v1/environments/orders/production/window-override', body);
  const { transitions } = await first;
  const overridden = transitions.find(({ type }) => type === 'windowOverridden');
  runner.expect(
    overridden?.actor === 'robin@example.com' && overridden.reason === body.reason,
    `the ledger says who let it in, and why: ${overridden?.actor ?? 'nobody'}, "${overridden?.reason ?? ''}"`,
  );
}

/** Nobody would watch it: time jumps. Meanwhile the engine rests. */
async function weekend(runner: ScenarioRunner): Promise<void> {
  const { aws, pace } = runner.sandbox;
  const invocations = (): number => aws.meters.read({ account: ENGINE.account }).invocations;
  aws.clock.setPace('max');
  await aws.clock.sleep(HOUR, 'Friday evening');
  const before = invocations();
  await aws.clock.sleep(50 * HOUR, 'the weekend');
  runner.expect(
    invocations() === before,
    `no function of the engine runs while it waits: ${invocations() - before} in 50 hours`,
  );
  aws.clock.setPace(pace);
}
