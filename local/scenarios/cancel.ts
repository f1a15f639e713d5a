import { actionDocument } from '../../core/contract/api/actions.ts';
import { connectAsReleaseManager } from '../operators.ts';
import { secondsBetweenTransitions } from './elapsed.ts';
import type { Scenario } from './scenario.ts';

/** A person stops a release while a tenth of the users are on it. */
export const cancel: Scenario = {
  name: 'cancel',
  description:
    'a release manager cancels version 2 while a tenth of production’s users are on it: version 1 serves all of them again within seconds',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const manager = await connectAsReleaseManager(runner.sandbox);
    const known = new Set(await runner.releaseIds());
    const { key, bytes } = runner.pack('v2');
    await runner.drop(key, bytes);
    const release = await runner.waitForNewRelease(known);
    const cancelled = runner
      .waitForTransition(release, ({ type, environment }) => type === 'shiftStarted' && environment === 'production')
      .then(() => {
        const body = { reason: 'The prices are wrong.' };
        return manager.call(actionDocument, 'POST', `/v1/releases/${release}/cancel`, body);
      });
    const observed = await runner.follow(release);
    const { follows } = await cancelled;
    runner.expect(follows.includes('what served before comes back'), `the answer says what follows: "${follows}"`);
    const seconds = secondsBetweenTransitions(observed, 'cancelled', 'trafficRestored');
    runner.expect(seconds <= 10, `all users were on version 1 again ${seconds} s after it was cancelled`);
  },
};
