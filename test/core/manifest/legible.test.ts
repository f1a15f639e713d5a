import { describe, expect, it } from 'vitest';
import { lacks, restsOnLeftOut } from '../../../core/manifest/legible.ts';
import { legibleManifest, manifestSchema } from '../../../core/manifest/manifest.ts';
import { problem } from '../../../core/values/problems.ts';

const complete = {
  service: 'orders',
  version: '1.4.2',
  source: { author: 'Ada <ada@example.com>', commit: 'abc1234' },
  template: 'template.yaml',
  parameters: { staging: { LogLevel: 'DEBUG', Size: '2' }, production: { Size: '3' } },
  rollout: { staging: 'AllAtOnce' },
  alarms: ['ErrorAlarm'],
  guard: ['Orders'],
  checks: { smoke: [{ invoke: 'Orders' }], traffic: [] },
  dataChanges: { reversible: true },
};
const { checks, source, parameters } = complete;

describe('of a wrong manifest', () => {
  it.each([
    ['a list', { ...complete, alarms: ['ErrorAlarm', 7] }, { ...complete, alarms: undefined }, ['alarms']],
    [
      'a list inside',
      { ...complete, checks: { ...checks, smoke: [{ invoke: 'Orders' }, { invoke: 3 }] } },
      { ...complete, checks: { traffic: [] } },
      ['checks.smoke'],
    ],
    [
      'one value of many',
      { ...complete, parameters: { ...parameters, staging: { LogLevel: 3, Size: '2' } } },
      { ...complete, parameters: { ...parameters, staging: { Size: '2' } } },
      ['parameters.staging.LogLevel'],
    ],
    [
      'a name',
      { ...complete, rollout: { 'No place': 'AllAtOnce' } },
      { ...complete, rollout: {} },
      ['rollout.No place'],
    ],
    [
      'what lacks something',
      { ...complete, dataChanges: {} },
      { ...complete, dataChanges: undefined },
      ['dataChanges'],
    ],
    ['what is none at all', { ...complete, guard: 'Orders' }, { ...complete, guard: undefined }, ['guard']],
  ])('%s is left out', (_, document, manifest, leftOut) => {
    const legible = legibleManifest(document);
    expect(legible.leftOut).toEqual(leftOut);
    expect(legible.manifest).toEqual(manifestSchema.parse(JSON.parse(JSON.stringify(manifest))));
  });

  it('what every manifest has is stood in for', () => {
    const wrong = { ...complete, version: 'v1', service: 'My Orders', source: { ...source, author: 3 } };
    const { manifest, leftOut } = legibleManifest(wrong);
    expect(manifest).toEqual({ ...complete, version: '0.0.0', service: 'service', source: { author: '-' } });
    expect(leftOut).toEqual(expect.arrayContaining(['version', 'service', 'source']));
    expect(legibleManifest({}).leftOut.toSorted()).toEqual(['service', 'source', 'template', 'version']);
  });

  it('fields that nobody knows are passed over, many as they are', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1]));
    expect(legibleManifest({ ...complete, ...many, version: 1 })).toEqual({
      manifest: { ...complete, version: '0.0.0' },
      leftOut: ['version'],
    });
  });

  it.each([undefined, null, 'text', ['orders']])('nothing is known where it is %j', (document) => {
    const { manifest, leftOut } = legibleManifest(document);
    expect(manifest).toMatchObject({ template: 'template.json' });
    expect(lacks(leftOut, 'service') && lacks(leftOut, 'guard') && lacks(leftOut, 'parameters')).toBe(true);
  });
});

describe('a problem', () => {
  it.each([
    ['template.unguarded', 'template.yaml', 'guard', true],
    ['template.parameter-missing', 'parameters.staging', 'parameters.staging.Size', true],
    ['template.name-not-granted', 'template.yaml', 'service', true],
    ['template.kind-not-granted', 'template.yaml', 'service', false],
    ['template.reference-unknown', 'template.yaml', 'template', false],
    ['template.name-unknown', 'checks.smoke[0].invoke', 'checks.traffic', false],
    ['plan.approval-impossible', 'source.author', 'source', true],
    ['artifact.key-differs', 'release.json', 'version', true],
    ['artifact.key-differs', 'release.json', 'service', true],
    ['artifact.no-template', 'template.yaml', 'template', true],
    ['template.guard', 'guard[0]', 'newUrls', true],
    ['plan.service-unknown', 'service', 'service', true],
  ])('%s at %s rests on %s: %j', (code, path, left, rests) => {
    expect(restsOnLeftOut(problem(code, path, 'A sentence.'), [left])).toBe(rests);
  });
});
