import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pack } from '../../../cli/pack/pack.ts';
import { application, opened, problemsOf, refusalOf, taken } from './application.ts';
import { lambdaOf, serverlessPackage, zipOf } from './serverless-package.ts';

const own = { template: 'template.json' };
const ours = { Ref: 'SluiceAssetBucket' };

describe('a package of the Serverless Framework', () => {
  it('is packed with zips as they are, and without the bucket to which Serverless uploads', () => {
    const folder = application(serverlessPackage(), own);
    const artifact = pack(folder);
    const { template, text, files } = opened(artifact);
    expect(artifact.template).toBe(join(folder, '.serverless/cloudformation-template-update-stack.json'));
    const shop = taken(artifact, 'Resources.HelloLambdaFunction.Properties.Code').key;
    expect(Buffer.from(files[shop] ?? [])).toEqual(Buffer.from(zipOf('shop')));
    expect(template).toMatchObject({
      Resources: {
        HelloLambdaFunction: { Properties: { Code: { S3Bucket: ours, S3Key: shop } }, DependsOn: ['HelloLogGroup'] },
        HelloLogGroup: { Type: 'AWS::Logs::LogGroup' },
        ToolsLambdaLayer: { Properties: { Content: { S3Bucket: ours } } },
      },
      Outputs: { HelloLambdaFunctionQualifiedArn: { Value: { Ref: 'HelloLambdaVersionkK7' } } },
    });
    expect(text).not.toMatch(/ServerlessDeployment|1795728612120/);
    expect(template.Resources['HelloLogGroup']).not.toHaveProperty('DependsOn');
    expect(artifact.notes).toEqual([]);
  });

  it('is the same whether its bucket is its own or one for all services, and wherever it was written', () => {
    const { sha256 } = pack(application(serverlessPackage(), own));
    const deployments = 'serverless-framework-deployments-eu-west-1-c0ffee';
    expect(opened(pack(application(serverlessPackage({ deployments }), own))).text).not.toContain(deployments);
    const elsewhere = application(serverlessPackage({ folder: 'build' }), own);
    expect(pack(elsewhere, { app: join(elsewhere, 'build') }).sha256).toBe(sha256);
  });

  it('takes zips that others made from where serverless.yml says, and custom resources', () => {
    const resources = { Jar: lambdaOf('shop.jar'), Custom: lambdaOf('custom-resources.zip') };
    const state = { functions: { jar: { package: { artifact: 'target/shop.jar' } } } };
    const files = { 'target/shop.jar': zipOf('jar'), '.serverless/custom-resources.zip': zipOf('custom') };
    const folder = application({ ...serverlessPackage({ resources, state }), ...files }, own);
    expect(pack(folder).taken).toMatchObject([
      {},
      {},
      {},
      { place: 'Resources.Jar.Properties.Code', path: join(folder, 'target/shop.jar') },
      { place: 'Resources.Custom.Properties.Code', path: join(folder, '.serverless/custom-resources.zip') },
    ]);
  });

  it('takes a zip from where it was made where --package did not move it', () => {
    const folder = application({}, own);
    const state = { layers: { tools: { package: { artifact: join(folder, '.serverless/tools.zip') } } } };
    for (const [name, content] of Object.entries(serverlessPackage({ folder: 'build', state }))) {
      const path = join(folder, name === 'build/tools.zip' ? '.serverless/tools.zip' : name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    expect(pack(folder, { app: join(folder, 'build') }).taken.map(({ path }) => path)).toEqual([
      join(folder, 'build/shop.zip'),
      join(folder, 'build/worker.zip'),
      join(folder, '.serverless/tools.zip'),
    ]);
  });

  it('says what "serverless deploy" would say besides', () => {
    const provider = {
      stackTags: { team: 'orders' },
      stackParameters: [{ ParameterKey: 'Level', ParameterValue: 'INFO' }],
      stackPolicy: [],
      notificationArns: ['arn:aws:sns:eu-west-1:111111111111:deployments'],
    };
    expect(pack(application(serverlessPackage({ provider }), own)).notes).toEqual([
      'Not in the template, and so not in the artifact: stackTags (team); stackParameters (Level), which go into release.json; stackPolicy; notificationArns.',
    ]);
  });

  it('is refused without a zip, by its path, and with one of another build', () => {
    const folder = application(serverlessPackage(), own);
    writeFileSync(join(folder, '.serverless/shop.zip'), zipOf('newer'));
    rmSync(join(folder, '.serverless/worker.zip'));
    const { message } = refusalOf(folder);
    expect(problemsOf(folder)).toEqual([
      ['pack.path-missing', 'Resources.WorkerLambdaFunction.Properties.Code'],
      ['pack.build-differs', 'Resources.HelloLambdaVersionkK7.Properties.CodeSha256'],
    ]);
    expect(message).toContain(`needs ${folder}/.serverless/worker.zip, which is missing`);
    expect(message).toContain('serverless package');
  });

  it('is refused where more than its code needs the bucket, and with nested stacks', () => {
    const bucket = 'ServerlessDeploymentBucket';
    const topic = (DisplayName: object): object => ({ Type: 'AWS::SNS::Topic', Properties: { DisplayName } });
    const resources = {
      One: topic({ Ref: bucket }),
      Two: topic({ 'Fn::GetAtt': [bucket, 'Arn'] }),
      Three: topic({ 'Fn::GetAtt': `${bucket}.Arn` }),
      Four: topic({ 'Fn::Sub': `\${${bucket}}/x` }),
      Five: topic({ 'Fn::Sub': [`\${${bucket}.Arn}\${x}`, { x: 'y' }] }),
      Api: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3.amazonaws.com/x/y.json' } },
    };
    expect(problemsOf(application(serverlessPackage({ resources }), own))).toEqual([
      ...['One', 'Two', 'Three', 'Four', 'Five'].map((id) => [
        'pack.upload-left',
        `Resources.${id}.Properties.DisplayName`,
      ]),
      // The bucket is taken out.
      ['template.reference-unknown', '.serverless/cloudformation-template-update-stack.json'],
      ['template.nested-stack', '.serverless/cloudformation-template-update-stack.json'],
    ]);
  });

  it.each([
    ['was not packaged', { 'serverless.ts': '' }, 'pack.build-missing', '.serverless'],
    ['has no state', { '.serverless/x.zip': '' }, 'pack.build-missing', '.serverless'],
    [
      'has a state that is none',
      { ...serverlessPackage(), '.serverless/serverless-state.json': '{ "service": {} }' },
      'pack.build-unreadable',
      '.serverless/serverless-state.json',
    ],
    [
      'has a template that is none',
      { ...serverlessPackage(), '.serverless/cloudformation-template-update-stack.json': '{' },
      'template.unreadable',
      undefined,
    ],
  ])('is refused where it %s', (_, files, code, path) => {
    const folder = application(files, own);
    expect(problemsOf(folder)).toEqual([
      [code, path === undefined ? 'cloudformation-template-update-stack.json' : join(folder, path)],
    ]);
  });

  it('is refused without its template, and the template without it', () => {
    const folder = application(serverlessPackage(), own);
    const template = join(folder, '.serverless/cloudformation-template-update-stack.json');
    const alone = application(
      { 'template.json': String(serverlessPackage()['.serverless/cloudformation-template-update-stack.json']) },
      own,
    );
    expect(problemsOf(alone)[0]).toEqual(['pack.upload-left', 'Resources.HelloLambdaFunction.Properties.Code']);
    rmSync(template);
    expect(problemsOf(folder)).toEqual([['pack.build-unreadable', template]]);
  });
});
