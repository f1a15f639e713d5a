import { describe, expect, it } from 'vitest';
import type { ChangeSetResource, ChangeTarget } from '../../../core/template/change-set.ts';
import { customWarnings, movedServiceTokens } from '../../../core/template/service-tokens.ts';
import { unknownValue } from '../../../core/template/known-after-apply.ts';
import type { Template } from '../../../core/template/template.ts';

const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

function templateOf(ServiceToken: unknown, Type = 'Custom::Thing'): Template {
  return {
    Resources: {
      Maker: { Type: 'AWS::Lambda::Function' },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Maker' } } },
      Thing: { Type, Properties: { ServiceToken } },
    },
  };
}

const detail = (Name: string, values: Pick<ChangeTarget, 'BeforeValue' | 'AfterValue'> = {}) => ({
  Target: { Attribute: 'Properties', Name, ...values },
});

function thing(...Details: readonly ReturnType<typeof detail>[]): ChangeSetResource {
  return { Action: 'Modify', LogicalResourceId: 'Thing', ResourceType: 'Custom::Thing', Replacement: 'False', Details };
}

const maker = (more: Partial<ChangeSetResource>): ChangeSetResource => ({
  ...{ Action: 'Modify', LogicalResourceId: 'Maker', ResourceType: 'AWS::Lambda::Function', Replacement: 'False' },
  ...more,
});

const unknown = detail('ServiceToken', { BeforeValue: 'arn:a', AfterValue: unknownValue });

describe('a custom resource is given to another function', () => {
  const byFunction = templateOf(arnOf('Maker'));

  it.each<[string, readonly ChangeSetResource[]]>([
    ['whose function is replaced', [maker({ Replacement: 'True' }), thing(unknown)]],
    ['whose function is new', [maker({ Action: 'Add' }), thing(unknown)]],
    ['whose token is another text', [thing(detail('ServiceToken', { BeforeValue: 'arn:a', AfterValue: 'arn:b' }))]],
    [
      'of the type of AWS’s name',
      [maker({ Replacement: 'True' }), { ...thing(unknown), ResourceType: 'AWS::CloudFormation::CustomResource' }],
    ],
  ])('%s', (_, changes) => {
    expect(movedServiceTokens(changes, byFunction)).toEqual([
      expect.stringMatching(
        /^Thing \(\S+\) would be given to another function, .*Modifying service token is not allowed/,
      ),
    ]);
  });

  it('by a version, which is another one at each release', () => {
    const version: ChangeSetResource = { Action: 'Add', LogicalResourceId: 'V2', ResourceType: 'AWS::Lambda::Version' };
    expect(movedServiceTokens([version, thing(unknown)], templateOf({ Ref: 'V2' }))).toHaveLength(1);
    expect(movedServiceTokens([version, thing(unknown)], templateOf({ 'Fn::Sub': '${V2}' }))).toHaveLength(1);
  });

  it.each<[string, readonly ChangeSetResource[]]>([
    ['changes in place', [maker({}), thing(unknown)]],
    ['changes, and the resource, too', [maker({}), thing(unknown, detail('Name'))]],
    ['is hidden', [thing(detail('ServiceToken', { BeforeValue: '****', AfterValue: '****' }))]],
    ['stays, and another is new', [maker({ Action: 'Add', LogicalResourceId: 'Other' }), thing(unknown)]],
  ])('not where its function %s', (_, changes) => {
    expect(movedServiceTokens(changes, byFunction)).toEqual([]);
  });

  it('not where it is new, or something else has such a property', () => {
    const [replaced, added] = [maker({ Replacement: 'True' }), { ...thing(), Action: 'Add' }];
    expect(movedServiceTokens([replaced, added], byFunction)).toEqual([]);
    const other = { ...thing(unknown), ResourceType: 'AWS::SQS::Queue' };
    expect(movedServiceTokens([replaced, other], byFunction)).toEqual([]);
  });
});

describe('an approver is told of custom resources', () => {
  const codes = (changes: readonly ChangeSetResource[], token: unknown, pinned: readonly string[] = []) =>
    customWarnings(changes, templateOf(token), pinned).map(({ code, logicalId }) => `${code} ${logicalId}`);

  it('that change at once', () => {
    expect(codes([thing(detail('Name'))], arnOf('Maker'))).toEqual(['custom-resource-changed Thing']);
  });

  it('not where their function alone changes, or they are new: nobody is called, or nothing is there yet', () => {
    expect(codes([thing(unknown)], arnOf('Maker'))).toEqual([]);
    expect(codes([{ ...thing(), Action: 'Add' }], arnOf('Maker'))).toEqual([]);
    expect(codes([{ ...thing(), Action: 'Remove' }], arnOf('Maker'))).toEqual([]);
  });

  it('that are made by the former version, because their alias is held', () => {
    for (const Action of ['Add', 'Modify'])
      expect(codes([{ ...thing(detail('Name')), Action }], { Ref: 'Live' }, ['Live'])).toEqual([
        'custom-by-former-version Thing',
      ]);
    // A new alias serves the new version at once.
    expect(codes([thing(detail('Name'))], { Ref: 'Live' }, [])).toEqual(['custom-resource-changed Thing']);
  });
});
