import { demandDocument } from '../../core/contract/api/actions.ts';
import { connectAsReleaseManager } from '../operators.ts';
import { replaceInFile } from '../scenario-runner.ts';
import { secondsBetweenTransitions } from './elapsed.ts';
import type { Scenario } from './scenario.ts';

/** What production has come to when a person wants the version before back; the version is then blocked, so each time it is another. */
const moments = [
  { version: '1.1.0', after: 'shiftStarted', state: 'a tenth of the users are on it' },
  { version: '1.1.1', after: 'bakeStarted', state: 'it bakes' },
  { version: '1.1.2', after: 'monitoringStarted', state: 'it is monitored' },
] as const;

/** A person rolls production back while a release is under way there, wherever it is. */
export const rollBackUnderWay: Scenario = {
  name: 'roll-back-under-way',
  description:
    'a release manager rolls production back while a tenth of its users are on version 2, while it bakes, and while it is monitored: version 1 serves all of them again within seconds',
  expectedEnds: ['Succeeded', 'RolledBack', 'RolledBack', 'RolledBack'],
  expectedLive: { staging: '1.1.2', production: '1.0.0' },
  policy: 'monitoring.json',
  run: async (runner) => {
    const { clock } = runner.sandbox.aws;
    await runner.releaseVersion('v1');
    const manager = await connectAsReleaseManager(runner.sandbox);
    for (const { version, after, state } of moments) {
      const { key, bytes } = runner.pack('v2', (folder) => replaceInFile(folder, 'release.json', '1.1.0', version));
      const release = `orders-${version}-a1`;
      const demanded = runner.transitions.waitFor(release, after, 'production').then(async () => {
        const letTimeRun = clock.hold();
        const body = { reason: 'The prices are wrong.' };
        const path = '/v1/environments/orders/production/rollback';
        await manager.call(demandDocument, 'POST', path, body).finally(letTimeRun);
      });
      const [observed] = await Promise.all([runner.release(key, bytes), demanded]);
      const seconds = secondsBetweenTransitions(observed, 'cancelled', 'trafficRestored');
      runner.expect(
        seconds <= 10,
        `all users were on version 1 again ${seconds} s after it was asked for while ${state}`,
      );
    }
  },
};
