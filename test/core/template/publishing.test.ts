import { describe, expect, it } from 'vitest';
import type { ChangeSetResource, ChangeTarget } from '../../../core/template/change-set.ts';
import {
  decidePublishing,
  foreseePublishing,
  pairVersions,
  type VersionPair,
} from '../../../core/template/publishing.ts';
import type { Template } from '../../../core/template/template.ts';

const pair: VersionPair = { versionId: 'Version', functionId: 'Orders', liveId: 'Version', same: true };
const none: ReadonlySet<string> = new Set();
const unknown = '{{changeSet:KNOWN_AFTER_APPLY}}';

function modified(...targets: readonly ChangeTarget[]): ChangeSetResource {
  const details = targets.map((target) => ({ Target: { Attribute: 'Properties', ...target } }));
  return { Action: 'Modify', LogicalResourceId: 'Orders', Replacement: 'False', Details: details };
}

const decided = (change: ChangeSetResource): string | undefined => decidePublishing([pair], [change], none)['Version'];

describe('a version is published', () => {
  it.each([
    ['code', { Name: 'Code', Path: '/Properties/Code/S3Key', BeforeValue: 'assets/a.zip', AfterValue: 'assets/b.zip' }],
    ['an environment variable', { Name: 'Environment', BeforeValue: '{"A":"1"}', AfterValue: '{"A":"2"}' }],
    ['a variable that is new', { Name: 'Environment', Path: '/Properties/Environment/Variables/A', AfterValue: '1' }],
    [
      'other code, of which only where it lies is told',
      { Name: 'Code', BeforeValue: '{"S3Bucket":"a"}', AfterValue: '{"S3Bucket":"b"}' },
    ],
    ['a list in place of an object', { Name: 'TenancyConfig', BeforeValue: '["a"]', AfterValue: '{"0":"a"}' }],
    ['a layer', { Name: 'Layers', BeforeValue: '["arn:…:1"]', AfterValue: '["arn:…:2"]' }],
    ['a timeout', { Name: 'Timeout', BeforeValue: '3', AfterValue: '5' }],
    ['a property that nobody knew yet', { Name: 'TenancyConfig', BeforeValue: 'a', AfterValue: 'b' }],
  ] as const)('for certain where Lambda sees %s', (_, target) => {
    expect(decided(modified(target))).toBe('certain');
  });

  it.each([
    [
      'a layer’s new content is not known yet',
      { Name: 'Layers', BeforeValue: '["arn:…:1"]', AfterValue: `["${unknown}"]` },
    ],
    ['a value is hidden', { Name: 'Environment', BeforeValue: '****', AfterValue: '****' }],
    ['a default is written down', { Name: 'MemorySize', AfterValue: '128' }],
    ['the code lies elsewhere', { Name: 'Code', Path: '/Properties/Code/S3Bucket', BeforeValue: 'a', AfterValue: 'b' }],
    [
      'the same code lies elsewhere',
      { Name: 'Code', BeforeValue: '{"S3Bucket":"a","S3Key":"k"}', AfterValue: '{"S3Bucket":"b","S3Key":"k"}' },
    ],
    ['no values are given', { Name: 'Role' }],
  ] as const)('with a mark where %s', (_, target) => {
    expect(decided(modified(target))).toBe('uncertain');
  });

  it('for certain where the function is new or another one', () => {
    expect(decided({ Action: 'Add', LogicalResourceId: 'Orders' })).toBe('certain');
    expect(decided({ ...modified(), Replacement: 'True' })).toBe('certain');
  });

  it('with a mark where nothing of the function changes, but no version of it serves, or another one', () => {
    expect(decidePublishing([{ ...pair, same: false }], [], none)).toEqual({ Version: 'uncertain' });
    expect(decidePublishing([{ versionId: 'Version', functionId: 'Orders', same: false }], [], none)).toEqual({
      Version: 'uncertain',
    });
    expect(decidePublishing([pair], [], new Set(['Orders']))).toEqual({ Version: 'uncertain' });
  });
});

describe('no version is published', () => {
  it.each([
    ['nothing changes', { Name: 'Environment', BeforeValue: '{"A":1,"B":"2"}', AfterValue: '{"B":"2","A":"1"}' }],
    ['a version does not hold it', { Name: 'ReservedConcurrentExecutions', BeforeValue: '1', AfterValue: '2' }],
    ['only tags change', { Attribute: 'Tags', Name: 'Tags', BeforeValue: '[]', AfterValue: '[{}]' }],
    ['a list is only written otherwise', { Name: 'Layers', BeforeValue: '["a", 1]', AfterValue: '["a","1"]' }],
    ['only metadata changes', { Attribute: 'Metadata', Name: 'Metadata' }],
  ] as const)('where %s', (_, target) => {
    expect(decided(modified(target))).toBeUndefined();
  });

  it('where the change set does not tell what changes', () => {
    const change = { Action: 'Modify', LogicalResourceId: 'Orders', Replacement: 'False' };
    expect(decided(change)).toBeUndefined();
    expect(decided({ ...change, Details: [{}] })).toBeUndefined();
  });

  it('where the function is not in the change set, or leaves it', () => {
    expect(decidePublishing([pair], [], none)).toEqual({});
    expect(decided({ Action: 'Remove', LogicalResourceId: 'Orders' })).toBeUndefined();
    expect(
      decided({ ...modified({ Name: 'Timeout', BeforeValue: '1', AfterValue: '2' }), LogicalResourceId: 'Other' }),
    ).toBeUndefined();
  });
});

function template(version: string, code: string, more: Template['Resources'] = {}): Template {
  return {
    Resources: {
      Orders: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'b', S3Key: `assets/${code}.zip` } } },
      [version]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          FunctionName: { Ref: 'Orders' },
          Name: 'live',
          FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
        },
      },
      ...more,
    },
  };
}

describe('versions', () => {
  const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64));

  it('are paired by what the alias serves, whatever their logical ids and whatever the live template says', () => {
    const live = template('OldVersion', a ?? '', {
      Pinned: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } },
      OtherVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: 'another' } },
    });
    const versions = { aliases: { Live: '3' }, versions: { OtherVersion: '3', OldVersion: '2', Pinned: '3' } };
    expect(pairVersions(template('NewVersion', a ?? ''), live, versions)).toEqual([
      { versionId: 'NewVersion', functionId: 'Orders', liveId: 'Pinned', same: true },
    ]);
    expect(pairVersions(template('NewVersion', a ?? ''), live, { aliases: {}, versions: {} })).toEqual([
      { versionId: 'NewVersion', functionId: 'Orders', same: false },
    ]);
  });

  it.each([
    ['a part of a Join', { 'Fn::Join': [':', ['arn:aws:lambda:r:a:function', { Ref: 'Orders' }]] }],
    ['a Sub with variables', { 'Fn::Sub': ['${Name}', { Name: { Ref: 'Orders' } }] }],
    ['either branch of a condition', { 'Fn::If': ['C', { Ref: 'Orders' }, { 'Fn::GetAtt': ['Orders', 'Arn'] }] }],
  ])('know their function as %s', (_, FunctionName) => {
    const named = template('Version', a ?? '', {
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName } },
    });
    expect(pairVersions(named, named, { aliases: { Live: '1' }, versions: { Version: '1' } })).toEqual([
      { versionId: 'Version', functionId: 'Orders', liveId: 'Version', same: true },
    ]);
  });

  it('differ where they say something else themselves', () => {
    const described = {
      Version: {
        Type: 'AWS::Lambda::Version',
        Properties: { FunctionName: { 'Fn::Sub': '${Orders}' }, Description: 'x' },
      },
    };
    const versions = { aliases: { Live: '1' }, versions: { Version: '1' } };
    expect(pairVersions(template('Version', a ?? '', described), template('Version', a ?? ''), versions)).toEqual([
      { versionId: 'Version', functionId: 'Orders', liveId: 'Version', same: false },
    ]);
  });

  const version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } };

  // https://github.com/serverless/serverless/issues/8251
  it('may be of a function that the template does not have', () => {
    const imported = { FunctionName: { 'Fn::ImportValue': 'orders' } };
    const next: Template = {
      Resources: {
        V: { Type: 'AWS::Lambda::Version', Properties: imported },
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { ...imported, Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] } },
        },
      },
    };
    expect(pairVersions(next, { Resources: {} }, { aliases: {}, versions: {} })).toEqual([
      { versionId: 'V', same: false },
    ]);
  });

  it('that no alias names are those whose place they take', () => {
    const made = (...ids: string[]): Template => ({
      Resources: {
        Orders: { Type: 'AWS::Lambda::Function' },
        ...Object.fromEntries(ids.map((id) => [id, version])),
      },
    });
    const none = { aliases: {}, versions: { Old: '1' } };
    const [pair] = pairVersions(made('New'), made('Old'), none);
    expect(pair).toEqual({ versionId: 'New', functionId: 'Orders', liveId: 'Old', same: true });
    expect(pairVersions(made('Old'), made('Old'), none)).toEqual([]);
    expect(pairVersions(made('Old', 'New'), made('Old'), none)).toEqual([]);
    expect(pairVersions(made('New', 'Newer'), made('Old'), none)).toEqual([]);
    expect(pairVersions(made('New'), made(), none)).toEqual([]);
    expect(pairVersions(made('New'), made('Old', 'Older'), none)).toEqual([]);
  });

  // https://github.com/aws/aws-cdk/issues/7636
  it('are others where the template goes on having the live one', () => {
    const old = template('Version', a ?? '');
    const next = template('Second', a ?? '', { Version: version });
    const pairs = pairVersions(next, old, { aliases: { Live: '1' }, versions: { Version: '1' } });
    expect(pairs).toEqual([{ versionId: 'Second', functionId: 'Orders', liveId: 'Version', same: false }]);
    expect(decidePublishing(pairs, [], none)).toEqual({ Second: 'uncertain' });
  });

  it('are left to CloudFormation where one function has several', () => {
    const beta = template('Stable', a ?? '').Resources;
    const next = template('Version', a ?? '', {
      Stable: beta['Stable'] ?? { Type: '' },
      Beta: beta['Live'] ?? { Type: '' },
    });
    expect(pairVersions(next, next, { aliases: { Live: '1', Beta: '1' }, versions: {} })).toEqual([]);
  });

  it('are known to be published beforehand where packed code has another digest', () => {
    const [next, live] = [template('Version', b ?? ''), template('Version', a ?? '')];
    expect(foreseePublishing([pair], next, live)).toEqual({ Version: 'certain' });
    expect(foreseePublishing([pair], live, live)).toEqual({});
    expect(foreseePublishing([pair], template('Version', 'named-by-hand'), live)).toEqual({});
  });
});
