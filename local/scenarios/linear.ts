import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

/** Another tenth of the users every minute. */
export const linear: Scenario = {
  name: 'linear',
  description: 'version 2 moves 10% every minute',
  expectedEnds: ['Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  policy: 'linear.json',
  run: async (runner) => {
    await runner.releaseVersion('v1');
    await runner.releaseVersion('v2', (folder) =>
      replaceInFile(folder, 'release.json', 'Canary10Percent5Minutes', 'Linear10PercentEvery1Minute'),
    );
  },
};
