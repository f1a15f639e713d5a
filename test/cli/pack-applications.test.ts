import { chmodSync, copyFileSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { readFileSync, truncateSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openArchive } from '../../adapters/s3/archive.ts';
import { pack } from '../../cli/pack/pack.ts';
import { packCodes } from '../../cli/pack/problems.ts';
import { assetKey } from '../../core/template/asset-bucket.ts';
import { application, opened, problemsOf, taken } from './pack/application.ts';

const SAM = 'Transform: AWS::Serverless-2016-10-31\n';
const CODE = 'exports.handler = async () => 1;\n';

/** What CloudFormation asks for besides. */
const required: Readonly<Record<string, string>> = {
  'AWS::AppSync::FunctionConfiguration': 'ApiId: a, DataSourceName: b, Name: c,',
  'AWS::AppSync::GraphQLSchema': 'ApiId: a,',
  'AWS::AppSync::Resolver': 'ApiId: a, FieldName: b, TypeName: c,',
  'AWS::Lambda::Function': 'Role: arn,',
  'AWS::StepFunctions::StateMachine': 'RoleArn: arn,',
};
const resource = (type: string, properties: string): string =>
  `Resources: { It: { Type: '${type}', Properties: ${properties.replace('{', `{ ${required[type] ?? ''} `)} } }\n`;
const AT = 'Resources.It.Properties';
const bucket = { Ref: 'SluiceAssetBucket' };

describe('pack takes in', () => {
  it('the code of a SAM template, once for all that name it', () => {
    const folder = application({
      'template.yaml': readFileSync('test/cli/sam-application.yaml'),
      'src/index.js': CODE,
      'src/worker.js': CODE,
      'src/.env': 'A=1',
      'src/node_modules/left/index.js': CODE,
      'layer/nodejs/lib.js': CODE,
      'workflow.asl.json': '{ "StartAt": "A" }',
    });
    const artifact = pack(folder);
    const { template, files } = opened(artifact);
    const source = taken(artifact, 'Resources.Hello.Properties.CodeUri');
    expect(source.names).toEqual(['.env', 'index.js', 'node_modules/left/index.js', 'worker.js']);
    expect(taken(artifact, 'Resources.Libraries.Properties.ContentUri').names).toEqual(['nodejs/lib.js']);
    const workflow = taken(artifact, 'Resources.Workflow.Properties.DefinitionUri');
    expect(Buffer.from(files[workflow.key] ?? []).toString()).toBe('{ "StartAt": "A" }');
    expect(Object.keys(files).filter((name) => name.startsWith('assets/'))).toHaveLength(3);
    expect(template).toMatchObject({
      Transform: 'AWS::Serverless-2016-10-31',
      Parameters: { SluiceAssetBucket: { Type: 'String' } },
      Resources: {
        Hello: { Properties: { CodeUri: { Bucket: bucket, Key: source.key } } },
        Worker: {
          Properties: {
            CodeUri: { Bucket: bucket, Key: source.key },
            Environment: { Variables: { TABLE: { Ref: 'Table' } } },
            Events: { Jobs: { Properties: { Queue: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } },
          },
        },
        Workflow: { Properties: { DefinitionUri: { Bucket: bucket, Key: workflow.key } } },
      },
    });
  });

  it.each([
    ['AWS::ApiGateway::RestApi', 'BodyS3Location', 'object'],
    ['AWS::AppSync::FunctionConfiguration', 'CodeS3Location', 'uri'],
    ['AWS::AppSync::FunctionConfiguration', 'RequestMappingTemplateS3Location', 'uri'],
    ['AWS::AppSync::FunctionConfiguration', 'ResponseMappingTemplateS3Location', 'uri'],
    ['AWS::AppSync::GraphQLSchema', 'DefinitionS3Location', 'uri'],
    ['AWS::AppSync::Resolver', 'CodeS3Location', 'uri'],
    ['AWS::AppSync::Resolver', 'RequestMappingTemplateS3Location', 'uri'],
    ['AWS::AppSync::Resolver', 'ResponseMappingTemplateS3Location', 'uri'],
    ['AWS::CodeCommit::Repository', 'Code.S3', 'zipped object'],
    ['AWS::ElasticBeanstalk::ApplicationVersion', 'SourceBundle', 'lambda'],
    ['AWS::Glue::Job', 'Command.ScriptLocation', 'uri'],
    ['AWS::Lambda::Function', 'Code', 'zipped lambda'],
    ['AWS::Lambda::LayerVersion', 'Content', 'zipped lambda'],
    ['AWS::Serverless::Api', 'DefinitionUri', 'object'],
    ['AWS::Serverless::Function', 'CodeUri', 'zipped object'],
    ['AWS::Serverless::HttpApi', 'DefinitionUri', 'object'],
    ['AWS::Serverless::LayerVersion', 'ContentUri', 'zipped object'],
    ['AWS::Serverless::StateMachine', 'DefinitionUri', 'object'],
    ['AWS::StepFunctions::StateMachine', 'DefinitionS3Location', 'object'],
  ])('a file that %s names in %s, as the property wants it', (type, property, kind) => {
    const path = property.split('.');
    const nested = path.reduceRight((inner, name) => `{ ${name}: ${inner} }`, './document.txt');
    const artifact = pack(application({ 'template.yaml': resource(type, nested), 'document.txt': 'content' }));
    const { key, content } = taken(artifact, `${AT}.${property}`);
    const zipped = kind.startsWith('zipped');
    expect(Buffer.from(zipped ? (unzipSync(content)['document.txt'] ?? []) : content).toString()).toBe('content');
    const forms = {
      uri: { 'Fn::Sub': `s3://\${SluiceAssetBucket}/${key}` },
      object: { Bucket: bucket, Key: key },
      lambda: { S3Bucket: bucket, S3Key: key },
    };
    const expected = Object.entries(forms).find(([name]) => kind.endsWith(name))?.[1];
    const Properties = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), expected);
    expect(opened(artifact).template.Resources).toMatchObject({ It: { Properties } });
  });

  it('the folder itself where SAM code has no place, but not what an earlier pack, git or SAM left there', () => {
    const template = `${SAM}${resource('AWS::Serverless::Function', '{ Handler: index.handler }')}`;
    const folder = application({ 'template.yaml': template, 'index.js': CODE });
    const first = pack(folder);
    for (const name of ['.git', '.aws-sam/cache']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, '.git/HEAD'), 'ref');
    writeFileSync(join(folder, '.aws-sam/cache/x'), 'x');
    writeFileSync(join(folder, 'shop-1.0.0.zip'), first.bytes);
    expect(taken(pack(folder), `${AT}.CodeUri`).names).toEqual(['index.js', 'template.yaml']);
    expect(pack(folder).sha256).toBe(first.sha256);
  });

  it('the same code for each version: no manifest, no schema of it, and no artifact by any name; and it says so', () => {
    const template = `${SAM}${resource('AWS::Serverless::Function', '{ Handler: index.handler }')}`;
    const folder = application({ 'template.yaml': template, 'index.js': CODE });
    const first = pack(folder);
    writeFileSync(join(folder, 'shop-1.0.0.zip'), first.bytes);
    writeFileSync(join(folder, 'kept'), first.bytes);
    copyFileSync('release.schema.json', join(folder, 'release.schema.json'));
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/release.json'), '{ "notes": "of something else" }');
    writeFileSync(
      join(folder, 'lib/data.zip'),
      zipSync({ 'release.json': strToU8('{}'), 'template.json': strToU8('{}') }),
    );
    writeFileSync(
      join(folder, 'release.json'),
      readFileSync(join(folder, 'release.json'), 'utf8').replace('1.0.0', '1.1.0'),
    );
    const second = pack(folder);
    expect(taken(second, `${AT}.CodeUri`).names).toEqual([
      'index.js',
      'lib/data.zip',
      'lib/release.json',
      'template.yaml',
    ]);
    expect(first.notes).toEqual(["Left out of the code, as files of Sluice's own: release.json."]);
    expect(second.notes).toEqual([
      "Left out of the code, as files of Sluice's own: kept, release.json, release.schema.json and shop-1.0.0.zip.",
    ]);
  });

  it('a zip that others made as it is, and says which of Sluice own files it holds', () => {
    const template = `${SAM}${resource('AWS::Serverless::Function', '{ Handler: index.handler, CodeUri: code.zip }')}`;
    const folder = application({ 'template.yaml': template });
    const manifest = readFileSync(join(folder, 'release.json'));
    const artifact = zipSync({ 'release.json': manifest });
    writeFileSync(
      join(folder, 'code.zip'),
      zipSync({ 'index.js': strToU8(CODE), 'release.json': manifest, 'old.zip': artifact, 'other.zip': strToU8('x') }),
    );
    expect(pack(folder).notes).toEqual([
      "code.zip holds files of Sluice's own, so that each version has other code: old.zip and release.json. Have the build leave them out (of serverless.yml: package.patterns).",
    ]);
  });

  it.each([
    ['text', '{ InlineCode: "exports.handler = 1" }'],
    [
      'an image in a registry',
      '{ PackageType: Image, ImageUri: "111122223333.dkr.ecr.us-east-1.amazonaws.com/a@sha256:1" }',
    ],
    ['an object in S3', '{ CodeUri: "s3://builds/a.zip" }'],
    ['a bucket and a key', '{ CodeUri: { Bucket: builds, Key: a.zip } }'],
  ])('nothing for code that is %s', (_, properties) => {
    const artifact = pack(application({ 'template.yaml': SAM + resource('AWS::Serverless::Function', properties) }));
    expect(artifact.taken).toEqual([]);
    expect(opened(artifact).text).not.toContain('SluiceAssetBucket');
  });

  it('the address of an object for resources that take no text', () => {
    const template = resource('AWS::Lambda::Function', '{ Code: "s3://builds/a/b.zip?versionId=7" }');
    expect(opened(pack(application({ 'template.yaml': template }))).template.Resources).toMatchObject({
      It: { Properties: { Code: { S3Bucket: 'builds', S3Key: 'a/b.zip', S3ObjectVersion: '7' } } },
    });
  });

  it('code that Globals name for all functions, and both sides of a choice', () => {
    const template = `${SAM}Conditions: { Fast: !Equals [a, b] }
Globals: { Function: { CodeUri: src } }
Resources:
  One: { Type: 'AWS::Serverless::Function', Properties: { Handler: a.b } }
  Two: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: !If [Fast, src, other] } }
`;
    const artifact = pack(application({ 'template.yaml': template, 'src/a.js': CODE, 'other/b.js': CODE }));
    expect(artifact.taken.map(({ place }) => place)).toEqual([
      'Globals.Function.CodeUri',
      'Resources.Two.Properties.Code.Fn::If.1',
      'Resources.Two.Properties.Code.Fn::If.2',
    ]);
    const [src, , other] = artifact.taken.map(({ asset: Key }) => Key);
    expect(opened(artifact).template).toMatchObject({
      Globals: { Function: { CodeUri: { Bucket: bucket, Key: src } } },
      Resources: {
        Two: {
          Properties: {
            Code: { 'Fn::If': ['Fast', { S3Bucket: bucket, S3Key: src }, { S3Bucket: bucket, S3Key: other }] },
          },
        },
      },
    });
  });

  it('zips and jars as they are', () => {
    const jar = zipSync({ 'A.class': Buffer.from('class') }, { level: 0 });
    const template = SAM + resource('AWS::Serverless::Function', '{ CodeUri: target/a.jar }');
    const { content } = taken(pack(application({ 'template.yaml': template, 'target/a.jar': jar })), `${AT}.CodeUri`);
    expect(Buffer.compare(content, jar)).toBe(0);
  });

  it('the content of a file that AWS::Include names', () => {
    const template = `${SAM}Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: api.yaml } } }
  Kept:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: s3://builds/api.yaml } } }
`;
    const api =
      'openapi: 3.0.1\npaths: { /a: { get: { x: !GetAtt Hello.Arn, responses: { 200: { description: ok } } } } }\n';
    expect(opened(pack(application({ 'template.yaml': template, 'api.yaml': api }))).template.Resources).toMatchObject({
      Api: {
        Properties: {
          DefinitionBody: {
            openapi: '3.0.1',
            paths: {
              '/a': { get: { x: { 'Fn::GetAtt': ['Hello', 'Arn'] }, responses: { 200: { description: 'ok' } } } },
            },
          },
        },
      },
      Kept: {
        Properties: { DefinitionBody: { 'Fn::Transform': { Parameters: { Location: 's3://builds/api.yaml' } } } },
      },
    });
  });
});

describe('pack after sam build', () => {
  const written = `${SAM}Resources:
  Hello: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: ../shared, Handler: a.b } }
  Flow: { Type: 'AWS::Serverless::StateMachine', Properties: { DefinitionUri: flow.json } }
`;
  const built = written.replace('../shared', 'Hello').replace('flow.json', '../../flow.json');
  const files = {
    'template.yaml': written,
    'flow.json': '{}',
    '.aws-sam/build/template.yaml': built,
    '.aws-sam/build/Hello/a.js': CODE,
  };

  it('takes what was built, by the paths of the built template', () => {
    const folder = application(files);
    const artifact = pack(folder);
    expect(artifact.template).toBe(join(folder, '.aws-sam/build/template.yaml'));
    expect(taken(artifact, 'Resources.Hello.Properties.CodeUri').names).toEqual(['a.js']);
    expect(artifact.taken.map(({ path }) => path)).toEqual([
      join(folder, '.aws-sam/build/Hello'),
      join(folder, 'flow.json'),
    ]);
  });

  it('refuses a build of another template', () => {
    const more = `${written}  More: { Type: 'AWS::SNS::Topic' }\n`;
    expect(problemsOf(application({ ...files, 'template.yaml': more }))).toEqual([
      ['pack.build-differs', '.aws-sam/build/template.yaml'],
    ]);
  });
});

describe('pack refuses', () => {
  it('everything at once that it cannot take in', () => {
    const template = `${SAM}Parameters: { Path: { Type: String, Default: ./src } }
Resources:
  Gone: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: gone } }
  Outside: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: ../shared } }
  Absolute: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: /etc } }
  Web: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: 'https://example.com/a.zip' } }
  Empty: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: ./empty } }
  Computed: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: !Sub './\${AWS::Region}' } }
  Chosen: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: !Ref Path } }
  Resource: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: !Ref Image } }
  Image: { Type: 'AWS::Serverless::Function', Properties: { PackageType: Image } }
  Tagged: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: { ImageUri: 'shop:latest' } } }
  Graph: { Type: 'AWS::Serverless::GraphQLApi', Properties: { SchemaUri: schema.graphql } }
  Nested: { Type: 'AWS::Serverless::Application', Properties: { Location: child.yaml } }
  Api: { Type: 'AWS::Serverless::Api', Properties: { DefinitionBody: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: no.yaml } } } } }
`;
    const folder = application({ 'template.yaml': template, 'src/a.js': CODE });
    for (const name of ['empty', '../shared']) mkdirSync(join(folder, name));
    expect(problemsOf(folder)).toEqual([
      ['pack.path-missing', 'Resources.Api.Properties.DefinitionBody'],
      ['pack.path-missing', 'Resources.Gone.Properties.CodeUri'],
      ['pack.path-outside', 'Resources.Outside.Properties.Code'],
      ['pack.path-outside', 'Resources.Absolute.Properties.Content'],
      ['pack.path-missing', 'Resources.Web.Properties.Code'],
      ['pack.folder-empty', 'Resources.Empty.Properties.Code'],
      ['pack.path-computed', 'Resources.Computed.Properties.CodeUri'],
      ['pack.path-computed', 'Resources.Chosen.Properties.CodeUri'],
      ['pack.path-computed', 'Resources.Resource.Properties.CodeUri'],
      ['pack.image-local', 'Resources.Image'],
      ['pack.image-local', 'Resources.Tagged'],
      ['pack.path-left', 'Resources.Graph.Properties.SchemaUri'],
      ['template.nested-stack', 'template.yaml'],
    ]);
  });

  it.each([
    ['a parameter that is in S3 everywhere', 's3://builds/a.zip', 's3://builds/b.zip', []],
    ['one that is a path in one environment', 's3://builds/a.zip', './src', [['pack.path-computed', `${AT}.CodeUri`]]],
  ])('no code by %s', (_, Default, Path, expected) => {
    const template = `${SAM}Parameters: { Path: { Type: String, Default: '${Default}' } }\n${resource('AWS::Serverless::Function', '{ CodeUri: !Ref Path }')}`;
    const parameters = { staging: {}, production: { Path } };
    expect(problemsOf(application({ 'template.yaml': template }, { parameters }))).toEqual(expected);
  });

  it('no name that only the application reads', () => {
    const template = resource(
      'AWS::Lambda::Function',
      '{ Code: { ZipFile: x }, Environment: { Variables: { TemplateURL: mail.html, CodeUri: ./x } } }',
    );
    expect(problemsOf(application({ 'template.yaml': template }))).toEqual([]);
  });

  it.each([
    ['a zip that is cut off', Buffer.from('PK\u0005\u0006'), 'pack.zip-unreadable'],
    ['a zip that unpacks to more than Lambda takes', hugeZip(), 'pack.code-too-large'],
  ])('%s', (_, code, expected) => {
    const template = resource('AWS::Lambda::Function', '{ Code: a.zip }');
    expect(problemsOf(application({ 'template.yaml': template, 'a.zip': code }))).toEqual([[expected, `${AT}.Code`]]);
  });

  it('a folder that is larger than Lambda takes, before it is read', () => {
    const folder = application({ 'template.yaml': resource('AWS::Lambda::Function', '{ Code: src }'), 'src/big': '' });
    truncateSync(join(folder, 'src/big'), 250 * 1024 * 1024 + 1);
    expect(problemsOf(folder)).toEqual([['pack.code-too-large', `${AT}.Code`]]);
  });

  it('an include that is no template, and one into the whole template', () => {
    const template = `Transform: [{ Name: AWS::Include, Parameters: { Location: all.yaml } }]
Resources:
  List: { Type: 'AWS::SNS::Topic', Properties: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: list.yaml } } } }
  Broken: { Type: 'AWS::SNS::Topic', Properties: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: broken.yaml } } } }
`;
    const files = { 'template.yaml': template, 'list.yaml': '- a\n', 'broken.yaml': 'a: [\n' };
    expect(problemsOf(application(files))).toEqual([
      ['pack.include-unreadable', 'Resources.List.Properties'],
      ['pack.include-unreadable', 'Resources.Broken.Properties'],
      ['pack.path-left', 'Transform'],
    ]);
  });

  it('links out of the root, to nothing, and round in a circle, and what is no file; and follows all other links', async () => {
    const folder = application({
      'template.yaml': resource('AWS::Lambda::Function', '{ Code: src }'),
      'src/index.js': CODE,
      'lib/tool.js': CODE,
    });
    symlinkSync('../lib', join(folder, 'src/lib'));
    symlinkSync('index.js', join(folder, 'src/main.js'));
    expect(taken(pack(folder), `${AT}.Code`).names).toEqual(['index.js', 'lib/tool.js', 'main.js']);
    symlinkSync('/etc/hostname', join(folder, 'src/out'));
    symlinkSync('nothing', join(folder, 'src/broken'));
    symlinkSync('.', join(folder, 'lib/up'));
    const socket = createServer().listen(join(folder, 'src/socket'));
    await once(socket, 'listening');
    expect(problemsOf(folder).map(([code]) => code)).toEqual([
      'pack.link-broken',
      'pack.link-circle',
      'pack.path-outside',
      'pack.file-special',
    ]);
    socket.close();
  });
});

describe('code outside of the application', () => {
  const files = { 'template.yaml': resource('AWS::Lambda::Function', '{ Code: ../shared }') };

  it('is taken from the repository that both are in, or below --root', () => {
    const folder = application(files);
    const above = dirname(folder);
    mkdirSync(join(above, 'shared'));
    writeFileSync(join(above, 'shared/a.js'), CODE);
    expect(problemsOf(folder)).toEqual([['pack.path-outside', `${AT}.Code`]]);
    const byRoot = pack(folder, { root: above });
    expect(taken(byRoot, `${AT}.Code`).names).toEqual(['a.js']);
    mkdirSync(join(above, '.git'));
    expect(pack(folder).sha256).toBe(byRoot.sha256);
    expect(problemsOf(folder, { root: folder })).toEqual([['pack.path-outside', `${AT}.Code`]]);
    expect(() => pack(folder, { root: join(above, 'shared') })).toThrowError(/is not inside/);
    expect(() => pack(folder, { root: join(above, 'nowhere') })).toThrowError(/no folder .* for --root/);
  });
});

describe('the bytes of an artifact', () => {
  const template = `${SAM}${resource('AWS::Serverless::Function', '{ CodeUri: src, Runtime: provided.al2023, Handler: x }')}`;
  const modesOf = async (zip: Uint8Array): Promise<Record<string, string>> => {
    const read = (start: number, end: number) => Promise.resolve(Buffer.from(zip.subarray(start, end)));
    const entries = await (await openArchive(read, zip.length)).entries(10);
    return Object.fromEntries(entries.map(({ name, mode }) => [name, mode.toString(8)]));
  };

  it('depend on what is executable, and on no time, order of files, mask of modes or way to the folder', async () => {
    const one = application({ 'template.yaml': template, 'src/bootstrap': '#!/bin/sh\n', 'src/a.txt': 'a' });
    chmodSync(join(one, 'src/bootstrap'), 0o755);
    const other = application({ 'src/a.txt': 'a', 'src/bootstrap': '#!/bin/sh\n', 'template.yaml': template });
    chmodSync(join(other, 'src/bootstrap'), 0o700);
    chmodSync(join(other, 'src/a.txt'), 0o600);
    utimesSync(join(other, 'src/a.txt'), new Date(0), new Date(0));
    const link = join(dirname(other), 'link');
    symlinkSync(other, link);
    const artifact = pack(one);
    expect(pack(link).sha256).toBe(artifact.sha256);
    expect(await modesOf(taken(artifact, `${AT}.CodeUri`).content)).toEqual({ 'a.txt': '100644', bootstrap: '100755' });
    chmodSync(join(other, 'src/a.txt'), 0o755);
    expect(pack(other).sha256).not.toBe(artifact.sha256);
  });

  it('have an executable bootstrap, as on Windows no file is executable, and Lambda could not start it', async () => {
    const files = { 'template.yaml': template, 'src/bootstrap': '#!/bin/sh\n', 'src/bin/bootstrap': 'x' };
    const artifact = pack(application(files));
    const modes = await modesOf(taken(artifact, `${AT}.CodeUri`).content);
    expect(modes).toEqual({ 'bin/bootstrap': '100644', bootstrap: '100755' });
    const single = pack(application({ ...files, 'template.yaml': template.replace('src', 'src/bootstrap') }));
    expect(await modesOf(taken(single, `${AT}.CodeUri`).content)).toEqual({ bootstrap: '100755' });
  });

  it('hold what is compressed already as it is', () => {
    const artifact = pack(application({ 'template.yaml': template, 'src/bootstrap': 'a'.repeat(100_000) }));
    const { key, content } = taken(artifact, `${AT}.CodeUri`);
    expect(Buffer.from(artifact.bytes).includes(Buffer.from(content))).toBe(true);
    expect(key).toBe(assetKey(artifact.taken[0]?.asset.slice(7, -4) ?? ''));
  });
});

it('sluice pack --explain lists what went in, and what to look at', () => {
  const folder = application({
    'template.yaml': SAM + resource('AWS::Serverless::Function', '{ CodeUri: src }'),
    'src/a.js': CODE,
    'cdk.out/manifest.json': '{}',
  });
  const args = ['cli/bin/sluice.mjs', 'pack', folder, '-o', join(folder, '..', 'out.zip'), '--explain'];
  const { stdout, stderr } = spawnSync('node', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toContain(`  template: ${folder}/template.yaml\n  ${AT}.CodeUri: ${folder}/src → assets/`);
  expect(stdout).toMatch(
    /\nNote: .*template\.yaml is packed, as release\.json names it, and not .*cdk\.out: that is packed by --app .*\n$/,
  );
});

it('docs/cli.md has a row for each code of packing', () => {
  const rows = readFileSync('docs/cli.md', 'utf8').match(/^\| `pack\.[a-z-]+`/gm) ?? [];
  expect(rows.map((row) => row.slice(3, -1))).toEqual([...packCodes]);
});

/** A zip of one file that says it has more than 250 MiB, of which the directory alone is read. */
function hugeZip(): Uint8Array {
  const zip = Buffer.from(zipSync({ a: Buffer.from('a') }, { level: 0 }));
  const directory = zip.indexOf('PK\u0001\u0002', 0, 'latin1');
  zip.writeUInt32LE(250 * 1024 * 1024 + 1, directory + 24);
  return zip;
}
