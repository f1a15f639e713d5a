import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const withTooFewSamples =
  (version: string) =>
  (folder: string): void => {
    replaceInFile(folder, 'release.json', '"minimumSamples": 10', '"minimumSamples": 1000');
    replaceInFile(folder, 'release.json', '"1.1.0"', `"${version}"`);
    replaceInFile(folder, 'orders/index.js', "'1.1.0'", `'${version}'`);
  };

/** The checks get too few samples for a verdict. */
export const noTraffic: Scenario = {
  name: 'no-traffic',
  description:
    'checks get too few samples for a verdict; an approver lets version 2 be rolled back in production, and version 2.1 continue',
  expectedEnds: ['Succeeded', 'RolledBack', 'Succeeded'],
  expectedLive: { staging: '1.1.1', production: '1.1.1' },
  decide: ({ release, environment, kind: about }) => {
    if (about === 'release') return { decision: 'approve', reason: 'Looks good' };
    if (release === 'orders-1.1.0-a1' && environment === 'production')
      return { decision: 'decline', reason: 'Not on so little evidence' };
    return { decision: 'approve', reason: 'I have tried it by hand' };
  },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    await runner.releaseVersion('v2', withTooFewSamples('1.1.0'));
    await runner.releaseVersion('v2', withTooFewSamples('1.1.1'));
  },
};
