import { describe, expect, it } from 'vitest';
import { heldDigest } from '../../../core/template/held-configuration.ts';

const latest = {
  CodeSha256: 'a',
  Environment: { Variables: { LEVEL: 'one' } },
  Layers: [{ Arn: 'arn:layer:1', CodeSize: 1 }],
  MemorySize: 128,
  VpcConfig: { SubnetIds: ['s-1', 's-2'], SecurityGroupIds: ['g'], VpcId: 'v' },
};

describe('what a version holds', () => {
  it.each([
    ['its code', { CodeSha256: 'b' }],
    ['a variable', { Environment: { Variables: { LEVEL: 'two' } } }],
    ['a layer', { Layers: [{ Arn: 'arn:layer:2', CodeSize: 1 }] }],
    ['no layer', { Layers: undefined }],
    ['how long its durable executions last', { DurableConfig: { ExecutionTimeout: 60, RetentionPeriodInDays: 1 } }],
    ['snapshots of it', { SnapStart: { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' } }],
    ['where it runs', { CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: {} } }],
    ['its tenants', { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }],
    ['its memory', { MemorySize: 256 }],
    ['a subnet', { VpcConfig: { ...latest.VpcConfig, SubnetIds: ['s-1'] } }],
    ['its network', { VpcConfig: undefined }],
  ])('differs by %s', (_, other) => {
    expect(heldDigest({ ...latest, ...other })).not.toBe(heldDigest(latest));
  });

  it.each([
    [
      'what tells a version from its function',
      { Version: '7', FunctionArn: 'arn:7', RevisionId: 'r', LastModified: 'x' },
    ],
    ['its state', { State: 'Inactive', LastUpdateStatus: 'InProgress' }],
    ['a description of its own', { Description: 'version 7' }],
    ['snapshots that are off', { SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' } }],
    ['the order of its subnets', { VpcConfig: { ...latest.VpcConfig, SubnetIds: ['s-2', 's-1'] } }],
    ['what Lambda says of a layer besides', { Layers: [{ Arn: 'arn:layer:1', CodeSize: 2 }] }],
  ])('does not differ by %s', (_, other) => {
    expect(heldDigest({ ...latest, ...other })).toBe(heldDigest(latest));
  });

  it('does not differ by the snapshot itself, which versions alone have', () => {
    const [version, code] = ['On', 'Off'].map((OptimizationStatus) =>
      heldDigest({ ...latest, SnapStart: { ApplyOn: 'PublishedVersions', OptimizationStatus } }),
    );
    expect(version).toBe(code);
  });
});
