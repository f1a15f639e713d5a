import { describe, expect, it } from 'vitest';
import { parameterValueProblems } from '../../../core/template/parameter-values.ts';
import { manifest } from '../samples.ts';

const found = (declared: object, value: string) =>
  parameterValueProblems(
    { Parameters: { Stage: declared }, Resources: {} },
    { ...manifest, parameters: { staging: { Stage: value } } },
  );

describe('a value that the manifest gives a parameter', () => {
  it.each<[object, string]>([
    [{ Type: 'String', AllowedValues: ['dev', 3, true] }, '3'],
    [{ Type: 'String', MinLength: '1', MaxLength: 3 }, 'abc'],
    [{ Type: 'String', AllowedPattern: '[0-9]+' }, 'abc'],
    [{ Type: 'Number', MinValue: 1, MaxValue: '3' }, '3'],
    [{ Type: 'Number' }, '-1.5'],
    [{ Type: 'Number' }, '{{resolve:ssm:/number}}'],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a,b'],
    [{ Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: ['a'] }, '/x'],
    [{ Type: 'String', AllowedValues: 'odd', MinLength: 'odd' }, 'x'],
  ])('passes: %j takes %j', (declared, value) => {
    expect(found(declared, value)).toEqual([]);
  });

  it.each<[object, string, string]>([
    [{ Type: 'String', AllowedValues: ['dev', 'prod'] }, 'test', 'be one of dev, prod'],
    [{ Type: 'String', MinLength: 2 }, 'a', 'have at least 2 characters'],
    [{ Type: 'String', MaxLength: 2 }, 'abc', 'have at most 2 characters'],
    [{ Type: 'Number' }, 'many', 'be a number'],
    [{ Type: 'Number' }, ' ', 'be a number'],
    [{ Type: 'Number', MinValue: 2 }, '1', 'be at least 2'],
    [{ Type: 'Number', MaxValue: 2 }, '3', 'be at most 2'],
  ])('is refused: %j does not take %j', (declared, value, wanted) => {
    expect(found(declared, value)).toEqual([
      {
        code: 'template.parameter-value',
        path: 'parameters.staging.Stage',
        message: `"parameters.staging.Stage" is "${value}", but the parameter Stage of "template.json" must ${wanted}: correct one of them.`,
        places: ['Parameters.Stage'],
      },
    ]);
  });

  it('that the template does not have is told of elsewhere', () => {
    expect(parameterValueProblems({ Resources: {} }, { ...manifest, parameters: { staging: { Gone: 'x' } } })).toEqual(
      [],
    );
  });
});
