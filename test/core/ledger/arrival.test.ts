import { describe, expect, it } from 'vitest';
import { decideArrival, recordArrival, recordDuplicate } from '../../../core/ledger/arrival.ts';
import type { Arrival } from '../../../core/ledger/arrival.ts';
import { versionItem } from '../../../core/ledger/items.ts';
import { intentKey } from '../../../core/ledger/write-intent.ts';
import { digest, moment, release } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
const first: Arrival = {
  service: 'orders',
  version: '1.4.2',
  artifact,
  problems: [],
  row: undefined,
  newest: undefined,
  events: false,
};
const row = { service: 'orders', version: '1.4.2', digest, attempts: 1, release, arrivals: { v1: release } };
const again: Arrival = { ...first, artifact: { ...artifact, versionId: 'v2' }, row };
const by = { at: moment(0), actor: 'sluice-receive' };
const problems = [{ code: 'artifact.empty', path: '', message: 'Empty.' }];

describe('an arrival', () => {
  it('begins a release', () => {
    expect(decideArrival(first)).toEqual({ kind: 'begin', release, attempt: 1 });
    const { writes } = recordArrival(first, { kind: 'begin', release, attempt: 1 }, by);
    expect(writes.map((intent) => intentKey(intent).sk)).toEqual(['event#00000001', 'head', 'version#1.4.2']);
    expect(writes.at(-1)).toMatchObject({
      item: row,
      condition: { expression: 'attribute_not_exists(pk)' },
      lost: 'VersionMoved',
    });
  });

  it('of the same event changes nothing, whatever became of it', () => {
    for (const newest of ['Succeeded', 'Failed', 'Rejected'] as const) {
      expect(decideArrival({ ...first, row, newest })).toEqual({ kind: 'duplicate', release, start: false });
    }
    expect(decideArrival({ ...first, row, newest: 'Received' })).toEqual({ kind: 'duplicate', release, start: true });
    const later = { ...row, attempts: 2, release: 'orders-1.4.2-a2', arrivals: { v1: release, v2: 'orders-1.4.2-a2' } };
    expect(decideArrival({ ...first, row: later, newest: 'Received' })).toEqual({
      kind: 'duplicate',
      release,
      start: false,
    });
  });

  it('of the same bytes is a duplicate while they are under way or done', () => {
    expect(decideArrival({ ...again, newest: 'Baking' })).toEqual({ kind: 'duplicate', release, start: true });
    expect(decideArrival({ ...again, newest: 'Succeeded' })).toEqual({ kind: 'duplicate', release, start: false });
  });

  it('that changed nothing is written down, so that its event changes nothing later either', () => {
    const [write] = recordDuplicate(again);
    expect(write).toMatchObject({
      write: 'update',
      key: { pk: 'service#orders', sk: 'version#1.4.2' },
      names: { '#version': 'v2' },
      values: { ':release': release },
      lost: 'VersionMoved',
    });
    const after = { ...row, arrivals: { v1: release, v2: release } };
    expect(decideArrival({ ...again, row: after, newest: 'RolledBack' })).toMatchObject({
      kind: 'duplicate',
      start: false,
    });
    expect(recordDuplicate({ ...again, row: after })).toEqual([]);
    expect(recordDuplicate(first)).toEqual([]);
  });

  it('of bytes that were uploaded while the attempt was under way is a duplicate, however late its event comes', () => {
    const late: Arrival = { ...again, newest: 'RolledBack', newestEndedAt: '2026-11-20T09:05:00.400Z' };
    expect(decideArrival({ ...late, uploadedAt: '2026-11-20T09:00:00.000Z' })).toEqual({
      kind: 'duplicate',
      release,
      start: false,
    });
    // S3 tells whole seconds, by a clock of its own: what could have been uploaded since is a new attempt.
    for (const uploadedAt of ['2026-11-20T09:04:59.000Z', '2026-11-20T09:05:00.000Z', '2026-11-20T09:05:01.000Z'])
      expect(decideArrival({ ...late, uploadedAt })).toMatchObject({ kind: 'begin', attempt: 2 });
  });

  it('of the same bytes after a failed attempt is a new attempt', () => {
    for (const newest of [
      'Rejected',
      'Declined',
      'Expired',
      'Superseded',
      'Cancelled',
      'RolledBack',
      'Failed',
    ] as const) {
      expect(decideArrival({ ...again, newest })).toEqual({ kind: 'begin', release: 'orders-1.4.2-a2', attempt: 2 });
    }
    const { writes } = recordArrival(
      { ...again, newest: 'Failed' },
      { kind: 'begin', release: 'orders-1.4.2-a2', attempt: 2 },
      by,
    );
    const version = writes.at(-1);
    expect(version).toMatchObject({ condition: { names: { '#a': 'attempts' }, values: { ':a': 1 } } });
    expect(versionItem.parse(version?.write === 'put' ? version.item : {}).arrivals).toEqual({
      v1: release,
      v2: 'orders-1.4.2-a2',
    });
  });

  it('of other bytes under the same version is rejected, and ends at once', () => {
    const other = {
      ...again,
      artifact: { ...artifact, versionId: 'v2', sha256: 'b'.repeat(64) },
      newest: 'Succeeded' as const,
    };
    const decision = decideArrival(other);
    expect(decision).toMatchObject({
      kind: 'reject',
      release: 'orders-1.4.2-a2',
      problems: [{ code: 'artifact.version-reused' }],
    });
    if (decision.kind === 'duplicate') throw new Error('not rejected');
    const { head, events, writes } = recordArrival(other, decision, by);
    expect(head.status).toBe('Rejected');
    expect(events.map(({ type }) => type)).toEqual(['received', 'rejected', 'ended']);
    expect(writes.at(-1)).toMatchObject({ item: { digest, attempts: 2 } });
  });

  it('that cannot be read still gets its row', () => {
    const unread = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1' };
    const broken = { ...first, artifact: unread, problems };
    const decision = decideArrival(broken);
    expect(decision).toEqual({ kind: 'reject', release, attempt: 1, problems });
    if (decision.kind === 'duplicate') throw new Error('not rejected');
    const version = recordArrival(broken, decision, by).writes.at(-1);
    expect(version?.write === 'put' && 'digest' in version.item).toBe(false);
    expect(decideArrival({ ...again, artifact: { ...unread, versionId: 'v2' }, newest: 'Rejected' })).toMatchObject({
      kind: 'begin',
    });
  });

  it('leaves a version with the attempt that has it when other bytes were refused in between', () => {
    const other = {
      ...first,
      row,
      newest: 'Succeeded',
      artifact: { ...first.artifact, versionId: 'v2', sha256: 'f'.repeat(64) },
    } as const;
    const decision = decideArrival(other);
    if (decision.kind !== 'reject') throw new Error(`expected a rejection, got ${decision.kind}`);
    const { writes } = recordArrival(other, decision, by);
    expect(writes.at(-1)).toMatchObject({ item: { attempts: 2, release } });
    const after = { ...row, attempts: 2, arrivals: { v1: release, v2: decision.release } };
    const again = {
      ...first,
      row: after,
      newest: 'Succeeded',
      artifact: { ...first.artifact, versionId: 'v3' },
    } as const;
    expect(decideArrival(again)).toEqual({ kind: 'duplicate', release, start: false });
  });
});
