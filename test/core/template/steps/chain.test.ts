import { describe, expect, it } from 'vitest';
import { findAliases, unguardedFunctions } from '../../../../core/template/aliases.ts';
import { applyTemplate, restoreTemplate, settleTemplate } from '../../../../core/template/steps/chain.ts';
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
const alias = (template: Template) => template.Resources['Live']?.Properties;

describe('a template to apply', () => {
  it('publishes the new version, keeps the old one, and moves nobody', () => {
    const { template, pinned, unpinned, resources } = applyTemplate(service('B'), service('A'), versions, boundary);
    expect(alias(template)).toEqual({ FunctionName: { Ref: 'Orders' }, FunctionVersion: '7', Name: 'live' });
    expect(template.Resources['Live']).not.toHaveProperty('UpdatePolicy');
    expect(pinned).toEqual(['Live']);
    expect(unpinned).toEqual([]);
    expect(resources).toEqual([{ logicalId: 'OrdersVersionA', type: 'AWS::Lambda::Version' }]);
    expect(template.Resources['OrdersVersionA']).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('lets a rollback take the new version away: the same code could not be published again beside it', () => {
    const { template } = applyTemplate(service('B'), service('A'), versions, boundary);
    expect(template.Resources['OrdersVersionB']).toMatchObject({ DeletionPolicy: 'Delete' });
    expect(settleTemplate(service('B'), boundary).Resources['OrdersVersionB']).toMatchObject({
      DeletionPolicy: 'Retain',
    });
    // What was never settled is live all the same, and stays.
    const again = applyTemplate(service('B'), template, versions, boundary);
    expect(again.template.Resources['OrdersVersionB']).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('of a first deployment serves at once', () => {
    const { template, unpinned } = applyTemplate(service('A'), undefined, { aliases: {}, versions: {} }, boundary);
    expect(alias(template)).toEqual(alias(service('A')));
    expect(unpinned).toEqual(['Live']);
  });

  it('pins an alias that the new template drops, too', () => {
    const rest = Object.fromEntries(Object.entries(service('B').Resources).filter(([name]) => name !== 'Live'));
    const { template, pinned, resources } = applyTemplate({ Resources: rest }, service('A'), versions, boundary);
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
    expect(applyTemplate(next, service('A'), versions, boundary).unpinned).toEqual(['Live']);
    const image = {
      ...renamed,
      Resources: {
        ...renamed.Resources,
        Orders: { Type: 'AWS::Lambda::Function', Properties: { PackageType: 'Image' } },
      },
    };
    expect(applyTemplate(image, service('A'), versions, boundary).unpinned).toEqual(['Live']);
    const unguarded: Template = { Resources: { Orders: { Type: 'AWS::Lambda::Function' } } };
    expect(applyTemplate(service('B'), unguarded, versions, boundary).unpinned).toEqual(['Live']);
    const foreign: Template = {
      Resources: {
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: 'elsewhere', Name: 'live', FunctionVersion: '1' },
        },
      },
    };
    expect(applyTemplate(foreign, foreign, versions, boundary).pinned).toEqual(['Live']);
  });

  it('leaves weights to the engine', () => {
    const weighted = service('B');
    const live = weighted.Resources['Live'];
    if (live === undefined) throw new Error('no alias');
    const next = {
      ...weighted,
      Resources: { ...weighted.Resources, Live: { ...live, Properties: { ...live.Properties, RoutingConfig: {} } } },
    };
    expect(alias(applyTemplate(next, service('A'), versions, boundary).template)).not.toHaveProperty('RoutingConfig');
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
    const { template } = applyTemplate(service('B'), service('A'), versions, boundary);
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

  it('guard functions; the others move all at once', () => {
    expect(unguardedFunctions(service('A'))).toEqual([]);
    expect(unguardedFunctions(service('A', { Report: { Type: 'AWS::Lambda::Function' } }))).toEqual(['Report']);
  });
});
