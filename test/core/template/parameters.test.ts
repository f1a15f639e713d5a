import { describe, expect, it } from 'vitest';
import {
  formerParameters,
  hiddenValueConflicts,
  hiddenValueProblems,
  keepHidden,
} from '../../../core/template/hidden-parameters.ts';
import {
  describeParameter,
  fullParameterChanges,
  parameterChanges,
  parameterWarnings,
} from '../../../core/template/parameter-changes.ts';
import { chooseParameters, declaredParameters, isReference, missingValues } from '../../../core/template/parameters.ts';
import { secretParameters } from '../../../core/template/secret-properties.ts';
import type { Template } from '../../../core/template/template.ts';
import * as s from '../samples.ts';

const text = { Type: 'String' };
const secret = { Type: 'String', NoEcho: true };
const reference = '{{resolve:secretsmanager:shop/db:SecretString:password}}';
const of = (Parameters: Record<string, unknown>, Resources: Template['Resources'] = {}): Template => ({
  Parameters,
  Resources,
});

describe('a parameter', () => {
  it('is read in every form that CloudFormation takes', () => {
    const declared = declaredParameters(
      of({
        A: { Type: 'Number', Default: 10 },
        B: { NoEcho: 'True' },
        C: { ...secret, Default: [] },
        D: 'odd',
        E: { NoEcho: {} },
      }),
    );
    expect(Object.fromEntries(declared)).toEqual({
      A: { type: 'Number', standard: '10', hidden: false },
      B: { type: 'String', hidden: true },
      C: { type: 'String', standard: '', hidden: true },
      D: { type: 'String', hidden: false },
      E: { type: 'String', hidden: true },
    });
    expect([...declaredParameters({})]).toEqual([]);
  });

  it.each([
    [reference, true],
    ['{{resolve:ssm-secure:/db/password:3}}', true],
    [`${reference}{{resolve:ssm:/suffix}}`, true],
    [`hunter2${reference}`, false],
    ['{{resolve:other:x}}', false],
    ['', false],
  ])('has a value that is a reference: %s – %s', (value, expected) => {
    expect(isReference(value)).toBe(expected);
  });

  it('keeps its value without a default, and when the stack hides it, whatever the default', () => {
    const live = {
      values: { Bare: 'a', Hidden: '****', Shown: 'b' },
      template: of({ Bare: text, Hidden: secret, Shown: text }),
    };
    const next = of({
      Bare: text,
      Hidden: { ...secret, Default: 'other' },
      Shown: { ...text, Default: 'c' },
      New: text,
    });
    expect(chooseParameters(next, { New: 'd' }, ['Kept'], live)).toEqual({
      parameters: { New: 'd' },
      kept: ['Kept', 'Bare', 'Hidden'],
    });
    expect(chooseParameters(next, { Kept: 'b', New: 'd' }, ['Kept'], live).parameters).toEqual({ New: 'd' });
    expect(chooseParameters(next, { Hidden: reference }, [], live).kept).toEqual(['Bare']);
    expect(chooseParameters(next, {}, [], undefined).kept).toEqual([]);
    // CloudFormation would ask for them.
    expect(missingValues(next, chooseParameters(next, { Bare: 'a' }, [], undefined))).not.toContain('Bare');
    expect(missingValues(next, chooseParameters(next, {}, [], undefined))).toContain('Bare');
    expect(missingValues(next, chooseParameters(next, {}, [], live))).not.toContain('Bare');
  });
});

describe('a secret in the manifest', () => {
  const template = of(
    {
      Hidden: secret,
      Stored: { ...secret, Type: 'AWS::SSM::Parameter::Value<String>' },
      Plain: text,
      Feeding: text,
      Other: text,
    },
    {
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { SecretString: { 'Fn::Sub': '{"p":"${Feeding}"}' } },
      },
      Login: { Type: 'AWS::IAM::User', Properties: { UserName: { Ref: 'Plain' }, LoginProfile: 'odd' } },
      Bare: { Type: 'AWS::RDS::DBInstance' },
      Topic: { Type: 'AWS::SNS::Topic' },
    },
  );
  const problems = (values: Record<string, string>) =>
    hiddenValueProblems(template, { ...s.manifest, parameters: { staging: values } });

  it('is refused as plain text, with what to do instead', () => {
    const found = problems({ Hidden: 'hunter2', Feeding: 'hunter2', Plain: 'x', Unknown: 'y' });
    expect(found.map(({ code, path }) => [code, path])).toEqual([
      ['template.parameter-secret', 'parameters.staging.Hidden'],
      ['template.parameter-secret', 'parameters.staging.Feeding'],
    ]);
    expect(found[0]?.message).toMatch(/is hidden in "template.json" \(NoEcho\).*\{\{resolve:secretsmanager:…\}\}/);
    expect(found[1]?.message).toContain('goes into Secret.SecretString, which is a secret');
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('may be a reference, or the name of a parameter in the Parameter Store', () => {
    expect(problems({ Hidden: reference, Feeding: reference, Stored: '/shop/db' })).toEqual([]);
    expect(hiddenValueProblems(template, s.manifest)).toEqual([]);
    expect(secretParameters({ Resources: template.Resources })).toEqual(new Map());
  });

  it('may go into a connection as its key, or as a value that says of itself that it is one', () => {
    const entry = (name: string, more = {}) => ({ Key: 'x', Value: { 'Fn::Sub': `\${${name}}!` }, ...more });
    const request = {
      HeaderParameters: [entry('Plain'), entry('Said', { IsValueSecret: 'true' })],
      QueryStringParameters: [entry('Denied', { IsValueSecret: false })],
      BodyParameters: [entry('Chosen', { IsValueSecret: { 'Fn::If': ['Secret', true, false] } })],
    };
    const AuthParameters = {
      ApiKeyAuthParameters: { ApiKeyName: { Ref: 'Name' }, ApiKeyValue: { Ref: 'Key' } },
      InvocationHttpParameters: request,
      OAuthParameters: { OAuthHttpParameters: { BodyParameters: [entry('Grant', { IsValueSecret: true })] } },
    };
    const names = ['Plain', 'Said', 'Denied', 'Chosen', 'Name', 'Key', 'Grant'];
    const Connection = { Type: 'AWS::Events::Connection', Properties: { AuthParameters } };
    const found = secretParameters(of(Object.fromEntries(names.map((name) => [name, text])), { Connection }));
    expect([...found.keys()].toSorted()).toEqual(['Chosen', 'Grant', 'Key', 'Said']);
    expect(found.get('Said')).toBe('Connection.AuthParameters.InvocationHttpParameters.HeaderParameters.*.Value');
  });
});

describe('a hidden value of a stack that is live', () => {
  const live = { values: { Password: '****', Level: '*' }, template: of({ Password: secret, Level: text }) };

  it('is not changed unless it can be put back, and not shown', () => {
    expect(hiddenValueConflicts(of({ Password: secret }), {}, live, {})).toEqual([]);
    expect(hiddenValueConflicts(of({}), {}, live, {})).toEqual([]);
    expect(
      hiddenValueConflicts(of({ Password: secret }), { Password: reference }, live, { Password: reference }),
    ).toEqual([]);
    expect(hiddenValueConflicts(of({ Password: text }), { Password: 'x' }, undefined, {})).toEqual([]);
    expect(hiddenValueConflicts(of({ Password: secret }), { Password: reference }, live, {})).toEqual([
      expect.stringMatching(/^The manifest gives a value for the parameter Password, whose value the stack hides/),
    ]);
    expect(hiddenValueConflicts(of({ Password: text }), {}, live, {})).toEqual([
      expect.stringMatching(/no longer NoEcho in the template: its value would become readable/),
    ]);
  });

  it('stays in the stack where the template drops its parameter, so that a rollback can keep it', () => {
    expect(keepHidden(of({ Other: text }), live)).toEqual({
      template: of({ Other: text, Password: secret }),
      parameters: ['Password'],
    });
    for (const [next, before] of [
      [of({ Password: secret }), live],
      [of({}), undefined],
    ] as const)
      expect(keepHidden(next, before)).toEqual({ template: next, parameters: [] });
    expect(keepHidden({ Resources: {} }, live).template.Parameters).toEqual({ Password: secret });
  });

  it('is kept by a rollback; a reference is put back; a value that is an asterisk is no hidden one', () => {
    expect(formerParameters(live, {}, {})).toEqual({ parameters: { Level: '*' }, kept: ['Password'] });
    const former = '{{resolve:ssm:/one}}';
    expect(formerParameters(live, { Password: reference }, { Password: former, Other: former })).toEqual({
      parameters: { Level: '*', Password: former },
      kept: [],
    });
  });
});

describe('the parameters that change', () => {
  const live = {
    values: {
      Level: 'DEBUG',
      Same: 'a',
      Gone: 'b',
      Dropped: '****',
      Password: '****',
      Bucket: 'c',
      SluiceAssetBucket: 'd',
      Feeding: 'hunter2',
    },
    template: of({
      Level: text,
      Same: text,
      Gone: text,
      Dropped: secret,
      Password: secret,
      Bucket: text,
      Feeding: text,
    }),
  };
  const template = of(
    {
      ...{ Level: { ...text, Default: 'INFO' }, Same: { ...text, Default: 'a' }, Bucket: text, New: text },
      ...{ Password: { ...secret, Default: 'x' }, SluiceAssetBucket: text, Feeding: text },
    },
    { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: { Ref: 'Feeding' } } } },
  );
  const given = { New: 'e'.repeat(300), SluiceAssetBucket: 'f', Feeding: reference };
  const choice = chooseParameters(template, given, [], live);
  const context = { template, choice, live, references: {} };

  it('are told with the old value and the new, secrets left out, references shown', () => {
    const changes = parameterChanges(context);
    expect(changes.map(describeParameter)).toEqual([
      'Dropped: (hidden) → removed',
      `Feeding: (hidden) → "${reference}"`,
      'Gone: "b" → removed',
      'Level: "DEBUG" → "INFO" (the template’s default)',
      `New: new → "${'e'.repeat(199)}…"`,
    ]);
    expect(fullParameterChanges(context).find(({ name }) => name === 'New')?.after).toHaveLength(300);
    expect(parameterWarnings(changes, context).map(({ code, logicalId }) => [code, logicalId])).toEqual([
      ['parameter-default', 'Level'],
      ['hidden-value-kept', 'Password'],
    ]);
  });

  it('are all of a first deployment', () => {
    const first = { ...context, live: undefined, choice: { parameters: given, kept: [] } };
    expect(parameterChanges(first).map(({ name, source }) => `${name} ${source}`)).toEqual([
      'Feeding manifest',
      'Level default',
      'New manifest',
      'Password default',
      'Same default',
    ]);
    expect(parameterChanges(first).map(describeParameter)).toContain(
      'Password: new → (hidden) (the template’s default)',
    );
    expect(parameterWarnings(parameterChanges(first), first)).toEqual([]);
  });

  it('name a reference that is given in place of another, and none that stays', () => {
    const former = { Password: '{{resolve:ssm:/one}}', Same: reference };
    const change = (Password: string) =>
      parameterChanges({ ...context, choice: { parameters: { ...given, Password }, kept: [] }, references: former })
        .filter(({ name }) => name === 'Password')
        .map(describeParameter);
    expect(change('{{resolve:ssm:/two}}')).toEqual(['Password: "{{resolve:ssm:/one}}" → "{{resolve:ssm:/two}}"']);
    expect(change('{{resolve:ssm:/one}}')).toEqual([]);
  });
});
