import { describe, expect, it } from 'vitest';
import { assetBucketParameter } from '../../../core/template/asset-bucket.ts';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import type { Executions } from '../../../core/policy/execution.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };

/** Codes and targets of what keeps a resource out that names an asset. */
function told(Type: string, bucket: unknown, execution: Executions = {}) {
  const Properties = {
    ServiceToken: { Ref: 'Topic' },
    SourceBucketNames: [bucket],
    SourceObjectKeys: ['assets/a.zip'],
  };
  const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Site: { Type, Properties } } };
  const policy = { ...samplePolicy(), execution };
  return judgeByPolicy({ release, artifact, manifest, policy, template })
    .inTargets.filter(({ problem }) => problem.code === 'template.asset-out-of-reach')
    .map(({ problem: { places, who }, targets }) => ({ places, who, targets }));
}

describe('a custom resource that reads files of the artifact', () => {
  const ours = { Ref: assetBucketParameter };
  const staging = 'staging 222222222222/us-east-1';
  const production = 'production 333333333333/us-east-1';

  it('is refused in every target with the boundary that Sluice makes, before anything is done', () => {
    for (const bucket of [ours, { 'Fn::Sub': `\${${assetBucketParameter}}` }])
      expect(told('Custom::CDKBucketDeployment', bucket)).toEqual([
        { places: ['Resources.Site.Properties'], who: 'either', targets: [staging, production] },
      ]);
  });

  it('comes in where the platform team has a boundary of its own, or none', () => {
    const execution = { '222222222222/us-east-1': { boundary: 'none' } } as const;
    expect(told('Custom::CDKBucketDeployment', ours, execution).map(({ targets }) => targets)).toEqual([[production]]);
  });

  it('is no concern where it names another bucket, or is made by CloudFormation', () => {
    expect(told('Custom::CDKBucketDeployment', 'files-of-the-team')).toEqual([]);
    expect(told('AWS::Lambda::LayerVersion', ours)).toEqual([]);
  });
});
