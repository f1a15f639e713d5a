import { describe, expect, it } from 'vitest';
import { parseTemplate, readStackTemplate, readTemplateFile } from '../../../core/template/parse.ts';
import { attributeReference, referredName } from '../../../core/template/template.ts';

/** Properties of the one resource of a YAML template. */
function properties(yaml: string): unknown {
  const text = `Resources:\n  A:\n    Type: X\n    Properties:\n${yaml}`;
  const reading = parseTemplate(text, 'template.yaml');
  if ('problems' in reading) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.template.Resources['A']?.Properties;
}

describe('a template', () => {
  it('is read from YAML with the short forms of CloudFormation', () => {
    const yaml = `
      a: !Ref B
      b: !GetAtt B.Outputs.Url
      c: !GetAtt [B, Arn]
      d: !Join ["", [!Ref B, !If [C, !Sub "\${A}", !Ref AWS::NoValue]]]
      e: !Sub
        - "\${x}"
        - x: !Ref B
      f: !Transform { Name: x, Parameters: { a: !Select [0, !GetAZs ""] } }
      g: !Condition C
      h: 2010-09-09
`;
    expect(properties(yaml)).toEqual({
      a: { Ref: 'B' },
      b: { 'Fn::GetAtt': ['B', 'Outputs.Url'] },
      c: { 'Fn::GetAtt': ['B', 'Arn'] },
      d: { 'Fn::Join': ['', [{ Ref: 'B' }, { 'Fn::If': ['C', { 'Fn::Sub': '${A}' }, { Ref: 'AWS::NoValue' }] }]] },
      e: { 'Fn::Sub': ['${x}', { x: { Ref: 'B' } }] },
      f: { 'Fn::Transform': { Name: 'x', Parameters: { a: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] } } } },
      g: { Condition: 'C' },
      h: '2010-09-09',
    });
  });

  it('is read from YAML as CloudFormation does where brackets and quotes close under their key', () => {
    const yaml = `
      a: [
        { Key: b }
      ]
      c: {
      Key: !Sub "x
      y"
      }
      d: >
        text ]
      e: 'z'
`;
    expect(properties(yaml)).toEqual({
      a: [{ Key: 'b' }],
      c: { Key: { 'Fn::Sub': 'x y' } },
      d: 'text ]\n',
      e: 'z',
    });
    const many = (count: number): string =>
      Array.from({ length: count }, (_, n) => `      k${n}: [\n      ]\n`).join('');
    expect(properties(many(50))).toHaveProperty('k49', []);
    expect(() => properties(many(51))).toThrowError(/deficient indentation \(\d+:7\)/);
    expect(() => properties('      a: [\n      b: c\n')).toThrowError(/is not YAML as CloudFormation reads it/);
  });

  it.each([
    ['template.json', '{', 'template.unreadable'],
    ['template.json', '{}', 'template.shape'],
    ['template.json', '{"Resources":{"A":{"Properties":{}}}}', 'template.shape'],
    ['template.yaml', 'Resources: [', 'template.unreadable'],
    ['template.yml', 'Resources: {A: {Type: !Foo x}}', 'template.unreadable'],
    ['template.yaml', 'Resources: {}\nResources: {}', 'template.unreadable'],
    ['template.yaml', 'just text', 'template.shape'],
    ['template.json', '{"Resources":[]}', 'template.shape'],
    ['template.json', '{"Resources":{"A":{"Type":{}}}}', 'template.shape'],
    ['template.yaml', 'Resources:', 'template.shape'],
    ['template.json', '{"Resources":{}}', 'template.no-resources'],
    ['template.json', '{"Resources":{"A":{"Type":"X","Type":"Y"}}}', 'template.unreadable'],
    ['template.json', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'template.unreadable'],
  ])('in %s as %j is refused: %s', (name, text, code) => {
    expect(parseTemplate(text, name)).toMatchObject({ problems: [{ code, path: name }] });
  });

  it.each([
    ['Resources: [', /^The template is not YAML as CloudFormation reads it \([^\n:]+ \(\d+:\d+\)\)\.$/],
    ['Resources: !Foo x', /^The template is not YAML as CloudFormation reads it \(unknown [^\n]+ \(1:\d+\)\)\.$/],
    [`a: ${'['.repeat(300)}`, /^The template is not YAML [^\n]+\.$/],
    [`a: &a [${'x,'.repeat(9)}]\nb: &b { a: *b }`, /^The template cannot be expanded \([^\n]+\)\.$/],
  ])('that cannot be read says why, and where, in one line: %j', (text, sentence) => {
    const reading = parseTemplate(text, 'template.yaml');
    expect('problems' in reading && reading.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(sentence),
    ]);
  });

  it('has short forms of every shape, nested and empty, with no name twice in one', () => {
    expect(properties('      a: !Join [!Ref A, !Sub [x, { y: !Ref B }], !GetAtt [A, B]]\n')).toEqual({
      a: { 'Fn::Join': [{ Ref: 'A' }, { 'Fn::Sub': ['x', { y: { Ref: 'B' } }] }, { 'Fn::GetAtt': ['A', 'B'] }] },
    });
    expect(properties('      a: !Transform {}\n      b: !Or []\n')).toEqual({
      a: { 'Fn::Transform': {} },
      b: { 'Fn::Or': [] },
    });
    expect(() => properties('      a: !Transform { <<: !Ref X }\n')).toThrow('cannot merge mappings');
    expect(() => properties('      a: !Transform { b: 1, b: 2 }\n')).toThrow('duplicated mapping key');
  });

  // https://github.com/go-to-k/cdk-real-drift/issues/1074
  it.each([
    [
      'template.yaml',
      'Resources:\n  A: { Type: X, Properties: { a: 1, a: 2, a: 3 } }\n  B: { Type: Y }\n  B: { Type: Z }\n',
    ],
    [
      'template.json',
      '{"Resources":{"A":{"Type":"X","Properties":{"a":1,"a":2,"a":3}},"B":{"Type":"Y"},"B":{"Type":"Z"}}}',
    ],
  ])(
    'of a team, or of a stack, is what it says last where it says something twice, and is refused in an artifact: %s',
    (name, text) => {
      const said = { Resources: { A: { Type: 'X', Properties: { a: 3 } }, B: { Type: 'Z' } } };
      expect(readTemplateFile(Buffer.from(text), name, 'last')).toEqual({ template: said });
      expect(readStackTemplate(text)).toEqual(said);
      expect(readTemplateFile(Buffer.from(text), name)).toHaveProperty('problems.0.code', 'template.unreadable');
    },
  );

  it('keeps what is written beside a merge, before and after it, where names may be given twice', () => {
    const text =
      'Resources:\n  A: { Type: X, Properties: &a { a: 1, b: 1 } }\n  B: { Type: X, Properties: { a: 2, <<: *a, b: 2 } }\n';
    const expected = { B: { Properties: { a: 2, b: 2 } } };
    expect(readStackTemplate(text).Resources).toMatchObject(expected);
    expect(parseTemplate(text, 'template.yaml', 'last')).toMatchObject({ template: { Resources: expected } });
  });

  it('that would explode is refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(10)}]`,
    );
    const bomb = ['a0: &a0 x', ...levels, 'Resources: {}'].join('\n');
    const few = ['a0: &a0 x', ...levels.slice(0, 9), 'Resources: {}'].join('\n');
    const long = [`a: &a ${'x'.repeat(100_000)}`, `b: [${'*a,'.repeat(90)}]`, 'Resources: {}'].join('\n');
    const deep = `Resources: ${'['.repeat(300)}${']'.repeat(300)}`;
    const endless = 'Resources: &a { A: *a }';
    for (const text of [bomb, few, long, deep, endless]) {
      expect(parseTemplate(text, 'template.yaml')).toMatchObject({ problems: [{ code: 'template.unreadable' }] });
    }
  });

  it('keeps numbers with a fraction where they are compared or looked up', () => {
    const text =
      'Conditions: { C: !Equals [!Ref V, 1.0] }\nMappings: { M: { a: { v: 2.0 } } }\nResources: { A: { Type: T } }\n';
    expect(parseTemplate(text, 'template.yaml')).toMatchObject({
      template: {
        Conditions: { C: { 'Fn::Equals': [{ Ref: 'V' }, '1.0'] } },
        Mappings: { M: { a: { v: '2.0' } } },
      },
    });
  });

  it.each([
    ['0', 0],
    ['0.5', 0.5],
    ['2.0', 2],
    ['-1.00', -1],
    ['{ swagger: 2.0, info: { version: 1.00 }, rate: 2.0 }', { swagger: '2.0', info: { version: '1.0' }, rate: 2 }],
    [
      '{ PayloadFormatVersion: 2.0, BackoffRate: 2.0, 1.0: x }',
      { PayloadFormatVersion: '2.0', BackoffRate: 2, '1.0': 'x' },
    ],
    [
      '{ Environment: { Variables: { LEVEL: 3.0, HALF: 1.5 } } }',
      { Environment: { Variables: { LEVEL: '3.0', HALF: 1.5 } } },
    ],
    ['{ Tags: [{ Key: k, Value: 4.0 }] }', { Tags: [{ Key: 'k', Value: '4.0' }] }],
    ['{ Tags: { k: 4.0 } }', { Tags: { k: '4.0' } }],
    ['-0x1F', '-0x1F'],
    ['"0755"', '0755'],
    ['!!str 0755', '0755'],
    ['0o17', 15],
    ['yes', 'yes'],
    ['~', null],
    ['!!str 1', '1'],
    ['"1"', '1'],
    ['12:30:45', '12:30:45'],
    ['{ <<: { a: 1 } }', { a: 1 }],
    ['{ "<<": { a: 1 } }', { '<<': { a: 1 } }],
    ['{ a: 3, <<: [{ a: 1, b: 1 }, { b: 2, c: 2 }] }', { a: 3, b: 1, c: 2 }],
    ['[&x { y: 1 }, *x]', [{ y: 1 }, { y: 1 }]],
    ['!Ref', { Ref: '' }],
  ])('has in YAML %s for %j', (yaml, value) => {
    expect(properties(`      a: ${yaml}\n`)).toEqual({ a: value });
  });

  // https://github.com/awslabs/aws-cfn-template-flip/issues/104
  it.each([
    ['of a team', (text: string) => parseTemplate(text, 'template.yaml')],
    ['of a stack', (text: string) => ({ template: readStackTemplate(text) })],
  ])('%s keeps 5.0 as it is written where a parameter takes it', (_, reading) => {
    const text =
      'Parameters: { Engine: { Type: String, Default: 5.0, AllowedValues: [5.0, 5.1] } }\nResources: { A: { Type: X } }\n';
    expect(reading(text)).toHaveProperty('template.Parameters', {
      Engine: { Type: 'String', Default: '5.0', AllowedValues: ['5.0', 5.1] },
    });
  });

  // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745, https://github.com/aws-cloudformation/rain/issues/27
  it('with a plain number that begins with 0 is refused: CloudFormation would read another', () => {
    const text = 'Resources: { A: { Type: X, Properties: { a: 0755, 012345678901: [-007.5, 0755, "08"] } } }';
    expect(parseTemplate(text, 'template.yaml')).toEqual({
      problems: [
        {
          code: 'template.ambiguous-number',
          path: 'template.yaml',
          message:
            '0755, 012345678901, -007.5 begin with 0 and are numbers, which CloudFormation reads as octal or rounds (0300 is 192): put quotes around what is a text, and leave out the 0 of what is a number.',
          places: [
            'Resources.A.Properties.a',
            'Resources.A.Properties',
            'Resources.A.Properties.012345678901.0',
            'Resources.A.Properties.012345678901.1',
          ],
        },
      ],
      legible: { Resources: { A: { Type: 'X', Properties: { a: '0755', '012345678901': ['-007.5', '0755', '08'] } } } },
    });
    const one = parseTemplate(text.replaceAll(/0755|-007.5/g, '1'), 'template.yaml');
    expect(one).toHaveProperty(
      'problems.0.message',
      expect.stringMatching(/^012345678901 begins with 0 and is a number/),
    );
  });

  it('with such a number and another fault is told both, and may hold what looks like our mark', () => {
    const reading = parseTemplate('Resources: { A: { Type: 1, Properties: { a: 0755 } } }', 'template.yaml');
    expect('problems' in reading && reading.problems.map(({ code }) => code)).toEqual([
      'template.ambiguous-number',
      'template.shape',
    ]);
    expect(properties('      a: "\\uffff0755"\n')).toEqual({ a: '\uffff0755' });
  });

  // https://github.com/aws/aws-cdk/issues/29792
  it.each([
    ['template.yaml', 'Resources: { A: { Type: X } }'],
    ['template.json', '{ "Resources": { "A": { "Type": "X" } } }'],
  ])('may begin with a byte order mark, as CloudFormation takes it: %s', (name, text) => {
    expect(readTemplateFile(Buffer.from(`\ufeff${text}`), name)).toEqual(readTemplateFile(Buffer.from(text), name));
    expect(readTemplateFile(Buffer.from(text), name)).toHaveProperty('template');
    expect(readStackTemplate(`\ufeff${text}`)).toEqual(readStackTemplate(text));
  });

  it.each([
    ['with a mark', Buffer.from('\ufeffResources: {}', 'utf16le')],
    ['without one', Buffer.from('Resources: {}', 'utf16le')],
    ['the other way round', Buffer.from('\ufeffResources: {}', 'utf16le').swap16()],
    ['the other way round, without a mark', Buffer.from('Resources: {}', 'utf16le').swap16()],
  ])('in UTF-16 is refused by that name: %s', (_, bytes) => {
    expect(readTemplateFile(bytes, 'template.yaml')).toHaveProperty(
      'problems.0.message',
      '"template.yaml" is UTF-16 text, as some editors on Windows write it: save it as UTF-8.',
    );
  });

  it('in another encoding is refused', () => {
    expect(readTemplateFile(Buffer.from([0x52, 0xe9, 0x0a]), 'template.yaml')).toHaveProperty(
      'problems.0.message',
      '"template.yaml" is no UTF-8 text: save it as UTF-8.',
    );
  });

  it('with such a number that CloudFormation has taken is read as it did', () => {
    const text = 'Resources: { A: { Type: X, Properties: { a: [0300, -010, +012.5, 09] } } }';
    expect(readStackTemplate(text).Resources['A']?.Properties).toEqual({ a: [192, -8, 12.5, 9] });
  });

  it.each(['!!binary aGk=', '!!set { a }', '!!timestamp 2001-01-01'])(
    'with %s is refused, as by CloudFormation',
    (yaml) => {
      expect(() => properties(`      a: ${yaml}\n`)).toThrow('unknown');
    },
  );

  // https://github.com/aws/serverless-application-model/issues/3641
  it('says that what is included in place of resources has to be written out', () => {
    const include = { Name: 'AWS::Include', Parameters: { Location: 's3://b/more.yaml' } };
    const text = JSON.stringify({ Resources: { A: { Type: 'AWS::SNS::Topic' }, 'Fn::Transform': include } });
    const reading = parseTemplate(text, 'template.json');
    const told = 'problems' in reading ? reading.problems.map(({ code, message }) => `${code}: ${message}`) : [];
    expect(told.join()).toMatch(/^template\.loop: The template makes resources by Fn::Transform: write them out\./);
  });

  it('says that loops have to be written out', () => {
    const text = '{"Resources":{"Fn::ForEach::Topics":["Name",["A"],{"Topic${Name}":{"Type":"AWS::SNS::Topic"}}]}}';
    expect(parseTemplate(text, 'template.json')).toEqual({
      problems: [
        {
          code: 'template.loop',
          path: 'template.json',
          message:
            'The template makes resources by Fn::ForEach::Topics: write them out. What is shifted, kept and rolled back has to be known by its logical id before the template is expanded.',
        },
      ],
    });
  });

  it('of a stack comes as JSON or YAML', () => {
    const Resources = { A: { Type: 'X' } };
    expect(readStackTemplate(` ${JSON.stringify({ Resources })}`)).toEqual({ Resources });
    expect(readStackTemplate('Resources: { A: { Type: X } }')).toEqual({ Resources });
    expect(() => readStackTemplate('{')).toThrow(RangeError);
  });
});

describe('a reference', () => {
  it('names a resource', () => {
    expect(referredName({ Ref: 'A' })).toBe('A');
    expect(referredName({ 'Fn::GetAtt': 'A.Arn' })).toBe('A');
    expect(attributeReference({ 'Fn::GetAtt': ['A', 'Outputs', 'Url'] })).toEqual({
      name: 'A',
      attribute: 'Outputs.Url',
    });
    for (const value of [
      'A',
      { Ref: 'A', B: 1 },
      { 'Fn::GetAtt': ['A', { Ref: 'B' }] },
      { 'Fn::GetAtt': [1, 'x'] },
      undefined,
    ]) {
      expect(referredName(value)).toBeUndefined();
    }
  });
});
