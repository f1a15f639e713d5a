import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pack, type PackOptions } from '../../../cli/pack/pack.ts';
import { placesIn } from '../../../core/values/positions.ts';
import { application, type Files, opened, saidBy } from './application.ts';
import { assembly } from './cloud-assembly.ts';
import { serverlessPackage } from './serverless-package.ts';

const said = (files: Files, manifest: object = {}, options: PackOptions = {}) =>
  saidBy(pack(application(files, manifest), options));
const CODE = 'exports.handler = async () => 1;\n';

describe('where an artifact says that it comes from', () => {
  it('is the template as its team wrote it, and not what SAM built', () => {
    const written = `Transform: AWS::Serverless-2016-10-31
Resources:
  # Says hello.
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.handler
      Runtime: nodejs24.x
      CodeUri: hello
`;
    const built = written.replace('  # Says hello.\n', '').replace('hello\n', 'Hello\n');
    const build = { '.aws-sam/build/template.yaml': built, '.aws-sam/build/Hello/a.js': CODE, 'hello/a.js': CODE };
    const place = said({ 'template.yaml': written, ...build });
    expect(place('Resources.Hello.Properties.CodeUri')).toBe('template.yaml:9:7');
    // What packing put there is where it put it.
    expect(place('Resources.Hello.Properties.CodeUri.Key')).toBe('template.yaml:9:7');
  });

  it('is the template that a tool wrote where nobody did, from the folder that it wrote to', () => {
    const template = { Resources: { Jobs: { Type: 'AWS::SQS::Queue' } } };
    const own = { template: 'template.json' };
    expect(said(assembly({ template }), own)('Resources.Jobs.Type')).toBe('Orders.template.json:1:23');
    expect(said(serverlessPackage(), own)('Resources.HelloLogGroup.Type')).toMatch(
      /^cloudformation-template-update-stack\.json:\d+:\d+$/,
    );
  });

  it('is the file that a part of the template includes', () => {
    const include = (location: string) =>
      `{ 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: ${location} } } }`;
    const place = said({
      'template.yaml': `Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      Fn::Transform: { Name: AWS::Include, Parameters: { Location: parts/jobs.yaml } }
      QueueName: jobs
  Topic:
    Type: AWS::SNS::Topic
    Properties: ${include('parts/topic.json')}
`,
      'parts/jobs.yaml': '\nTags:\n- Key: team\n  Value: orders\nQueueName: no\n',
      'parts/topic.json': '{\n  "TopicName": { "Ref": "AWS::StackName" } }',
    });
    expect(place('Resources.Jobs.Properties')).toBe('template.yaml:4:5');
    expect(place('Resources.Jobs.Properties.QueueName')).toBe('template.yaml:6:7');
    expect(place('Resources.Jobs.Properties.Tags.0.Value')).toBe('parts/jobs.yaml:4:3');
    expect(place('Resources.Topic.Properties.TopicName.Ref')).toBe('parts/topic.json:2:18');
  });

  it('is the same whatever ends lines', () => {
    const text = 'Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n';
    const digest = (lines: string) => pack(application({ 'template.yaml': lines })).sha256;
    expect(digest(text.replaceAll('\n', '\r\n'))).toBe(digest(text));
  });

  it('is told less deeply of what is very large, and in as many bytes as the engine reads', () => {
    const Resources = {
      Jobs: { Type: 'Custom::Jobs', Properties: { ServiceToken: 'x', Numbers: Array(65_000).fill(1) } },
    };
    const files = { 'template.json': JSON.stringify({ Resources }, undefined, 1).replace(/\n +1,/g, '1,') };
    const artifact = pack(application(files, { template: 'template.json' }));
    const places = opened(artifact).files['places.json'] ?? new Uint8Array();
    expect(places.length).toBeLessThan(1000);
    const place = saidBy(artifact);
    expect(place('Resources.Jobs.Properties.ServiceToken')).toBe('template.json:6:5');
    expect(place('Resources.Jobs.Properties.Numbers.64999')).toBe('template.json:7:5');
  });
});

describe('a line of a CDK app', () => {
  const template = { Resources: { Jobs: { Type: 'AWS::SQS::Queue' } }, Outputs: { Url: { Value: { Ref: 'Jobs' } } } };
  const own = { template: 'template.json' };
  const app = { 'lib/jobs.ts': '', 'bin/app.ts': '', 'index.js': '' };
  const named = (data: string, trace: readonly string[]) => ({ type: 'aws:cdk:logicalId', data, trace });
  const made = (trace: readonly string[]) =>
    assembly({
      template,
      stack: { metadata: { '/Orders/Jobs': [named('Jobs', trace)], '/Orders/Url': [named('Url', trace.slice(3))] } },
    });

  it('is the first in a file of the app, wherever the app ran', () => {
    const ranIn = (folder: string) =>
      pack(
        application(
          {
            ...app,
            ...made([
              `new Bucket (${folder}node_modules/lib/jobs.ts:1:1)`,
              'run (/usr/share/agents/tools/index.js:1:1)',
              `new Jobs (${folder}lib/jobs.ts:7:9)`,
              `<anonymous> (${folder}bin/app.ts:2:1)`,
            ]),
          },
          own,
        ),
      );
    const artifact = ranIn('/builds/app/');
    expect(saidBy(artifact)('Resources.Jobs.Type')).toBe('lib/jobs.ts:7:9');
    expect(saidBy(artifact)('Outputs.Url.Value')).toBe('bin/app.ts:2:1');
    expect(['file:///app/', 'C:\\agents\\1\\', '/'].map((folder) => ranIn(folder).sha256)).toEqual(
      Array(3).fill(artifact.sha256),
    );
  });

  it.each([
    ['a library', ['new B (/app/node_modules/b/lib/jobs.ts:1:1)']],
    ['what runs apps of other languages', ['C (/tmp/jsii-java-runtime1/index.js:2:2)']],
    ['a file elsewhere', ['D (/usr/lib/jobs.rb:2:2)', '...aws-cdk-lib...', 'E (node:internal/index.js:3:3)']],
    ['no line', ['F (/app/lib/jobs.ts)']],
  ])('is not one of %s', (_, trace) => {
    const place = said({ ...app, ...made(trace) }, own);
    expect(place('Resources.Jobs.Type')).toMatch(/^Orders\.template\.json:/);
  });
});

it('every place of a text is found where its name is', () => {
  const name = fc.stringMatching(/^[A-Za-z]\w{0,6}$/).filter((one) => !['__proto__'].includes(one));
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('x', 1, true),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(name, tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }),
      fc.integer({ min: 0, max: 3 }),
      (document, indent) => {
        for (const text of [JSON.stringify(document, undefined, indent), stringify(document, { indent: indent + 1 })]) {
          const { positionOf } = placesIn(text);
          const lines = text.split('\n');
          for (const path of namedPaths(document)) {
            const { line = 0, column = 0 } = positionOf(path.join('.')) ?? {};
            expect(lines[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^["']?${path.at(-1) ?? ''}["']?:`));
          }
        }
      },
    ),
  );
});

/** Paths that end in a name. */
function namedPaths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(Array.isArray(value) ? [] : [[...path, name]]),
    ...namedPaths(inner, [...path, name]),
  ]);
}
