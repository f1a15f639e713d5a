import { describe, expect, it } from 'vitest';
import { decideScan, isAwaited } from '../../../core/reconcile/lost-uploads.ts';
import { moment } from '../samples.ts';

describe('the search for lost uploads', () => {
  it('begins at the start of the bucket, goes on where it was, and rests for a quarter of an hour', () => {
    const marker = { key: 'orders/1.zip', versionId: 'v' };
    expect(decideScan(undefined, moment(0))).toEqual({ marker: undefined });
    expect(decideScan({ marker }, moment(0))).toEqual({ marker });
    expect(decideScan({ endedAt: moment(0) }, moment(899))).toBeUndefined();
    expect(decideScan({ endedAt: moment(0) }, moment(900))).toEqual({ marker: undefined });
  });

  it('is for objects of the last three days whose event is certainly over', () => {
    const object = { key: 'k', versionId: 'v', uploadedAt: moment(0) };
    expect([599, 600, 259_200, 259_201].map((seconds) => isAwaited(object, moment(seconds)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const planned = { ...object, key: '.plans/orders/a.zip' };
    expect(isAwaited(planned, moment(600))).toBe(false);
  });
});
