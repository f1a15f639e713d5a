import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { checkPolicy } from '../../core/policy/check-policy.ts';
import { trialPolicy } from '../../core/policy/trial-policy.ts';
import { openRehearsal } from '../../local/rehearsal/rehearsal.ts';

const sample = path.resolve(import.meta.dirname, '../../local/sample-service/v1');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-own-'));
  cpSync(sample, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('has a policy that is right, whatever the service is called', () => {
  for (const service of ['a', 'orders', 'team-a-orders-and-everything1']) {
    const reading = checkPolicy(JSON.parse(JSON.stringify(trialPolicy({ service }))), '2026-11-26T00:00:00.000Z');
    expect(reading).toHaveProperty('policy');
  }
});

it('has, as each policy of a scenario, the person whose credentials are printed', () => {
  const scenarios = path.resolve(import.meta.dirname, '../../local/scenarios/policies');
  const files = [path.resolve(scenarios, '../../../policy.json')].concat(
    readdirSync(scenarios).map((file) => path.join(scenarios, file)),
  );
  const documents = files.map((file): unknown => JSON.parse(readFileSync(file, 'utf8')));
  for (const document of [...documents, trialPolicy({ service: 'orders' })]) {
    const reading = checkPolicy(document, '2026-11-26T00:00:00.000Z');
    const people = 'policy' in reading ? Object.values(reading.policy.people).flat() : [];
    const manager = people.find(({ principal }) => principal === 'arn:aws:iam::111111111111:role/release-manager');
    expect(manager?.name).toBe('Robin Release');
  }
});

it('releases the folder to staging and production, and cleans up', () => {
  const rehearsal = openRehearsal(folder, undefined);
  expect(rehearsal.scenario.expectedLive).toEqual({ staging: '1.0.0', production: '1.0.0' });
  expect([rehearsal.check().ready, rehearsal.version(), rehearsal.ownPolicy]).toEqual([true, '1.0.0', true]);
  writeFileSync(path.join(folder, 'release.json'), '{');
  expect(rehearsal.version()).toBeUndefined();
  rehearsal.close();
  expect(existsSync(rehearsal.temporary)).toBe(false);
});

it('releases the folder to the environments and targets that its manifest names', () => {
  const file = path.join(folder, 'release.json');
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const rollout = { prod: 'Canary10Percent5Minutes', dev: 'AllAtOnce' };
  writeFileSync(file, JSON.stringify({ ...z.looseObject({}).parse(manifest), parameters: undefined, rollout }));
  const rehearsal = openRehearsal(folder, undefined);
  expect(Object.keys(rehearsal.scenario.expectedLive)).toEqual(['dev', 'prod']);
  rehearsal.close();
});

it('goes by the policy that is given', () => {
  const policy = path.resolve(import.meta.dirname, '../../local/scenarios/policies/waves.json');
  const rehearsal = openRehearsal(folder, policy);
  expect(rehearsal.ownPolicy).toBe(false);
  expect(Object.values(rehearsal.scenario.expectedLive).some((live) => typeof live === 'object')).toBe(true);
  rehearsal.close();
});

it('says all that keeps the folder from being released before anything is started', () => {
  expect(() => openRehearsal(path.join(folder, 'none'), undefined)).toThrow('There is no folder');
  writeFileSync(path.join(folder, 'release.json'), '{ "service": "Orders!", "nonsense": 1 }');
  expect(() => openRehearsal(folder, undefined)).toThrow(/nonsense[^]*service|service[^]*nonsense/);
  cpSync(path.join(sample, 'release.json'), path.join(folder, 'release.json'));
  rmSync(path.join(folder, 'orders'), { recursive: true });
  expect(() => openRehearsal(folder, undefined)).toThrow(/\[pack\.path-missing\]/);
});

it('releases the stack that is named of a CDK app that has several', () => {
  const stack = (name: string) => ({
    type: 'aws:cloudformation:stack',
    properties: { templateFile: `${name}.template.json` },
    displayName: name,
  });
  const own = path.join(folder, 'app');
  mkdirSync(path.join(own, 'cdk.out'), { recursive: true });
  const artifacts = { Data: stack('Data'), Api: stack('Api') };
  writeFileSync(path.join(own, 'cdk.out/manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  for (const name of ['Data', 'Api']) {
    const template = { Resources: { [name]: { Type: 'AWS::SQS::Queue' } } };
    writeFileSync(path.join(own, `cdk.out/${name}.template.json`), JSON.stringify(template));
  }
  const manifest = { service: 'orders', version: '1.0.0', source: { author: 'Ada <ada@example.com>' } };
  writeFileSync(path.join(own, 'release.json'), JSON.stringify({ ...manifest, template: 'template.json' }));
  expect(() => openRehearsal(own, undefined)).toThrow(/name it by --stack \(Data, Api\)/);
  const rehearsal = openRehearsal(own, undefined, { stack: 'Api' });
  expect(rehearsal.pack().template).toBe(path.join(own, 'cdk.out/Api.template.json'));
  rehearsal.close();
});
