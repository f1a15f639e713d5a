import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

/** A tenth more of the users every minute. */
export const linear: Scenario = {
  name: 'linear',
  description: 'version 2 moves 10% every minute',
  ends: ['Succeeded', 'Succeeded'],
  live: { staging: '1.1.0', production: '1.1.0' },
  policy: 'linear.json',
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    await theatre.releaseVersion('v2', (folder) =>
      replaceInFile(folder, 'release.json', 'Canary10Percent5Minutes', 'Linear10PercentEvery1Minute'),
    );
  },
};
