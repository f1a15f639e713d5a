import { demandDocument } from '../../core/contract/api/actions.ts';
import { connectAsReleaseManager } from '../operators.ts';
import { secondsBetweenTransitions } from './elapsed.ts';
import type { Scenario } from './scenario.ts';

/** Version 2 has succeeded, and people want version 1 back. */
export const rollBackOnDemand: Scenario = {
  name: 'roll-back-on-demand',
  description:
    'version 2 has succeeded when a release manager rolls production back: version 1 serves all users again within seconds, then the stack follows, and version 2 stays out',
  expectedEnds: ['Succeeded', 'Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    await runner.releaseVersion('v2');
    const manager = await connectAsReleaseManager(runner.sandbox);
    const users = await runner.startUsers('production', '333333333333', 2);
    const body = { reason: 'The prices are wrong.' };
    const path = '/v1/environments/orders/production/rollback';
    const { release = '' } = await manager.call(demandDocument, 'POST', path, body);
    const observed = await runner.follow(release);
    users.stop();
    const told = observed.transitions.map(({ type }) => type);
    runner.expect(
      told.includes('aliasesRestored') && told.indexOf('aliasesRestored') < told.indexOf('changeStarted'),
      'users come back before the stack changes',
    );
    const seconds = secondsBetweenTransitions(observed, 'received', 'aliasesRestored');
    runner.expect(seconds <= 10, `all users were on version 1 again ${seconds} s after it was asked for`);
    runner.expectResponses(users, 'users are served throughout', ({ status }) => status < 400);
  },
};
