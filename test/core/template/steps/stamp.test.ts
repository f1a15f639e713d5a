import { expect, it } from 'vitest';
import { chooseStamps } from '../../../../core/template/steps/stamp.ts';
import type { VersionPair } from '../../../../core/template/publishing.ts';

const template = { Resources: { Orders: { Type: 'AWS::Lambda::Function' } } };
const pair: VersionPair = { versionId: 'V2', functionId: 'Orders', same: false };
const stampOf = (one: VersionPair) =>
  chooseStamps(template, { Resources: {} }, [one], { V2: 'uncertain' }).get('Orders');

it('a function whose version may not be published is marked, otherwise for each version that serves', () => {
  const stamps = [pair, { ...pair, liveId: 'V0' }, { ...pair, liveId: 'V1' }].map(stampOf);
  for (const stamp of stamps) expect(stamp).toMatch(/^sluice [0-9a-f]{8}$/);
  expect(new Set(stamps).size).toBe(3);
});
