import fc from 'fast-check';
import type { Template } from '../../../../core/template/template.ts';

// Templates that belong together: a service as it is, and its next version, with everything that may happen in between.

const names = ['Alpha', 'Beta', 'Gamma', 'Delta'] as const;
const parameters = ['Level', 'Stage'] as const;

/** A value that may refer to anything that a template of these names has. */
function value(resources: readonly string[]): fc.Arbitrary<unknown> {
  const resource = fc.constantFrom(...resources);
  return fc.oneof(
    fc.constantFrom('text', 1, true, '${!Alpha}'),
    resource.map((name) => ({ Ref: name })),
    resource.map((name) => ({ 'Fn::GetAtt': [name, 'Arn'] })),
    resource.map((name) => ({ 'Fn::GetAtt': `${name}.Arn` })),
    resource.map((name) => ({ 'Fn::Sub': `a-\${${name}}-\${${name}.Arn}-\${Level}` })),
    resource.map((name) => ({ 'Fn::Sub': [`\${${name}}-\${Own}`, { Own: { Ref: name }, [name]: 'hides it' }] })),
    fc.constantFrom(...parameters).map((name) => ({ Ref: name })),
    fc.constant({ 'Fn::If': ['IsLarge', { Ref: 'Stage' }, { Ref: 'AWS::NoValue' }] }),
    fc.constant({ 'Fn::FindInMap': ['Sizes', 'a', 'b'] }),
  );
}

const policies = fc.constantFrom({}, { DeletionPolicy: 'Retain' }, { UpdateReplacePolicy: 'Snapshot' });

/** Tables of two of the four have a name. A rolled-back release may have left one of that name. */
function nameOf(type: string, index: number): { readonly TableName?: string } {
  return type === 'AWS::DynamoDB::Table' && index >= 2 ? { TableName: `left-${index}` } : {};
}

/** What such a release may have left. */
export const leftTables = [2, 3].map((index) => ({ type: 'AWS::DynamoDB::Table', physicalId: `left-${index}` }));

/** Alpha … Delta: a table, role, queue or policy each, of which later ones may refer to earlier ones. */
function plainResource(index: number): fc.Arbitrary<Template['Resources'][string]> {
  const earlier = [...names.slice(0, index), 'Orders'];
  const statement = value(earlier).map((Resource) => ({ Effect: 'Allow', Action: 'a:B', Resource }));
  const document = fc.array(statement, { maxLength: 3 }).map((Statement) => ({ Statement }));
  const role = fc.tuple(document, fc.option(document, { nil: undefined })).map(([trust, inline]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust,
      ...(inline === undefined ? {} : { Policies: [{ PolicyName: 'inline', PolicyDocument: inline }] }),
    },
  }));
  const policy = document.map((PolicyDocument) => ({
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { PolicyDocument, Queues: ['q'] },
  }));
  const other = fc
    .tuple(fc.constantFrom('AWS::DynamoDB::Table', 'AWS::SQS::Queue'), value(earlier), policies)
    .map(([Type, Value, more]) => ({ Type, Properties: { Value, ...nameOf(Type, index) }, ...more }));
  return fc.oneof(role, policy, other);
}

/** A service: a guarded function, and whatever else. */
export const template: fc.Arbitrary<Template> = fc
  .record({
    code: fc.constantFrom('a', 'b'),
    version: fc.constantFrom('Version', 'VersionA', 'VersionB'),
    description: fc.option(fc.oneof(fc.constant('text'), value(['Alpha'])), { nil: undefined }),
    update: fc.constantFrom({}, { UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: 'a' } } }),
    plain: fc.tuple(...names.map((_, index) => fc.option(plainResource(index), { nil: undefined, freq: 3 }))),
    size: fc.constantFrom(1, 2),
    condition: fc.constantFrom('large', 'small'),
    output: value(['Orders']),
    rules: fc.subarray(['Daily', 'Nightly']),
    permission: fc.boolean(),
    metadata: fc.constantFrom({}, { Metadata: { Build: 'esbuild' } }),
    bare: fc.boolean(),
  })
  .map(({ metadata, bare, rules, permission, code, version, description, update, plain, size, condition, output }) => {
    const described = description === undefined ? {} : { Description: description };
    const present = names.flatMap((name, index) => {
      const resource = plain[index];
      return resource === undefined ? [] : [[name, resource] as const];
    });
    const whole: Template = {
      Parameters: { Level: { Type: 'String' }, Stage: { Type: 'String' } },
      Mappings: { Sizes: { a: { b: size } } },
      Conditions: { IsLarge: { 'Fn::Equals': [{ Ref: 'Level' }, condition] } },
      Resources: {
        Orders: {
          Type: 'AWS::Lambda::Function',
          ...metadata,
          ...(bare ? {} : { Properties: { Code: { S3Key: code }, ...described } }),
        },
        [version]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } },
        Live: {
          Type: 'AWS::Lambda::Alias',
          ...update,
          Properties: {
            FunctionName: { Ref: 'Orders' },
            Name: 'live',
            FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
          },
        },
        ...Object.fromEntries(present),
        ...Object.fromEntries(rules.map((name) => [name, rule(name)])),
        ...(permission && rules.length > 0 ? { Permission: permissionFor(rules[0] ?? '') } : {}),
      },
      Outputs: { One: { Value: output } },
    };
    return withoutDangling(whole);
  });

/** Ways in: two of them are the same to users, the name aside. */
function rule(description: string): Template['Resources'][string] {
  const Targets = [{ Id: 'live', Arn: { Ref: 'Live' } }];
  return {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 day)', Description: description, Targets },
  };
}

function permissionFor(name: string): Template['Resources'][string] {
  const SourceArn = { 'Fn::GetAtt': [name, 'Arn'] };
  return { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Live' }, SourceArn } };
}

/** What refers to a resource that the template does not have becomes text. */
function withoutDangling(template: Template): Template {
  const missing = names.filter((name) => template.Resources[name] === undefined);
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    const refers = /^\{"(Ref|Fn::GetAtt|Fn::Sub)"/.test(text) && missing.some((name) => text.includes(name));
    return refers ? 'gone' : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  const { Resources, Outputs } = template;
  const cleaned = Object.entries(Resources).map(([name, resource]): [string, Template['Resources'][string]] => {
    const { Properties } = resource;
    if (Properties === undefined) return [name, resource];
    const clear = Object.entries(Properties).map(([key, inner]): [string, unknown] => [key, clean(inner)]);
    return [name, { ...resource, Properties: Object.fromEntries(clear) }];
  });
  return { ...template, Resources: Object.fromEntries(cleaned), Outputs: { One: clean(Outputs?.['One']) } };
}

/** Values of the parameters, before and after. */
export const values: fc.Arbitrary<ReadonlyMap<string, string>> = fc
  .record({ Level: fc.constantFrom('one', 'two'), Stage: fc.constantFrom('blue', 'green') })
  .map((record) => new Map(Object.entries(record)));
