import { describe, expect, it } from 'vitest';
import { findAliases } from '../../../../core/template/aliases.ts';
import { applyTemplate, restoreTemplate, settleTemplate, takeBackAll } from '../../../../core/template/steps/chain.ts';
import type { Template } from '../../../../core/template/template.ts';

/** A template as SAM expands it: a function, its version named by its content, an alias that CodeDeploy moves. */
function service(version: string, more: Template['Resources'] = {}): Template {
  return {
    Parameters: { LogLevel: { Type: 'String' } },
    Resources: {
      Orders: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: `assets/${version}.zip` } } },
      [`OrdersVersion${version}`]: {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Delete',
        Properties: { FunctionName: { Ref: 'Orders' } },
      },
      Live: {
        Type: 'AWS::Lambda::Alias',
        UpdatePolicy: {
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: { Ref: 'DeployApplication' },
            DeploymentGroupName: { Ref: 'DeployGroup' },
            BeforeAllowTrafficHook: { Ref: 'Hook' },
          },
        },
        Properties: {
          FunctionName: { Ref: 'Orders' },
          FunctionVersion: { 'Fn::GetAtt': [`OrdersVersion${version}`, 'Version'] },
          Name: 'live',
        },
      },
      ...more,
    },
  };
}

const boundary = 'arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1';
const versions = { aliases: { Live: '7' }, versions: { OrdersVersionA: '7' } };
/** What a change set says of version B, where its code is other code. */
const published = { publishing: { OrdersVersionB: 'certain' }, doubled: [] } as const;
const live = { template: service('A'), versions };
const alias = (template: Template) => template.Resources['Live']?.Properties;

describe('a template to apply', () => {
  it('publishes the new version, keeps the old one, and moves nobody', () => {
    const { template, pinned, unpinned, resources } = applyTemplate(service('B'), live, boundary, published);
    expect(alias(template)).toEqual({ FunctionName: { Ref: 'Orders' }, FunctionVersion: '7', Name: 'live' });
    expect(template.Resources['Live']).not.toHaveProperty('UpdatePolicy');
    expect(pinned).toEqual(['Live']);
    expect(unpinned).toEqual([]);
    expect(resources).toEqual([{ logicalId: 'OrdersVersionA', type: 'AWS::Lambda::Version', doubled: false }]);
    expect(template.Resources['OrdersVersionA']).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('lets a rollback take the new version away: the same code could not be published again beside it', () => {
    const { template } = applyTemplate(service('B'), live, boundary, published);
    expect(template.Resources['OrdersVersionB']).toMatchObject({ DeletionPolicy: 'Delete' });
    expect(settleTemplate(service('B'), boundary).Resources['OrdersVersionB']).toMatchObject({
      DeletionPolicy: 'Retain',
    });
    // What was never settled is live all the same, and stays.
    const again = applyTemplate(service('B'), { template, versions }, boundary, published);
    expect(again.template.Resources['OrdersVersionB']).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('of a first deployment serves at once', () => {
    const { template, unpinned } = applyTemplate(service('A'), undefined, boundary);
    expect(alias(template)).toEqual(alias(service('A')));
    expect(unpinned).toEqual(['Live']);
  });

  it('pins an alias that the new template drops, too', () => {
    const rest = Object.fromEntries(Object.entries(service('B').Resources).filter(([name]) => name !== 'Live'));
    const { template, pinned, resources } = applyTemplate(
      { Resources: rest },
      { template: service('A'), versions },
      boundary,
    );
    expect(alias(template)).toMatchObject({ FunctionVersion: '7' });
    expect(pinned).toEqual(['Live']);
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['OrdersVersionA', 'Live']);
  });

  it('does not pin an alias that is new, or comes to stand on another function', () => {
    const renamed = service('B');
    const next = {
      ...renamed,
      Resources: {
        ...renamed.Resources,
        Orders: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'orders-2' } },
      },
    };
    expect(applyTemplate(next, live, boundary, published).unpinned).toEqual(['Live']);
    const image = {
      ...renamed,
      Resources: {
        ...renamed.Resources,
        Orders: { Type: 'AWS::Lambda::Function', Properties: { PackageType: 'Image' } },
      },
    };
    expect(applyTemplate(image, live, boundary, published).unpinned).toEqual(['Live']);
    const unguarded: Template = { Resources: { Orders: { Type: 'AWS::Lambda::Function' } } };
    expect(applyTemplate(service('B'), { template: unguarded, versions }, boundary).unpinned).toEqual(['Live']);
    const foreign: Template = {
      Resources: {
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: 'elsewhere', Name: 'live', FunctionVersion: '1' },
        },
      },
    };
    expect(applyTemplate(foreign, { template: foreign, versions }, boundary).pinned).toEqual(['Live']);
  });

  it('leaves weights to the engine', () => {
    const weighted = service('B');
    const before = weighted.Resources['Live'];
    if (before === undefined) throw new Error('no alias');
    const next = {
      ...weighted,
      Resources: {
        ...weighted.Resources,
        Live: { ...before, Properties: { ...before.Properties, RoutingConfig: {} } },
      },
    };
    expect(alias(applyTemplate(next, live, boundary, published).template)).not.toHaveProperty('RoutingConfig');
  });
});

describe('a version', () => {
  it('that is not published is the live one, whatever the release calls it', () => {
    const { template, resources, named } = applyTemplate(service('B'), live, boundary);
    expect(resources).toEqual([]);
    expect(Object.keys(template.Resources)).toEqual(Object.keys(service('A').Resources));
    expect(settleTemplate(named, boundary).Resources['Live']?.Properties).toMatchObject({
      FunctionVersion: { 'Fn::GetAtt': ['OrdersVersionA', 'Version'] },
    });
  });

  it('that is published gets a logical id of its own where its name is taken', () => {
    const again = { publishing: { OrdersVersionA: 'certain' }, doubled: [] } as const;
    const first = applyTemplate(service('A'), live, boundary, again);
    expect(Object.keys(first.named.Resources)).toContain('OrdersVersionASluice2');
    const settled = settleTemplate(first.named, boundary);
    const second = applyTemplate(
      service('A'),
      { template: settled, versions: { aliases: { Live: '8' }, versions: { OrdersVersionASluice2: '8' } } },
      boundary,
      again,
    );
    expect(Object.keys(second.named.Resources)).toEqual(['Orders', 'OrdersVersionA', 'Live']);
    expect(second.resources).toEqual([
      { logicalId: 'OrdersVersionASluice2', type: 'AWS::Lambda::Version', doubled: false, policy: 'Retain' },
    ]);
  });

  it('whose change is uncertain marks its function, and goes on marking it until a change is certain', () => {
    const uncertain = { publishing: { OrdersVersionA: 'uncertain' }, doubled: [] } as const;
    const marked = applyTemplate(service('A'), live, boundary, uncertain);
    const description = marked.named.Resources['Orders']?.Properties?.['Description'];
    expect(description).toMatch(/^\(sluice [0-9a-f]{8}\)$/);
    const settled = {
      template: settleTemplate(marked.named, boundary),
      versions: { aliases: { Live: '8' }, versions: { OrdersVersionASluice2: '8' } },
    };
    const again = applyTemplate(service('A'), settled, boundary);
    expect(again.named.Resources['Orders']).toEqual(marked.named.Resources['Orders']);
    const uncertainAgain = applyTemplate(service('A'), settled, boundary, uncertain);
    expect(uncertainAgain.named.Resources['Orders']?.Properties?.['Description']).not.toBe(description);
    const certain = applyTemplate(service('A'), settled, boundary, {
      publishing: { OrdersVersionA: 'certain' },
      doubled: [],
    });
    expect(certain.named.Resources['Orders']).toEqual(service('A').Resources['Orders']);
  });

  it.each([
    ['x'.repeat(256), /^x{238} \(sluice [0-9a-f]{8}\)$/],
    [{ Ref: 'Text' }, { 'Fn::Join': [' ', [{ Ref: 'Text' }, expect.stringMatching(/^\(sluice /)]] }],
  ])('marks a function within Lambda’s limits: %j', (Description, expected) => {
    const described = service('A', { Orders: { Type: 'AWS::Lambda::Function', Properties: { Description } } });
    const { named } = applyTemplate(described, { template: described, versions }, boundary, {
      publishing: { OrdersVersionA: 'uncertain' },
      doubled: [],
    });
    const marked = named.Resources['Orders']?.Properties?.['Description'];
    if (expected instanceof RegExp) expect(marked).toMatch(expected);
    else expect(marked).toEqual(expected);
  });
});

describe('a template to settle on', () => {
  it('is the release’s own, without a second shift of traffic', () => {
    const settled = settleTemplate(service('B'), boundary);
    expect(alias(settled)).toEqual(alias(service('B')));
    expect(settled.Resources['Live']).not.toHaveProperty('UpdatePolicy');
    expect(Object.keys(settled.Resources)).not.toContain('OrdersVersionA');
  });

  it('keeps other update policies', () => {
    const group = { Type: 'X', UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace: true } } };
    const both = { Type: 'X', UpdatePolicy: { ...group.UpdatePolicy, CodeDeployLambdaAliasUpdate: {} } };
    const odd = { Type: 'X', UpdatePolicy: 'none' };
    const { Resources } = settleTemplate({ Resources: { group, both, odd } }, boundary);
    expect(Resources).toEqual({ group, both: group, odd: { Type: 'X' } });
  });
});

describe('a template to roll back to', () => {
  it('is the live one, where that gives the same versions', () => {
    expect(alias(restoreTemplate(service('A'), versions))).toEqual(alias(service('A')));
  });

  it('is pinned where it would give another version, or an unknown one', () => {
    expect(alias(restoreTemplate(service('A'), { ...versions, aliases: { Live: '8' } }))).toMatchObject({
      FunctionVersion: '8',
    });
    expect(alias(restoreTemplate(service('A'), { ...versions, versions: {} }))).toMatchObject({ FunctionVersion: '7' });
    const { template } = applyTemplate(service('B'), live, boundary, published);
    expect(alias(restoreTemplate(template, { aliases: { Live: '8' }, versions: {} }))).toMatchObject({
      FunctionVersion: '8',
    });
    expect(alias(restoreTemplate(template, versions))).toMatchObject({ FunctionVersion: '7' });
    const odd: Template = {
      Resources: { Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionVersion: { Ref: 'Version' } } } },
    };
    expect(alias(restoreTemplate(odd, versions))).toEqual({ FunctionVersion: '7' });
    expect(alias(restoreTemplate(service('A'), { aliases: {}, versions: {} }))).toEqual(alias(service('A')));
  });
});

describe('aliases', () => {
  it('are found with what they name', () => {
    expect(findAliases(service('A'))).toEqual([
      {
        logicalId: 'Live',
        functionId: 'Orders',
        versionId: 'OrdersVersionA',
        name: 'live',
        codeDeploy: {
          application: { Ref: 'DeployApplication' },
          group: { Ref: 'DeployGroup' },
          beforeHook: { Ref: 'Hook' },
        },
      },
    ]);
    const bare: Template = {
      Resources: {
        Live: {
          Type: 'AWS::Lambda::Alias',
          UpdatePolicy: { CodeDeployLambdaAliasUpdate: { AfterAllowTrafficHook: 'h' } },
          Properties: {
            FunctionName: { Ref: 'Gone' },
            FunctionVersion: { 'Fn::GetAtt': ['V', 'Arn'] },
            Name: { Ref: 'N' },
          },
        },
        Other: { Type: 'AWS::Lambda::Alias', UpdatePolicy: {} },
      },
    };
    expect(findAliases(bare)).toEqual([
      { logicalId: 'Live', codeDeploy: { application: undefined, group: undefined, afterHook: 'h' } },
      { logicalId: 'Other' },
    ]);
  });
});

describe('a logical id that the stack gave to another resource', () => {
  const table = (key: string) => ({ Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: key } });
  const none = { aliases: {}, versions: {} };
  const doubled = { publishing: {}, doubled: ['Orders'] };
  const first: Template = { Resources: { Orders: table('one') } };
  const replaced = applyTemplate(
    { Resources: { Orders: table('two') } },
    { template: first, versions: none },
    boundary,
    doubled,
  );
  const settled = settleTemplate(replaced.named, boundary);

  // The other one would get what it holds, and the team's own a new and empty table.
  it('stays with it when the team uses it, too', () => {
    const next: Template = { Resources: { Orders: table('two'), OrdersSluice2: table('other') } };
    const applied = applyTemplate(next, { template: settled, versions: none }, boundary);
    expect(applied.template.Resources).toEqual({
      ...settled.Resources,
      OrdersSluice3: { ...table('other'), Metadata: { 'sluice:logicalId': 'OrdersSluice2' } },
    });
    expect(takeBackAll(applied.template, applied.done)).toEqual(next);
    const again = applyTemplate(next, { template: settleTemplate(applied.named, boundary), versions: none }, boundary);
    expect(again.template).toEqual(applied.template);
  });

  it('is the team’s where it calls the same resource so', () => {
    const next: Template = { Resources: { OrdersSluice2: table('two') } };
    const applied = applyTemplate(next, { template: settled, versions: none }, boundary);
    expect(applied.template.Resources).toEqual(next.Resources);
  });
});
