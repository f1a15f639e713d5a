import assert from 'node:assert/strict';
import { ANSWER } from '../lambda-resources.ts';
import { isCall, type ProbeHarness } from './harness.ts';
import { orders, suspendReconciler } from './releases.ts';

const MINUTE = 60_000;

/** Each slice of a shift's synthetic traffic reads what those before it measured, and adds to it. */
export async function goodForSyntheticTraffic(harness: ProbeHarness): Promise<void> {
  const phases = [{ seconds: 5, perSecond: 2 }];
  const traffic = { invoke: 'Function', payload: {}, phases, ensure: { errorPercent: 50, minimumSamples: 1 } };
  const reads = isCall('GetObject', 'sluice-verify');
  const further = harness.watchdog.next((one) => (reads(one) ? true : undefined));
  await harness.release(orders('1.1.1', 2, { manifest: { alarms: [], checks: { traffic: [traffic] } } }), 'Succeeded');
  await further;
}

/** A version that only fails on the way that users take, in production. @param phase of the traffic that meets it */
function bad(version: string, phase: { readonly seconds: number; readonly perSecond: number }) {
  const answer = `/:333333333333:.*:live$/.test(context.invokedFunctionArn) ? (() => { throw new Error('bad') })() : ${ANSWER}`;
  const ensure = { errorPercent: 1, minimumSamples: 1 };
  const traffic = { invoke: 'Function', payload: {}, phases: [phase], ensure };
  return orders(version, 2, { answer, manifest: { alarms: [], checks: { traffic: [traffic] } } });
}

/** Only synthetic traffic beside the shift meets what is bad, on users' way: it stops the shift. */
export async function badForSyntheticTraffic(harness: ProbeHarness): Promise<void> {
  const { transitions } = await harness.release(bad('1.7.2', { seconds: 10, perSecond: 20 }), 'RolledBack');
  assert.match(transitions.find(({ type }) => type === 'checkFailed')?.reason ?? '', /during the shift failed/);
}

/**
 * A slice that was ordered late sees what is bad when the shift is over. Whoever heard of its end wrote that down, and could
 * not tell the workflow: the slice's function tells it.
 */
export async function lateSlice(harness: ProbeHarness): Promise<void> {
  const { clock, faults } = harness.sandbox.aws;
  suspendReconciler(harness);
  const begins = isCall('CreateDeployment', 'sluice-target-deploy-us-east-1');
  const shifting = harness.watchdog.next((one) =>
    begins(one) && 'caller' in one && one.caller.account === '333333333333' ? true : undefined,
  );
  const tells = isCall('SendTaskSuccess', 'sluice-verify');
  const end = harness.release(bad('1.7.3', { seconds: 90, perSecond: 2 }), 'RolledBack');
  await shifting;
  // Of six minutes: a slice that the reconciler's next look orders begins before they are over, and ends after.
  await clock.sleep(4.75 * MINUTE, 'the reconciler rests');
  faults.assertAllHappened();
  faults.clear();
  faults.atCall(
    'the end of the shift is not told',
    { service: 'states', operation: 'SendTaskSuccess', role: 'sluice-wake', times: 1e9 },
    { kind: 'error', code: 'InternalServerError', status: 500 },
  );
  await harness.watchdog.next((one) => (tells(one) ? true : undefined));
  faults.assertAllHappened();
  faults.clear();
  await end;
}
