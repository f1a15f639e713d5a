import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { application, problemsOf, refusalOf } from './application.ts';
import { assembly, uploaded } from './cloud-assembly.ts';

const TEMPLATE = `Parameters: { Path: { Type: String } }
Resources:
  Gone: { Type: 'AWS::Lambda::Function', Properties: { Code: gone, Role: arn } }
  Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: child.yaml } }
`;

describe('what is wrong is told at once', () => {
  it('of manifest, code and template, under the name of each file', () => {
    const folder = application({ 'template.yaml': TEMPLATE }, { service: 'Shop!', colour: 'red', alarms: ['NoAlarm'] });
    const written: unknown = JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8'));
    writeFileSync(join(folder, 'release.json'), JSON.stringify(written, undefined, 2));
    const before = process.cwd();
    process.chdir(folder);
    try {
      const lines = refusalOf('.').message.split('\n');
      expect(lines.map((line) => line.replace(/^- .* \[(.*)\]$/, '- $1'))).toEqual([
        'release.json cannot be packed:',
        '- manifest.wrong-format',
        '  at release.json:2:3 service',
        '- manifest.unknown-field',
        '  at release.json:8:3 colour',
        '- template.name-unknown',
        '  at release.json:10:5 alarms[0]',
        'template.yaml cannot be packed:',
        '- pack.path-missing',
        '  at template.yaml:3:56 Resources.Gone.Properties.Code',
        '- template.nested-stack',
        '  at template.yaml:4:12 Resources.Child.Type',
      ]);
    } finally {
      process.chdir(before);
    }
  });

  it('also where release.json is no JSON, and the template has a usual name', () => {
    const folder = application({ 'template.yaml': TEMPLATE });
    writeFileSync(join(folder, 'release.json'), '{');
    expect(problemsOf(folder).map(([code]) => code)).toEqual([
      'artifact.manifest-not-json',
      'pack.path-missing',
      'template.nested-stack',
    ]);
  });

  it('and what holds of a manifest is judged with the template', () => {
    const parameters = { staging: { Pth: 'x' }, 'Not An Environment': {} };
    const folder = application({ 'template.yaml': TEMPLATE }, { version: '1', alarms: ['NoAlarm'], parameters });
    const codes = problemsOf(folder).map(([code]) => code);
    expect(codes).toContain('template.name-unknown');
    // What is wrong is left out alone: the parameter of the environment beside it is none of the template's.
    expect(codes).toContain('template.parameter-unknown');
    const none = application({ 'template.yaml': TEMPLATE }, { parameters: 'Pth' });
    expect(problemsOf(none).map(([code]) => code)).toEqual([
      'manifest.wrong-type',
      'pack.path-missing',
      'template.nested-stack',
    ]);
  });

  it('of a template that cannot be read, of none, and of an application that is not built', () => {
    const wrong = { version: 'x y' };
    expect(problemsOf(application({ 'template.yaml': 'a: [' }, wrong)).map(([code]) => code)).toEqual([
      'manifest.wrong-format',
      'template.unreadable',
    ]);
    const folder = application({}, wrong);
    expect(problemsOf(folder)).toEqual([
      ['manifest.wrong-format', 'version'],
      ['pack.template-missing', join(folder, 'template.yaml')],
    ]);
    expect(problemsOf(application({ 'cdk.json': '{}' }, wrong)).map(([code]) => code)).toEqual([
      'manifest.wrong-format',
      'pack.build-missing',
    ]);
  });

  it('of what an assembly lacks, and of what its template names', () => {
    const Receive = { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn', Code: uploaded('code.zip') } };
    // What is taken out of it is not missing besides.
    const Layer = { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: uploaded('layer.zip') } };
    const files = {
      'code.zip': { path: 'gone', packaging: 'zip' },
      'layer.zip': { path: 'gone-too', packaging: 'zip' },
    };
    const manifest = { missing: [{ key: 'ami:account=1', provider: 'ami', props: {} }] };
    const folder = application(assembly({ template: { Resources: { Receive, Layer } }, files, manifest }), {
      template: 'template.json',
      alarms: ['NoAlarm'],
    });
    expect(problemsOf(folder).map(([code]) => code)).toEqual([
      'template.name-unknown',
      'pack.lookup-missing',
      'pack.path-missing',
      'pack.path-missing',
    ]);
  });

  it('of a build under the name of the file that people change, with line and column', () => {
    const source = `Resources:
  Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: child.yaml } }
`;
    const built = `Resources: { Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: s3://a/b.yaml } } }`;
    const folder = application(
      { 'template.yaml': source, '.aws-sam/build/template.yaml': built },
      { parameters: { staging: { Gone: 'x' } } },
    );
    const { message, problems } = refusalOf(folder);
    expect(problems).toMatchObject([
      { code: 'template.parameter-unknown' },
      {
        ...{ code: 'template.nested-stack', path: 'template.yaml' },
        at: [{ file: join(folder, 'template.yaml'), line: 2, column: 12, place: 'Resources.Child.Type' }],
      },
    ]);
    expect(message).toContain('is no parameter of "template.yaml"');
    expect(message).toContain(`${join(folder, 'template.yaml')} cannot be packed:`);
  });

  it('of a CDK app with what made it', () => {
    const Child = { Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:cdk:path': 'Orders/Child.NestedStack' } };
    const folder = application(assembly({ template: { Resources: { Child } } }), { template: 'template.json' });
    const { message, problems } = refusalOf(folder);
    expect(problems).toMatchObject([
      { path: 'cdk.out/Orders.template.json', at: [{ construct: 'Orders/Child.NestedStack' }] },
    ]);
    expect(message).toMatch(/Orders\.template\.json:1:\d+ Resources\.Child\.Type \(Orders\/Child\.NestedStack\)$/);
  });

  it('up to a limit, and how many more there are', () => {
    const many = Array.from(
      { length: 60 },
      (_, index) => `  F${index}: { Type: 'AWS::Lambda::Function', Properties: { Role: arn, Code: gone${index} } }`,
    );
    const { message, problems } = refusalOf(application({ 'template.yaml': `Resources:\n${many.join('\n')}\n` }));
    expect(problems).toHaveLength(51);
    expect(message).toMatch(/\n- There are 10 more problems: fix these first\. \[artifact\.more-problems\]$/);
  });
});
