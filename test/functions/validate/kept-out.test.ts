import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../../cli/check/check.ts';
import { ArtifactRejected } from '../../../core/contract/errors.ts';
import { liveKey } from '../../../core/ledger/keys.ts';
import { menderOf, recordedProblems } from '../../../core/values/problems.ts';
import { readPolicyFile } from '../../../engine/handler/policy-file.ts';
import { readEvents, readHead } from '../../../engine/ledger/read.ts';
import { keptOut } from '../../applications/obstacles.ts';
import { artifact, manifest } from '../../artifacts/builders.ts';
import { type IntakeHarness, startIntakeHarness } from './intake-harness.ts';

let engine: IntakeHarness;
beforeAll(async () => {
  engine = await startIntakeHarness();
});
afterAll(() => engine.close());

const VERSION = '9.0.0';
const EITHER = 'the team, or the platform team';

/** All that has no way in, with more that is wrong in one of the targets alone. */
const bytes = artifact(VERSION, {
  manifest: manifest(VERSION, {
    ...{ alarms: undefined, checks: undefined, requires: undefined, rollout: { moon: 'AllAtOnce' } },
    parameters: { staging: { Prefix: 'sluice-orders-staging' }, production: { Prefix: 'shared' } },
  }),
  template: {
    Parameters: { Prefix: { Type: 'String' } },
    Conditions: { Shared: { 'Fn::Equals': [{ Ref: 'Prefix' }, 'shared'] } },
    Resources: {
      ...keptOut,
      Layer: {
        Type: 'AWS::Lambda::LayerVersion',
        Properties: { LayerName: { 'Fn::Sub': '${Prefix}-words' }, Content: { S3Bucket: 'words', S3Key: 'words.zip' } },
      },
      Later: { Type: 'AWS::SQS::Queue', Condition: 'Shared', Properties: { DelaySeconds: 'long' } },
      Site: {
        Type: 'Custom::CDKBucketDeployment',
        Properties: {
          ServiceToken: 'arn:aws:lambda:us-east-1:222222222222:function:shared',
          SourceBucketNames: [{ Ref: 'SluiceAssetBucket' }],
        },
      },
    },
  },
});

const expected = [
  ...['Account', 'Cluster', 'Domain', 'Network', 'Record', 'Subnet', 'Zone'].map((id) => [
    ...['template.kind-not-granted', `Resources.${id}.Type`, EITHER],
  ]),
  ['plan.environment-unknown', 'rollout.moon', 'the team'],
  ['template.asset-out-of-reach', 'Resources.Site.Properties', EITHER],
  ['template.name-not-granted', 'Resources.Layer.Properties.LayerName', EITHER],
  ['template.name-not-granted', 'Resources.Queue.Properties.QueueName', EITHER],
  ['template.name-not-granted', 'Resources.Site.Properties.ServiceToken', EITHER],
  ['template.nested-stack', 'Resources.Child.Type', 'the team'],
  ['template.property-value', 'Resources.Later.Properties.DelaySeconds', 'the team'],
];

describe('a release of what really cannot come in', () => {
  it('ends Rejected with all obstacles of all targets at once, each with its place and who can mend it', async () => {
    const { release } = await engine.drop(`orders/${VERSION}.zip`, bytes);
    await expect(engine.validate(release)).rejects.toBeInstanceOf(ArtifactRejected);
    await engine.end(release);
    expect((await readHead(engine.ledger, release)).status).toBe('Rejected');
    const events = await readEvents(engine.ledger, release);
    expect(events.map(({ type }) => type)).toEqual(['received', 'rejected', 'ended']);
    const problems = recordedProblems(events[1]?.evidence);
    const told = problems.map((one) => [one.code, one.places?.join() ?? one.path, menderOf(one)]);
    expect(told.sort()).toEqual([...expected].sort());
    // Said once of both targets, and of one where it is wrong in one.
    const named = problems.filter(({ code }) => code === 'template.name-not-granted').map(({ message }) => message);
    expect(named.map((one) => / in (staging and production|production|staging),/.exec(one)?.[1]).sort()).toEqual([
      'production',
      'staging and production',
      'staging and production',
    ]);
  });

  it('is told beforehand, the same', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'kept-out-')), `orders-${VERSION}.zip`);
    writeFileSync(file, bytes);
    const { obstacles } = check(file, readPolicyFile('policy.json'));
    const told = obstacles.map(({ code, places, who }) => [code, places.map(({ place }) => place).join(), who]);
    expect(told.sort()).toEqual([...expected].sort());
  });
});

describe('a parameter without default and value', () => {
  const template = { Parameters: { Stage: { Type: 'String' } }, Resources: { Jobs: { Type: 'AWS::SQS::Queue' } } };
  const bare = { alarms: undefined, checks: undefined, requires: undefined, rollout: undefined };
  const built = (version: string, parameters?: object) =>
    artifact(version, { manifest: manifest(version, { ...bare, parameters }), template });

  it('keeps a release out before it touches any target, with all environments at once, and no later one', async () => {
    const first = await engine.drop('orders/9.1.0.zip', built('9.1.0', { staging: { Stage: 's' } }));
    await expect(engine.validate(first.release)).rejects.toThrow(
      'The parameter Stage of the template has no default, and the manifest gives it no value for production',
    );
    await engine.end(first.release);
    for (const [environment, account] of [
      ['staging', '222222222222'],
      ['production', '333333333333'],
    ] as const) {
      const where = { environment, account, region: 'us-east-1' };
      const vacant = { service: 'orders', ...where, vacant: true, since: '2026-11-20T09:00:00.000Z' };
      await engine.ledger.write([{ write: 'put', item: { ...liveKey('orders', where), ...vacant } }]);
    }
    const second = await engine.drop('orders/9.2.0.zip', built('9.2.0'));
    await expect(engine.validate(second.release)).resolves.toHaveProperty('environments');
    await engine.end(second.release).catch(() => undefined);
  });
});
