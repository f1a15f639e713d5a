import { expect, it } from 'vitest';
import { chooseStamps, stampsOfPublished } from '../../../../core/template/steps/stamp.ts';
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

it('a function of which Lambda has a version already is marked otherwise than that version can be', () => {
  const marked = (version: string, before: string | undefined) => {
    const Metadata = before === undefined ? {} : { Metadata: { 'sluice:version': before } };
    const live = { Resources: { Orders: { ...template.Resources.Orders, ...Metadata } } };
    return stampsOfPublished(live, new Map([['Orders', version]])).get('Orders');
  };
  const marks = [marked('1', undefined), marked('2', undefined), marked('2', marked('1', undefined))];
  for (const mark of marks) expect(mark).toMatch(/^sluice [0-9a-f]{8}$/);
  expect(new Set(marks).size).toBe(3);
  expect(stampsOfPublished(template, new Map())).toEqual(new Map());
});
