import { beforeEach, expect, it } from 'vitest';
import { comparisonDocument } from '../../../core/contract/api/comparison.ts';
import { Deciding } from '../decide/deciding.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { templateOf, TestEngine } from '../fakes/test-engine.ts';

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  deciding = new Deciding(engine);
});

const read = async (path: string) => deciding.read(`/v1/releases/${path}`);

async function accepted(version: string, template: object, manifest: object = {}): Promise<string> {
  const release = await engine.drop(version, template, manifest);
  await engine.run('validate', release);
  return release;
}

it('two releases are compared by their plans and templates', async () => {
  const repository = 'https://github.com/example/orders';
  const source = (commit: string) => ({ source: { author: 'Carl <carl@example.com>', repository, commit } });
  await accepted('1', templateOf('A'), source('1111111'));
  await accepted('2', templateOf('B'), { ...source('2222222'), rollout: { staging: 'Canary10Percent5Minutes' } });
  const found = comparisonDocument.parse((await read('orders-1-a1/compare/orders-2-a1')).body);
  expect(found).toMatchObject({
    ...{ service: 'orders', sameArtifact: false, checks: [], parameters: [] },
    before: { id: 'orders-1-a1', source: { commit: '1111111' } },
    commits: { link: `${repository}/compare/1111111...2222222` },
    settings: [{ environment: 'staging', setting: 'rollout', before: 'AllAtOnce', after: 'Canary10Percent5Minutes' }],
    template: {
      resources: [
        { logicalId: 'Live', difference: 'changed', places: ['Properties.FunctionVersion'] },
        { logicalId: 'Orders', difference: 'changed', places: ['Properties.Description'] },
        { logicalId: 'VersionA', difference: 'removed' },
        { logicalId: 'VersionB', difference: 'added' },
      ],
    },
  });
  const back = comparisonDocument.parse((await read('orders-2-a1/compare/orders-1-a1')).body);
  expect(back.template).toMatchObject({
    resources: [
      {},
      {},
      { logicalId: 'VersionA', difference: 'added' },
      { logicalId: 'VersionB', difference: 'removed' },
    ],
  });
});

it('an artifact that is gone leaves what the ledger has, and hides every value', async () => {
  const parameters = { parameters: { staging: { Level: 'DEBUG' } } };
  const Parameters = { SluiceAssetBucket: { Type: 'String' }, Level: { Type: 'String' } };
  await accepted('1', { ...templateOf('A'), Parameters }, parameters);
  await accepted('2', { ...templateOf('A'), Parameters }, { parameters: { staging: { Level: 'INFO' } } });
  const change = { environment: 'staging', name: 'Level' };
  const shown = comparisonDocument.parse((await read('orders-1-a1/compare/orders-2-a1')).body);
  expect(shown.parameters).toEqual([{ ...change, before: 'DEBUG', after: 'INFO' }]);
  engine.objects.delete('v-1');
  const found = comparisonDocument.parse((await read('orders-1-a1/compare/orders-2-a1')).body);
  expect(found.parameters).toEqual([{ ...change, before: '(hidden)', after: '(hidden)' }]);
  expect(JSON.stringify(found.template)).toContain('orders-1-a1 cannot be read');
});

it('what is no release, was not accepted, or is of another service is refused in a sentence', async () => {
  await accepted('1', templateOf('A'));
  const waiting = await engine.drop('2', templateOf('B'));
  expect(await read('orders-1-a1/compare/NO')).toMatchObject({ status: 400 });
  // One of them is in no form of an id while the other is looked for: neither refusal is lost.
  expect(await read('orders-9-a1/compare/NO')).toMatchObject({ status: 400 });
  expect(await read('orders-1-a1/compare/orders-9-a1')).toMatchObject({ status: 404 });
  const early = await read(`orders-1-a1/compare/${waiting}`);
  expect([early.status, JSON.stringify(early.body)]).toEqual([404, expect.stringContaining('was not accepted')]);
  const other = engine.pack('1', templateOf('A'), { service: 'billing' });
  const billing = await engine.dropBytes(other.key, 'v-9', other.bytes);
  expect(await read(`orders-1-a1/compare/${billing}`)).toMatchObject({ status: 400 });
});
