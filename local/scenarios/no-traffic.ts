import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const thin =
  (version: string) =>
  (folder: string): void => {
    replaceInFile(folder, 'release.json', '"minimumSamples": 10', '"minimumSamples": 1000');
    replaceInFile(folder, 'release.json', '"1.1.0"', `"${version}"`);
    replaceInFile(folder, 'orders/index.js', "'1.1.0'", `'${version}'`);
  };

/** The checks get too few samples to decide. */
export const noTraffic: Scenario = {
  name: 'no-traffic',
  description:
    'checks get too few samples to decide: not promoted; a person rolls back version 2.0 in production, and lets 2.1 go on',
  ends: ['Succeeded', 'RolledBack', 'Succeeded'],
  live: { staging: '1.1.1', production: '1.1.1' },
  decides: ({ release, environment, about }) => {
    if (about === 'release') return { decision: 'approve', reason: 'Looks good' };
    if (release === 'orders-1.1.0-a1' && environment === 'production')
      return { decision: 'decline', reason: 'Not on so little evidence' };
    return { decision: 'approve', reason: 'I have tried it by hand' };
  },
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    await theatre.releaseVersion('v2', thin('1.1.0'));
    await theatre.releaseVersion('v2', thin('1.1.1'));
  },
};
