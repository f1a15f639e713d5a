import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../../cli/check/check.ts';
import { ArtifactRejected } from '../../../core/contract/errors.ts';
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
    Resources: {
      ...keptOut,
      Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: { 'Fn::Sub': '${Prefix}-words' } } },
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
