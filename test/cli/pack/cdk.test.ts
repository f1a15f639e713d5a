import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check } from '../../../cli/check/check.ts';
import { pack } from '../../../cli/pack/pack.ts';
import { application, opened, problemsOf, refusalOf, saidBy, taken } from './application.ts';
import { synthesizeApp, synthesizeTraced } from './cdk-app.ts';
import { assembly, BUCKET, uploaded } from './cloud-assembly.ts';

const CODE = 'exports.handler = async () => 1;\n';
const ours = { Ref: 'SluiceAssetBucket' };
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const lambda = (code: object): object => ({ Type: 'AWS::Lambda::Function', Properties: { Role: 'arn', Code: code } });

describe('a stack that the CDK synthesized', () => {
  let folder = '';
  beforeAll(() => {
    folder = application({}, { template: 'template.json' });
    synthesizeApp(folder);
  });
  const packed = (stack: string) => pack(folder, { stack });

  it('is packed with its folders, zips and documents, each as its property wants it', () => {
    const artifact = packed('Orders');
    const { template, text, files } = opened(artifact);
    const code = artifact.taken.find(({ place }) => /Receive\w+\.Properties\.Code$/.test(place));
    const id = code?.place.split('.')[1] ?? '';
    expect(taken(artifact, code?.place ?? '').names).toEqual(['index.js']);
    const api = taken(artifact, 'Resources.Rest.Properties.BodyS3Location');
    expect(Buffer.from(files[api.key] ?? []).toString()).toBe('{ "openapi": "3.0.1" }');
    expect(template).toMatchObject({
      Parameters: { SluiceAssetBucket: { Type: 'String' } },
      Resources: {
        [id]: { Properties: { Code: { S3Bucket: ours, S3Key: code?.asset } } },
        Rest: { Properties: { BodyS3Location: { Bucket: ours, Key: api.key } } },
        Job: { Properties: { Command: { ScriptLocation: { 'Fn::Sub': `s3://\${SluiceAssetBucket}/${api.key}` } } } },
      },
      Outputs: {
        Url: {
          Value: {
            'Fn::Join': [
              '',
              ['https://s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/', ours, `/${api.key}`],
            ],
          },
        },
      },
    });
    expect(text).toContain('AWS::CDK::Metadata');
    expect(text).not.toMatch(/cdk-hnb659fds|BootstrapVersion/);
    expect(Object.keys(template)).not.toContain('Rules');
    expect(artifact.notes).toEqual([]);
  });

  it('is packed without the parameters of the legacy synthesizer', () => {
    const artifact = packed('Legacy');
    const { template, text } = opened(artifact);
    const { asset = '' } = artifact.taken.find(({ path }) => path.endsWith('.json')) ?? {};
    expect(text).not.toMatch(/AssetParameters[0-9a-f]{64}(S3|Art)/);
    const [, receive] =
      Object.entries(template.Resources).find(([, one]) => one.Type === 'AWS::Lambda::Function') ?? [];
    expect(receive).toMatchObject({
      Properties: {
        Code: { S3Bucket: ours, S3Key: matching(/^assets\//) },
        Environment: {
          Variables: {
            URL: { 'Fn::Sub': `s3://\${SluiceAssetBucket}/${asset}` },
            BUCKET: ours,
            KEY: asset,
            HASH: matching(/^[0-9a-f]{64}$/),
          },
        },
      },
    });
    expect(artifact.notes).toEqual([expect.stringContaining('(AWS::Lambda::Function) reads an asset when it runs')]);
  });

  it('is chosen by --stack, also in a stage, and all are named where it is not clear', () => {
    expect(packed('Staging/Orders').template).toMatch(/assembly-Staging\/StagingOrders\w+\.template\.json$/);
    expect(packed('Staging-Orders').sha256).toBe(packed('Staging/Orders').sha256);
    const { message } = refusalOf(folder);
    expect(message).toContain(
      `${folder}/cdk.out has 10 stacks, and an artifact holds one: name it by --stack (Staging/Orders, Production/Orders, Orders, Legacy, Data, Importing, Placed, Parent, Image, Wrong).`,
    );
    expect(refusalOf(folder, { stack: 'Order' }).message).toContain(
      'has no stack "Order": name one of Staging/Orders, Production/Orders',
    );
  });

  it('says what it needs of others, where alone it can go, and what "cdk deploy" would say besides', () => {
    expect(packed('Importing').notes).toEqual([
      expect.stringMatching(/^"Importing" depends on Data, imports Data:ExportsOutputRefFiles\w+: each target needs/),
    ]);
    expect(packed('Placed').notes).toEqual([
      '"Placed" is made for 111111111111 and eu-west-1, and its template names 111111111111 as text: release it to that target alone, or make the stack without "env".',
      '"Placed": not in its template, and so not in the artifact: tags of the stack (team); termination protection.',
    ]);
    expect(opened(packed('Placed')).text).not.toContain('cdk-hnb659fds');
  });

  it('is refused with nested stacks, container images and errors of its own', () => {
    expect(refusalOf(folder, { stack: 'Parent' })).toMatchObject({
      problems: [
        {
          code: 'template.nested-stack',
          message: matching(/a Construct in place of NestedStack/),
        },
      ],
    });
    expect(problemsOf(folder, { stack: 'Image' })).toEqual([['pack.image-local', 'Receive/AssetImage']]);
    expect(refusalOf(folder, { stack: 'Wrong' })).toMatchObject({
      problems: [{ code: 'pack.synth-error', message: 'The CDK says of /Wrong/Receive: its role may do everything' }],
    });
  });
});

describe('a place of a stack', () => {
  const own = { template: 'template.json' };

  it('is the line that makes a resource, where the CDK noted it down', () => {
    const folder = synthesizeTraced(application({}, own), true);
    expect(saidBy(pack(folder))('Resources.Net.Type')).toBe('stack.cjs:3:3');
    expect(check(folder, undefined).obstacles.map(({ places }) => places)).toEqual([
      [{ file: 'stack.cjs', line: 3, column: 3, place: 'Resources.Net.Type', construct: 'Orders/Net' }],
    ]);
  });

  it('is that of its template otherwise', () => {
    const folder = synthesizeTraced(application({}, own), false);
    expect(saidBy(pack(folder))('Resources.Net.Type')).toMatch(/^Orders\.template\.json:\d+:\d+$/);
  });
});

describe('a cloud assembly', () => {
  const files = { 'code.zip': { path: 'asset.code', packaging: 'zip' } };
  const template = { Resources: { Receive: lambda(uploaded('code.zip')) } };
  const own = { template: 'template.json' };
  const whole = { ...assembly({ template, files }), 'cdk.out/asset.code/index.js': CODE };

  it('is where cdk.json says, or --app, wherever that lies', () => {
    const { sha256 } = pack(application(whole, own));
    const elsewhere = {
      ...assembly({ template, files, folder: 'build/synth' }),
      'build/synth/asset.code/index.js': CODE,
    };
    expect(pack(application({ ...elsewhere, 'cdk.json': '{ "output": "build/synth" }' }, own)).sha256).toBe(sha256);
    expect(pack(application({ ...elsewhere, 'cdk.json': '{ "app": "build/synth" }' }, own)).sha256).toBe(sha256);
    const outside = join(application(whole, own), 'cdk.out');
    expect(pack(application({}, own), { app: outside }).sha256).toBe(sha256);
  });

  it('is not packed where release.json names a template that is there, which is said', () => {
    const folder = application(
      { ...whole, 'template.json': JSON.stringify({ Resources: { A: { Type: 'AWS::SNS::Topic' } } }) },
      own,
    );
    expect(pack(folder)).toMatchObject({
      template: join(folder, 'template.json'),
      notes: [
        `${folder}/template.json is packed, as release.json names it, and not ${folder}/cdk.out: that is packed by --app ${folder}/cdk.out.`,
      ],
    });
    expect(pack(folder, { stack: 'Orders' }).template).toBe(join(folder, 'cdk.out/Orders.template.json'));
  });

  it.each([
    ['was not synthesized', { 'cdk.json': '{}' }, 'pack.build-missing', 'cdk.out'],
    ['has a cdk.json that is none', { ...whole, 'cdk.json': '{' }, 'pack.build-unreadable', 'cdk.json'],
    ['has no manifest', { 'cdk.out/tree.json': '{}' }, 'pack.build-missing', 'cdk.out'],
    [
      'has a manifest that is none',
      { ...whole, 'cdk.out/manifest.json': '{' },
      'pack.build-unreadable',
      'cdk.out/manifest.json',
    ],
    [
      'has a manifest of another kind',
      { ...whole, 'cdk.out/manifest.json': '{ "artifacts": [] }' },
      'pack.build-unreadable',
      'cdk.out/manifest.json',
    ],
    ['has no stack', { 'cdk.out/manifest.json': '{}' }, 'pack.stack-unclear', 'cdk.out'],
  ])('is refused where it %s', (_, written, code, path) => {
    const folder = application(written, own);
    expect(problemsOf(folder)).toEqual([[code, join(folder, path)]]);
  });

  it.each(['Orders.template.json', 'Orders.assets.json', 'asset.code'])(
    'is refused without %s, by its path',
    (name) => {
      const folder = application(whole, own);
      rmSync(join(folder, 'cdk.out', name), { recursive: true });
      const { message, problems } = refusalOf(folder);
      expect(message).toContain(join(folder, 'cdk.out', name));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toContain('cdk synth');
    },
  );

  it('is refused where a look-up is missing, a file is made by a command, or a key is not in it', () => {
    const missing = [
      { key: 'vpc-provider:account=111111111111:region=eu-west-1', provider: 'vpc-provider', props: {} },
    ];
    const Other = lambda(uploaded('other.zip'));
    const written = assembly({
      template: { Resources: { ...template.Resources, Other } },
      files: { ...files, 'made.zip': { executable: ['node', 'make.js'] } },
      manifest: { missing },
    });
    expect(problemsOf(application({ ...written, 'cdk.out/asset.code/index.js': CODE }, own))).toEqual([
      ['pack.lookup-missing', 'Orders'],
      ['pack.path-computed', 'a1'],
      ['pack.upload-left', 'Resources.Other.Properties.Code'],
    ]);
  });

  it('is packed where something reads an asset itself, however the bucket is written, and that is said', () => {
    const hash = `${'c0de'.repeat(16)}.zip`;
    const join_ = (...parts: unknown[]): object => ({ 'Fn::Join': ['', parts] });
    const account = { Ref: 'AWS::AccountId' };
    const region = { Ref: 'AWS::Region' };
    const Site = {
      Type: 'Custom::CDKBucketDeployment',
      Properties: {
        SourceBucketNames: [join_('cdk-hnb659fds-assets-', account, '-', region)],
        SourceObjectKeys: [hash],
        Script: {
          'Fn::Sub': [
            `aws s3 cp s3://${BUCKET}/${hash} \${Target} --tagging \${!x}`,
            { Target: { 'Fn::GetAtt': ['Policy', 'PolicyArn'] } },
          ],
        },
      },
    };
    const Resource = join_('arn:', { Ref: 'AWS::Partition' }, ':s3:::', { 'Fn::Sub': BUCKET }, '/*');
    const Policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [{ Resource }] } } };
    const artifact = pack(
      application(
        {
          ...assembly({ template: { Resources: { Site, Policy } }, files: { [hash]: files['code.zip'] } }),
          'cdk.out/asset.code/index.js': CODE,
        },
        own,
      ),
    );
    const { key } = taken(artifact, 'Resources.Site.Properties.SourceObjectKeys.0');
    expect(opened(artifact).template.Resources).toMatchObject({
      Site: {
        Properties: {
          SourceBucketNames: [ours],
          SourceObjectKeys: [key],
          Script: join_(
            'aws s3 cp s3://',
            ours,
            `/${key} `,
            { 'Fn::GetAtt': ['Policy', 'PolicyArn'] },
            ' --tagging ${x}',
          ),
        },
      },
      Policy: {
        Properties: {
          PolicyDocument: { Statement: [{ Resource: join_('arn:', { Ref: 'AWS::Partition' }, ':s3:::', ours, '/*') }] },
        },
      },
    });
    expect(artifact.notes).toEqual([
      expect.stringMatching(/^Site \(Custom::CDKBucketDeployment\) reads an asset when it runs/),
    ]);
  });

  it('takes in once what stands inside of a text that is put together', () => {
    const hash = `${'c0de'.repeat(16)}.zip`;
    const chosen = { 'Fn::If': ['Fast', { 'Fn::Sub': `s3://${BUCKET}/${hash}` }, 'none'] };
    const Job = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::Join': [',', ['a', chosen]] } } };
    const written = assembly({
      template: { Conditions: { Fast: { 'Fn::Equals': ['a', 'a'] } }, Resources: { Job } },
      files: { [hash]: files['code.zip'] },
    });
    const artifact = pack(application({ ...written, 'cdk.out/asset.code/index.js': CODE }, own));
    expect(artifact.taken).toHaveLength(1);
    const { asset } = artifact.taken[0] ?? {};
    expect(opened(artifact).template.Resources).toMatchObject({
      Job: {
        Properties: {
          DisplayName: {
            'Fn::Join': [
              '',
              ['a,', { 'Fn::If': ['Fast', { 'Fn::Sub': `s3://\${SluiceAssetBucket}/${asset}` }, 'none'] }],
            ],
          },
        },
      },
    });
  });

  it('of an older CDK is packed, which notes assets down in its manifest', () => {
    const entry = { id: 'c0de', sourceHash: 'c0de', path: 'asset.code', packaging: 'zip' };
    const image = { id: '1a6e', sourceHash: '1a6e', path: 'asset.image', packaging: 'container-image' };
    const names = { s3BucketParameter: 'AssetB', s3KeyParameter: 'AssetK', artifactHashParameter: 'AssetH' };
    const part = (index: number): object => ({ 'Fn::Select': [index, { 'Fn::Split': ['||', { Ref: 'AssetK' }] }] });
    const S3Key = { 'Fn::Join': ['', [part(0), part(1)]] };
    const Parameters = { AssetB: { Type: 'String' }, AssetK: { Type: 'String' }, AssetH: { Type: 'String' } };
    const old = {
      Parameters,
      Resources: { Receive: lambda({ S3Bucket: { Ref: 'AssetB' }, S3Key }) },
    };
    const noted = (...assets: object[]) => ({
      ...assembly({
        template: old,
        stack: { metadata: { '/Orders': assets.map((data) => ({ type: 'aws:cdk:asset', data })) } },
      }),
      'cdk.out/asset.code/index.js': CODE,
    });
    const { template: packed } = opened(pack(application(noted({ ...entry, ...names }), own)));
    expect(packed).toMatchObject({ Resources: { Receive: { Properties: { Code: { S3Bucket: ours } } } } });
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(packed['Parameters']))).toEqual(['SluiceAssetBucket']);
    expect(problemsOf(application(noted({ ...entry, ...names }, image), own))).toEqual([['pack.image-local', '1a6e']]);
  });

  it('says which outputs it reads of stacks that it names, and which parameters it was to be given', () => {
    const Topic = {
      Type: 'AWS::SNS::Topic',
      Properties: { DisplayName: { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Table' } } },
    };
    const properties = {
      templateFile: 'Orders.template.json',
      parameters: { Level: 'INFO' },
      notificationArns: ['arn:aws:sns:eu-west-1:111111111111:x'],
    };
    const written = assembly({ template: { Resources: { Topic } }, stack: { properties } });
    expect(pack(application(written, own)).notes).toEqual([
      '"Orders" reads outputs of stacks that are called Data: each target needs these before this one is released there.',
      '"Orders": not in its template, and so not in the artifact: notification topics; parameters (Level), which go into release.json.',
    ]);
  });

  it('keeps a name that only happens to be the one of a bucket of uploads', () => {
    const Topic = {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: 'orders', DisplayName: 'arn:aws:s3:::orders/*', KmsMasterKeyId: 'code.zip' },
    };
    const written = assembly({ template: { Resources: { ...template.Resources, Topic } }, files });
    const assets = {
      files: { a: { source: files['code.zip'], destinations: { d: { bucketName: 'orders', objectKey: 'code.zip' } } } },
    };
    const code = lambda({ S3Bucket: 'orders', S3Key: 'code.zip' });
    const artifact = pack(
      application(
        {
          ...written,
          'cdk.out/Orders.template.json': JSON.stringify({ Resources: { Receive: code, Topic } }),
          'cdk.out/Orders.assets.json': JSON.stringify(assets),
          'cdk.out/asset.code/index.js': CODE,
        },
        own,
      ),
    );
    expect(opened(artifact).template.Resources).toMatchObject({
      Receive: { Properties: { Code: { S3Bucket: ours } } },
      Topic: {
        Properties: {
          TopicName: 'orders',
          KmsMasterKeyId: 'code.zip',
          DisplayName: { 'Fn::Join': ['', ['arn:aws:s3:::', ours, '/*']] },
        },
      },
    });
  });

  it('is asked for by the folder, not the template alone', () => {
    const alone = application({ 'template.json': JSON.stringify(template) }, own);
    expect(problemsOf(alone)).toEqual([['pack.upload-left', 'Resources.Receive.Properties.Code']]);
  });

  it('is asked for by options that fit', () => {
    const folder = application({ 'template.yaml': 'Resources: { A: { Type: "AWS::SNS::Topic" } }' });
    expect(() => pack(folder, { stack: 'Orders' })).toThrowError(/--stack names a stack of the CDK's/);
    expect(() => pack(folder, { app: join(folder, 'nowhere') })).toThrowError(/There is no folder .*nowhere for --app/);
    expect(() => pack(folder, { app: folder })).toThrowError(/neither what "cdk synth" writes/);
    const both = application({ ...whole, 'serverless.yml': 'service: shop' }, own);
    expect(() => pack(both)).toThrowError(/name one of them by --app/);
    writeFileSync(join(folder, 'x'), '');
    expect(() => pack(folder, { app: join(folder, 'x') })).toThrowError(/There is no folder/);
  });
});
