import { describe, expect, it } from 'vitest';
import { addressBlocks } from '../../services/cloudformation/network-functions.ts';
import type { ResourceProvider } from '../../services/cloudformation/provider.ts';
import { allResources } from '../../services/cloudformation/resources/all.ts';
import { specificationOf } from '../../services/cloudformation/specification/specification.ts';

/**
 * Where a type that behaves replaces although AWS's specification does not say so, each looked up on the page of the type.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
 */
const REPLACED_HERE: Readonly<Record<string, readonly string[]>> = {
  // The page says Replacement.
  'AWS::DynamoDB::Table': ['LocalSecondaryIndexes'],
  // The page says No interruption: SES's TagResource is not implemented, and to ignore the change would be worse.
  'AWS::SES::EmailIdentity': ['Tags'],
};

describe('a type that behaves', () => {
  const specified = allResources.flatMap((provider) => {
    const specification = specificationOf(provider.type);
    return specification === undefined ? [] : [{ provider, specification }];
  });
  const named = (provider: ResourceProvider): readonly string[] => REPLACED_HERE[provider.type] ?? [];

  it('is a type of AWS’s, but for the one that the CDK makes up', () => {
    const types = specified.map(({ provider }) => provider.type);
    expect(allResources.map(({ type }) => type).filter((type) => !types.includes(type))).toEqual([
      'AWS::CDK::Metadata',
    ]);
  });

  it('replaces what the specification says', () => {
    for (const { provider, specification } of specified) {
      const replacing = provider.properties.filter(
        (name) => specification.properties[name]?.causesReplacement === 'yes',
      );
      expect([provider.type, ...provider.createOnly].sort()).toEqual(
        [provider.type, ...replacing, ...named(provider)].sort(),
      );
    }
  });

  it('has no properties and attributes that the specification has not', () => {
    for (const { provider, specification } of specified) {
      const { properties, attributes } = specification;
      const extra = [
        ...provider.properties.filter((name) => !Object.hasOwn(properties, name)),
        ...provider.attributes.filter((name) => !Object.hasOwn(attributes, name)),
      ];
      expect([provider.type, ...extra]).toEqual([provider.type]);
    }
  });
});

describe('Fn::Cidr', () => {
  it('cuts a block as its page does', () => {
    expect(addressBlocks('192.168.0.0/24', 6, 5)).toEqual(
      [0, 32, 64, 96, 128, 160].map((last) => `192.168.0.${last}/27`),
    );
    expect(addressBlocks('10.0.0.0/16', 2, 8)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
  });

  it.each([
    ['10.0.0.0/24', 257, 4],
    ['10.0.0.0/24', 3, 7],
    ['10.0.0.0', 1, 4],
    ['10.0.0.300/24', 1, 4],
  ])('refuses what does not fit: %s, %i, %i', (block, count, bits) => {
    expect(() => addressBlocks(block, count, bits)).toThrow(/^Template error: /);
  });
});
