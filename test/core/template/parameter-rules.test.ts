import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../../core/template/allowed-pattern.ts';
import { brokenRule, parameterValueProblems } from '../../../core/template/parameter-rules.ts';
import { manifest } from '../samples.ts';

describe('a parameter’s value', () => {
  it.each([
    [{ Type: 'String', AllowedValues: ['small', 'large'] }, 'huge', 'must be one of small, large'],
    [{ Type: 'String', AllowedValues: [1, true] }, 'false', 'must be one of 1, true'],
    [{ Type: 'String', MinLength: 3 }, 'ab', 'must have at least 3 characters'],
    [{ Type: 'String', MaxLength: '3' }, 'abcd', 'must have at most 3 characters'],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'a1', 'must match [a-z]+'],
    [
      { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'letters only' },
      'a1',
      'must match [a-z]+ (letters only)',
    ],
    [{ Type: 'Number' }, 'ten', 'must be a number'],
    [{ Type: 'Number' }, ' ', 'must be a number'],
    [{ Type: 'Number', MinValue: 1 }, '0.5', 'must be at least 1'],
    [{ Type: 'Number', MaxValue: '10' }, '11', 'must be at most 10'],
    [{ Type: 'Number', AllowedValues: ['1', 2] }, '3', 'must be one of 1, 2'],
    [{ Type: 'List<Number>', MaxValue: 2 }, '1, 3', 'must be at most 2'],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a, c', 'must be one of a, b'],
    [{ Type: 'CommaDelimitedList', AllowedPattern: '[a-z]' }, 'a,B', 'must match [a-z]'],
  ])('%j refuses %j', (body, value, rule) => {
    expect(brokenRule(body, value)).toBe(rule);
  });

  it.each([
    [{ Type: 'String', AllowedValues: ['small'], AllowedPattern: '[a-z]+', MinLength: 1, MaxLength: 9 }, 'small'],
    [{ Type: 'String', MinLength: 'many' }, ''],
    [{ Type: 'String', AllowedValues: 'odd', AllowedPattern: 1, ConstraintDescription: 1 }, 'a'],
    [{ Type: 'String', AllowedValues: ['small'] }, '{{resolve:ssm:/size}}'],
    [{ Type: 'Number', MinValue: 1, MaxValue: 2, AllowedValues: ['1.0'] }, '1'],
    [{ Type: 'List<Number>', MinValue: 1 }, ''],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'b ,a'],
    // CloudFormation looks into the account, or the Parameter Store.
    [{ Type: 'AWS::EC2::VPC::Id' }, 'none'],
    [{ Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: ['a'] }, '/name'],
    ['odd', 'a'],
    [undefined, 'a'],
  ])('%j takes %j', (body, value) => {
    expect(brokenRule(body, value)).toBeUndefined();
  });

  it('is judged for the environment, and for the target, that it is given for, and not told', () => {
    const template = {
      Parameters: { Size: { Type: 'String', AllowedValues: ['small', 'large'] }, Other: { Type: 'String' } },
      Resources: {},
    };
    const where = 'production/333333333333/us-east-1';
    const parameters = {
      staging: { Size: 'small', Unknown: 'x' },
      production: { Size: 'vast' },
      [where]: { Size: 'huge' },
    };
    expect(parameterValueProblems(template, { ...manifest, parameters })).toEqual(
      ['production', where].map((place) => ({
        code: 'template.parameter-value',
        path: `parameters.${place}.Size`,
        message: `"parameters.${place}.Size" must be one of small, large: correct it, or what the template allows.`,
      })),
    );
    expect(parameterValueProblems({ Resources: {} }, manifest)).toEqual([]);
  });
});

describe('a pattern of a template', () => {
  it.each([
    [String.raw`(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/(\d{1,2})`, '10.0.0.0/16', '10.0.0.0'],
    [String.raw`(\d{1,3}\.){3}\d{1,3}`, '10.0.0.1', '10.0.0'],
    ['^arn:aws:iam::[0-9]{12}:role/.+$', 'arn:aws:iam::333333333333:role/a', 'arn:aws:iam::3:role/a'],
    [String.raw`[^\s@]+@[^\s@]+\.[^\s@]+`, 'ada@example.com', 'ada'],
    ['(dev|prod)-(?:[a-z]?)x', 'dev-ax', 'test-ax'],
    [String.raw`(?=.{2,})[\]a-]*`, ']-', 'b'],
    ['(?<name>a)b', 'ab', 'a'],
    [String.raw`\x41B`, 'AB', 'B'],
    ['((ab)c){2}', 'abcabc', 'abc'],
    ['(ab){2,}', 'abab', 'ab'],
    ['', '', 'a'],
  ])('%s is read', (pattern, matching, other) => {
    expect([matchesPattern(pattern, matching), matchesPattern(pattern, other)]).toEqual([true, false]);
  });

  it.each([
    // It takes too long, or may.
    ['(a+)+b'],
    ['(a|aa)*b'],
    ['(a?){20}b'],
    ['((a*)b)+'],
    ['(a{1,9}){5}'],
    ['(a?){2,}'],
    ['.*.*.*.*b'],
    // Java reads it otherwise.
    [String.raw`\p{Alpha}b`],
    [String.raw`[\p{Alpha}]b`],
    [String.raw`\Qa\E`],
    [String.raw`(a)\1`],
    ['[a-z&&[^b]]'],
    ['[a&&b]'],
    ['[a[b]]'],
    ['(?i)abc'],
    ['a++'],
    ['[]a]'],
    ['(a'],
  ])('%s is left to CloudFormation', (pattern) => {
    expect(matchesPattern(pattern, `${'a'.repeat(40)}!`)).toBeUndefined();
  });

  it('is quick, and judges no long value', () => {
    const began = process.hrtime.bigint();
    expect(matchesPattern('.*.*.*b', 'a'.repeat(300))).toBe(false);
    expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(10);
    expect(matchesPattern('a*', 'a'.repeat(301))).toBeUndefined();
  });
});
