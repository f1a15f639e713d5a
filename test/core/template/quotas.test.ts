import { describe, expect, it } from 'vitest';
import { quotaProblems } from '../../../core/template/quotas.ts';
import type { Template } from '../../../core/template/template.ts';
import { manifest } from '../samples.ts';

const topic = { Type: 'AWS::SNS::Topic' };
const many = <T>(count: number, value: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, value]));
const said = (template: Partial<Template>, parameters = {}) =>
  quotaProblems({ Resources: { One: topic }, ...template }, { ...manifest, parameters }).map(
    ({ code, message, places = [] }) => `${code} ${message} ${places.join()}`,
  );
const fn = (Properties: Record<string, unknown>, Type = 'AWS::Lambda::Function') => ({
  Resources: { Orders: { Type, Properties } },
});

describe('a template that is larger than AWS takes', () => {
  it('passes with just as much', () => {
    const Mappings = { ...many(199, {}), Large: many(200, {}) };
    expect(
      said(
        {
          ...{ Resources: many(500, topic), Parameters: many(200, {}), Outputs: many(200, {}), Mappings },
          Description: 'x'.repeat(1024),
        },
        { staging: { A: 'x'.repeat(4096) } },
      ),
    ).toEqual([]);
    const Variables = { ABCD: 'x'.repeat(4092), Empty: { Ref: 'Other' } };
    expect(
      said(fn({ Environment: { Variables: { ABCD: Variables.ABCD } }, Layers: many(1, {}), Timeout: 900 })),
    ).toEqual([]);
    expect(said(fn({ Layers: ['a', 'b', 'c', 'd', 'e'], Timeout: { Ref: 'Timeout' } }))).toEqual([]);
    expect(said(fn({ Timeout: 5400, CapacityProviderConfig: {} }))).toEqual([]);
    expect(said({ Resources: { ['A'.repeat(255)]: topic } })).toEqual([]);
    expect(said({ Resources: { Other: { ...topic, Properties: { Timeout: 2000 } } } })).toEqual([]);
  });

  it.each<[string, Partial<Template>, string]>([
    [
      'resources',
      { Resources: many(501, topic) },
      'The template has 501 resources, and CloudFormation takes 500: split it into two services. Resources',
    ],
    ['parameters', { Parameters: many(201, {}) }, 'has 201 parameters, and CloudFormation takes 200'],
    ['outputs', { Outputs: many(201, {}) }, 'has 201 outputs, and CloudFormation takes 200'],
    ['mappings', { Mappings: many(201, {}) }, 'has 201 mappings, and CloudFormation takes 200'],
    [
      'attributes',
      { Mappings: { Large: many(201, {}) } },
      'The mapping "Large" has 201 attributes, and CloudFormation takes 200: split it. Mappings.Large',
    ],
    ['description', { Description: 'ä'.repeat(513) }, 'Description has 1026 bytes, and CloudFormation takes 1024'],
    [
      'logical ids',
      { Resources: { ['A'.repeat(256)]: topic } },
      'A name in Resources has 256 characters, and CloudFormation takes 255: shorten "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…".',
    ],
    [
      'environment',
      fn({ Environment: { Variables: { ABCD: 'x'.repeat(4093), More: { Ref: 'x' } } } }),
      '"Orders" (AWS::Lambda::Function) has environment variables of at least 4101 bytes, and Lambda takes 4096: let it read what is large from a parameter or a bucket. Resources.Orders.Properties.Environment',
    ],
    [
      'layers',
      fn({ Layers: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'AWS::Serverless::Function'),
      '"Orders" (AWS::Serverless::Function) has 6 layers, and Lambda takes 5: put several into one. Resources.Orders.Properties.Layers',
    ],
    ['timeout', fn({ Timeout: '901' }), 'has a timeout of 901 seconds, and Lambda takes 900'],
    [
      'timeout on instances of its own',
      fn({ Timeout: 5401, CapacityProviderConfig: {} }),
      'has a timeout of 5401 seconds, and Lambda takes 5400',
    ],
  ])('is told by its %s', (_, template, sentence) => {
    expect(said(template)).toEqual([expect.stringContaining(sentence)]);
  });

  it('is told by a value that the manifest gives', () => {
    const found = quotaProblems(
      { Resources: {} },
      { ...manifest, parameters: { staging: { Text: 'x'.repeat(4097) } } },
    );
    expect(found).toMatchObject([{ path: 'parameters.staging.Text', code: 'template.over-quota' }]);
    expect(found[0]?.message).toContain('has 4097 bytes, and CloudFormation takes 4096');
  });
});
