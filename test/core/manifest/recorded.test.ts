import { describe, expect, it } from 'vitest';
import { manifestProblems } from '../../../core/manifest/manifest.ts';
import { recordedManifest } from '../../../core/manifest/recorded.ts';

const small = {
  ...{ service: 'orders', version: '1', template: 'template.json' },
  source: { author: 'Ada <ada@example.com>' },
};
const ensure = { errorPercent: 1, minimumSamples: 1 };
const traffic = (phase: object) => ({ checks: { traffic: [{ invoke: 'Orders', phases: [phase], ensure }] } });

describe('a manifest of a plan', () => {
  it.each([
    ['that is dense', traffic({ seconds: 1, perSecond: 1000 })],
    ['that takes long', { checks: { smoke: Array(30).fill({ invoke: 'Orders', timeoutSeconds: 60 }) } }],
    ['with many headers', { checks: { smoke: [{ http: 'Url', headers: numbered(51) }] } }],
    ['with many parameters', { parameters: { staging: numbered(201) } }],
  ])('%s is refused in an artifact, and read where it was accepted once', (_, more) => {
    const manifest = { ...small, ...more };
    expect(manifestProblems(manifest)).not.toEqual([]);
    expect(recordedManifest.parse(manifest)).toEqual(manifest);
  });

  it.each([
    ['that is no manifest', {}],
    ['with a field that nobody knows', { ...small, colour: 'red' }],
    ['whose rollout CodeDeploy does not end', { ...small, rollout: { staging: 'Canary10Percent9999Minutes' } }],
    ['with checks of no form', { ...small, checks: { smoke: [{ call: 'Orders' }] } }],
    ['whose parameters name what the engine gives', { ...small, parameters: { staging: { SluiceAssetBucket: 'x' } } }],
  ])('%s is not read', (_, manifest) => {
    expect(recordedManifest.safeParse(manifest).success).toBe(false);
  });
});

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${index}`, 'x']));
}
