import { describe, expect, it } from 'vitest';
import { recoveryFunction, recoveryPayload } from '../../../core/manifest/recovery.ts';
import { manifest, release } from '../samples.ts';

describe('the function that undoes changes to data', () => {
  it('is what the manifest names, unless that is for people', () => {
    const named = (recovery: string) => recoveryFunction({ dataChanges: { reversible: false, recovery } });
    expect(named('UndoFunction')).toBe('UndoFunction');
    expect(named('https://example.com/runbook')).toBeUndefined();
    expect(named('Ask the desk')).toBeUndefined();
    expect(recoveryFunction({ dataChanges: { reversible: true } })).toBeUndefined();
    expect(recoveryFunction(manifest)).toBeUndefined();
  });

  it('is told what is rolled back where, to which version, by a key that stays the same', () => {
    const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
    const payload = recoveryPayload(release, where, manifest, '1.4.1');
    expect(payload).toEqual({
      ...{ release, service: 'orders', ...where, fromVersion: '1.4.2', toVersion: '1.4.1' },
      idempotencyKey: `${release}/production/333333333333/us-east-1`,
    });
    expect(recoveryPayload(release, where, manifest, undefined)).toEqual({ ...payload, toVersion: null });
  });
});
