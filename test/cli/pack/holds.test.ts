import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../cli/exit-codes.ts';
import { pack, type PackedArtifact } from '../../../cli/pack/pack.ts';
import { application, opened, type Files } from './application.ts';
import { assembly, BUCKET, uploaded } from './cloud-assembly.ts';
import { serverlessPackage, zipOf } from './serverless-package.ts';
import { runs } from '../../runs.ts';

const SAM = { Transform: 'AWS::Serverless-2016-10-31' };

/** Ways to name code; paths begin with `here-`, so that one that is left is seen. */
const addresses: readonly unknown[] = [
  'here-folder',
  './here-folder',
  'here-code.zip',
  'here-document.json',
  'here-missing',
  '../here-outside',
  's3://builds/here.zip',
  { 'Fn::Sub': 'here-${AWS::Region}' },
  { 'Fn::Sub': `s3://${BUCKET}/here-known.zip` },
  { 'Fn::Sub': `s3://${BUCKET}/here-unknown.zip` },
  { 'Fn::If': ['Fast', 'here-folder', 'here-missing'] },
  { 'Fn::If': ['Fast', 'here-folder', 's3://builds/b.zip'] },
  { Ref: 'Path' },
  { Ref: 'Files' },
  { ZipFile: 'text' },
  undefined,
];

const buckets: readonly unknown[] = [
  'builds',
  { 'Fn::Sub': BUCKET },
  { 'Fn::Join': ['', ['cdk-hnb659fds-assets-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]] },
  'cdk-hnb659fds-assets-111111111111-eu-west-1',
  { Ref: 'Files' },
  { Ref: 'SluiceAssetBucket' },
];
const keys: readonly unknown[] = ['here-known.zip', 'here-document.txt', 'here-unknown.zip', 'here-deleted.zip'];

const places: readonly (readonly [type: string, property: string, members: readonly [string, string]])[] = [
  ['AWS::Lambda::Function', 'Code', ['S3Bucket', 'S3Key']],
  ['AWS::Lambda::LayerVersion', 'Content', ['S3Bucket', 'S3Key']],
  ['AWS::Serverless::Function', 'CodeUri', ['Bucket', 'Key']],
  ['AWS::Serverless::LayerVersion', 'ContentUri', ['Bucket', 'Key']],
  ['AWS::Serverless::StateMachine', 'DefinitionUri', ['Bucket', 'Key']],
  ['AWS::StepFunctions::StateMachine', 'DefinitionS3Location', ['Bucket', 'Key']],
  ['AWS::ApiGateway::RestApi', 'BodyS3Location', ['Bucket', 'Key']],
  ['AWS::AppSync::Resolver', 'CodeS3Location', ['Bucket', 'Key']],
  ['AWS::Serverless::GraphQLApi', 'SchemaUri', ['Bucket', 'Key']],
];

const resource = fc
  .record({
    place: fc.constantFrom(...places),
    address: fc.constantFrom(...addresses),
    pair: fc.option(fc.record({ bucket: fc.constantFrom(...buckets), key: fc.constantFrom(...keys) })),
  })
  .map(({ place: [Type, property, [bucket, key]], address, pair }) => ({
    Type,
    Properties: { [property]: pair === null ? address : { [bucket]: pair.bucket, [key]: pair.key } },
  }));

const local: Files = {
  'here-folder/index.js': 'exports.handler = async () => 1;\n',
  'here-code.zip': zipOf('zip'),
  'here-document.json': '{}',
};

const uploads = {
  'here-known.zip': { path: 'asset.known', packaging: 'zip' },
  'here-document.txt': { path: 'asset.txt', packaging: 'file' },
  'here-deleted.zip': { path: 'asset.deleted', packaging: 'zip' },
};

/** Packs it, or says that it is refused with a reason. */
function packedOrRefused(folder: string): PackedArtifact | undefined {
  try {
    return pack(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toMatch(/\n- .* \[(pack|template|artifact)\.[a-z-]+\]/);
    return undefined;
  }
}

describe('no artifact names code that it does not hold', () => {
  it.each(['plain', 'CDK'])('%s: whatever a template names, and however', (kind) => {
    const outcomes = { packed: 0, refused: 0 };
    const property = fc.property(fc.array(resource, { minLength: 1, maxLength: 2 }), (resources) => {
      const Resources = Object.fromEntries(resources.map((one, index) => [`R${index}`, one]));
      const template = {
        ...SAM,
        Parameters: { Path: { Type: 'String', Default: 'here-folder' } },
        Conditions: { Fast: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { ...Resources, Files: { Type: 'AWS::S3::Bucket' } },
      };
      const folder =
        kind === 'plain'
          ? application({ ...local, 'template.yaml': JSON.stringify(template) })
          : application(
              {
                ...assembly({ template, files: uploads }),
                'cdk.out/asset.known/index.js': 'known',
                'cdk.out/asset.txt': 'text',
                ...Object.fromEntries(Object.entries(local).map(([name, one]) => [`cdk.out/${name}`, one])),
              },
              { template: 'template.json' },
            );
      const artifact = packedOrRefused(folder);
      outcomes[artifact === undefined ? 'refused' : 'packed']++;
      if (artifact === undefined) return;
      const { template: packed } = opened(artifact);
      const own = JSON.stringify(packed.Resources).replaceAll('s3://builds/here.zip', '');
      // A key of another bucket is no path.
      expect(own.replace(/"(S3)?Bucket":"builds","(S3)?Key":"here-[a-z.]+"/g, '')).not.toContain('here-');
    });
    fc.assert(property, runs(50));
    expect(Math.min(outcomes.packed, outcomes.refused)).toBeGreaterThan(0);
  });
});

describe('the same application gives the same bytes', () => {
  it('in another time zone, by another umask, and whatever the order in which files are listed', () => {
    const template = {
      Resources: { Receive: { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn', Code: uploaded('a.zip') } } },
    };
    const code: Files = { 'b.js': '1', 'a/c.js': '2', 'a/b.js': '3', 'Z.js': '4' };
    const below = (folder: string): Files =>
      Object.fromEntries(Object.entries(code).map(([name, text]) => [`${folder}/${name}`, text]));
    const function_ = { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 'src' } };
    const folders = [
      application({ 'template.yaml': JSON.stringify({ ...SAM, Resources: { Receive: function_ } }), ...below('src') }),
      application(
        {
          ...assembly({ template, files: { 'a.zip': { path: 'asset', packaging: 'zip' } } }),
          ...below('cdk.out/asset'),
        },
        { template: 'template.json' },
      ),
      application(serverlessPackage(), { template: 'template.json' }),
    ];
    const here = folders.map((folder) => pack(folder).sha256);
    const before = process.umask(0o077);
    const copies = folders.map((folder) => join(folder, '..', 'copy'));
    folders.forEach((folder, index) => {
      cpSync(folder, copies[index] ?? '', { recursive: true });
    });
    process.umask(before);
    const program = `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const list = fs.readdirSync;
      fs.readdirSync = (...given) => list(...given).reverse();
      syncBuiltinESMExports();
      const { pack } = await import('./cli/pack/pack.ts');
      console.log(JSON.stringify(process.argv.slice(1).map((folder) => pack(folder).sha256)));`;
    const run = spawnSync(
      'sh',
      ['-c', 'umask 077 && exec node --no-warnings --import tsx --input-type=module -e "$0" "$@"', program, ...copies],
      { env: { ...process.env, TZ: 'Asia/Kathmandu' }, encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(here);
  });
});
