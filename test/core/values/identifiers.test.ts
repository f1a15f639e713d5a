import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, durationSeconds, isoDuration } from '../../../core/values/duration.ts';
import {
  assetBucketName,
  defaultExternalId,
  deploymentGroupName,
  engineRoleName,
  releaseBucketName,
  roleArn,
  defaultStackName,
  targetRoleName,
} from '../../../core/contract/names.ts';
import {
  formatReleaseId,
  nameUnreadable,
  parseArtifactKey,
  parseVersionName,
  undoExecutionName,
} from '../../../core/values/release-id.ts';
import { nameTarget, parseTarget, releaseId, serviceName, versionName } from '../../../core/values/identifiers.ts';

const services = fc
  .stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z][a-z0-9]{0,8}){0,2}$/)
  .filter((name) => name.length <= 30);
const versions = fc.stringMatching(/^[0-9][0-9A-Za-z._-]{0,39}$/);

/** Takes an id apart: it must be possible in one way only, or two releases could have the same id. */
function parseReleaseId(id: string): unknown {
  const match = /^(?<service>[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*)-(?<version>[0-9].*)-a(?<attempt>[0-9]+)$/.exec(id);
  return match === null ? undefined : { ...match.groups, attempt: Number(match.groups?.['attempt']) };
}

describe('a release id', () => {
  it('can be taken apart again, and is a fit name of an execution', () => {
    fc.assert(
      fc.property(services, versions, fc.integer({ min: 1, max: 99_999 }), (service, version, attempt) => {
        expect(serviceName.safeParse(service).success && versionName.safeParse(version).success).toBe(true);
        const id = formatReleaseId({ service, version, attempt });
        expect(releaseId.safeParse(id).success).toBe(true);
        expect(id.length).toBeLessThanOrEqual(80);
        expect(parseReleaseId(id)).toEqual({ service, version, attempt });
      }),
    );
  });

  it('is nothing else', () => {
    for (const id of [
      '',
      'orders',
      'orders-1',
      'orders-1-a0',
      'Orders-1-a1',
      'orders-x-a1',
      '-1-a1',
      'o--1-a1',
      `${'o'.repeat(80)}-1-a1`,
    ]) {
      expect(releaseId.safeParse(id).success, id).toBe(false);
    }
  });
});

describe('the key of an artifact', () => {
  it('names service and version', () => {
    expect(parseArtifactKey('order-history/1.4.2.zip')).toEqual({ service: 'order-history', version: '1.4.2' });
    for (const key of [
      '',
      'orders',
      'orders/1.zip.exe',
      'a/b/1.zip',
      'Orders/1.zip',
      'orders/v1.zip',
      '/1.zip',
      'orders/.zip',
    ]) {
      expect(parseArtifactKey(key), key).toBeUndefined();
    }
  });

  it('that cannot be read still gives a name, always the same', () => {
    const { service, version } = nameUnreadable('x y.zip', 'v1');
    expect(releaseId.safeParse(formatReleaseId({ service, version, attempt: 1 })).success).toBe(true);
    expect(nameUnreadable('x y.zip', 'v1').version).toBe(version);
    expect(nameUnreadable('x y.zip', 'v2').version).not.toBe(version);
  });
});

describe('a target', () => {
  it('is named by account and Region', () => {
    const target = { account: '222222222222', region: 'eu-west-1' };
    expect(parseTarget(nameTarget(target))).toEqual(target);
    expect(() => parseTarget('x')).toThrow();
  });
});

describe('a duration', () => {
  it('has a fixed length', () => {
    expect(['PT10M', 'P7D', 'P1W', 'PT1H30M5S', 'P1DT1S'].map(durationSeconds)).toEqual([
      600, 604_800, 604_800, 5405, 86_401,
    ]);
    for (const text of ['', 'P', 'PT', 'P1M', 'P1Y', '10m', 'P61D', 'PT1.5S', 'P1DT']) {
      expect(isoDuration.safeParse(text).success, text).toBe(false);
    }
    expect(() => durationSeconds('P1Y')).toThrow(RangeError);
    expect(addSeconds('2026-11-20T23:59:59.000Z', 2)).toBe('2026-11-21T00:00:01.000Z');
  });
});

describe('names that two accounts must agree on', () => {
  it('are fixed', () => {
    expect(roleArn('222222222222', targetRoleName('deploy', 'us-east-1'))).toBe(
      'arn:aws:iam::222222222222:role/sluice-target-deploy-us-east-1',
    );
    expect(engineRoleName('workflow')).toBe('sluice-workflow');
    expect(assetBucketName('222222222222', 'us-east-1')).toBe('sluice-assets-222222222222-us-east-1');
    expect(releaseBucketName('111111111111', 'us-east-1')).toBe('sluice-releases-111111111111-us-east-1');
    expect(defaultStackName('orders', 'staging')).toBe('sluice-orders-staging');
    expect(defaultExternalId('111111111111')).toContain('111111111111');
  });

  it('keep within what CodeDeploy allows', () => {
    expect(deploymentGroupName('sluice-orders-staging', 'LiveAlias')).toBe('sluice-orders-staging-LiveAlias');
    const [a, b] = ['A', 'B'].map((end) => deploymentGroupName('s'.repeat(60), `${'x'.repeat(60)}${end}`));
    expect(a).toHaveLength(100);
    expect(a).not.toBe(b);
  });
});

describe('the execution that undoes what a release left', () => {
  it('is named by the release, as far as a name may be long', () => {
    expect(undoExecutionName('orders-1.4.2-a1')).toBe('orders-1.4.2-a1-undo');
    const longest = (attempt: number): string =>
      undoExecutionName(formatReleaseId({ service: 's'.repeat(30), version: '1'.repeat(40), attempt }));
    expect(longest(99)).toHaveLength(80);
    expect(longest(100)).toMatch(/^[0-9a-f]{40}-undo$/);
    expect(longest(100)).not.toBe(longest(101));
  });
});

describe('a service and its version in one word', () => {
  it.each([
    ['orders-1.4.2', { service: 'orders', version: '1.4.2' }],
    ['order-history-2026-11-20.1', { service: 'order-history', version: '2026-11-20.1' }],
    ['orders-1.4.2-a1', { service: 'orders', version: '1.4.2-a1' }],
    ['o2-a1-3', { service: 'o2-a1', version: '3' }],
    ['orders', undefined],
    ['orders-latest', undefined],
    ['Orders-1', undefined],
    ['orders-1 2', undefined],
    ['', undefined],
  ])('%j is taken apart', (text, parts) => {
    expect(parseVersionName(text)).toEqual(parts);
  });
});
