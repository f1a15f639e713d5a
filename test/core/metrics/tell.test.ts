import { expect, it } from 'vitest';
import { tellMeasures } from '../../../core/metrics/tell.ts';

const week = { deployments: 0, failures: 0, unrestored: 0 };

it.each([
  ['nothing', {}, ['0', '–', '–', '–']],
  ['deployments that all went well', { deployments: 2, changeFailurePercent: 0 }, ['2', '0', '–', '–']],
  [
    'a failure, which others mended',
    { deployments: 4, failures: 1, changeFailurePercent: 25, timeToRestore: { seconds: 5_400 } },
    ['4', '1 (25 %)', '–', '1 h 30 min'],
  ],
  [
    'a failure that nothing has mended',
    { deployments: 1, failures: 1, changeFailurePercent: 100, unrestored: 1 },
    ['1', '1 (100 %)', '–', 'not yet'],
  ],
  ['no deployment, but a repair', { timeToRestore: { seconds: 60 } }, ['0', '–', '–', '1 min']],
  [
    'a change that took long, by its two largest units',
    { deployments: 1, leadTime: { seconds: 2 * 86_400 + 3 * 3_600 + 240 + 5 } },
    ['1', '0', '2 d 3 h', '–'],
  ],
])('a week with %s is told', (_, measured, told) => {
  const { deployments, failed, leadTime, timeToRestore } = tellMeasures({ ...week, ...measured });
  expect([deployments, failed, leadTime, timeToRestore]).toEqual(told);
});
