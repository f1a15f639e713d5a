import { expect, it } from 'vitest';
import { describeEvidence } from '../../../../core/contract/api/evidence.ts';
import { describeServed, inUtc } from '../../../../core/contract/api/live-at.ts';
import { describeSource } from '../../../../core/contract/api/source.ts';
import type { EvidenceDocument } from '../../../../core/checks/evidence.ts';
import type { ServedItem } from '../../../../core/ledger/items.ts';
import { approval, digest, moment, release } from '../../samples.ts';

const target = { account: '333333333333', region: 'us-east-1' };

it.each([{}, target])('evidence is of a target, or of a whole environment: %j', (where) => {
  const document: EvidenceDocument = { kind: 'series', release, environment: 'production', ...where, slices: [] };
  expect(describeEvidence(document, digest, 0)).toEqual({
    ...{ kind: 'series', evidence: digest, release, environment: 'production', slices: [] },
    ...where,
  });
});

it.each([
  ['2026-11-20', '2026-11-20T00:00:00Z'],
  ['2026-11-20T09:30', '2026-11-20T09:30:00Z'],
  ['2026-11-20T09:30:01', '2026-11-20T09:30:01Z'],
  ['2026-11-20T09:30:01.5', '2026-11-20T09:30:01.5Z'],
  ['2026-11-20T09:30:01+01:00', '2026-11-20T09:30:01+01:00'],
  ['yesterday', 'yesterday'],
])('a moment without a zone is in UTC: %s', (written, instant) => {
  expect(inUtc(written)).toBe(instant);
});

it('nothing served, or what those let through who had approved it by then', () => {
  const item: ServedItem = {
    ...{ service: 'orders', environment: 'production', ...target, at: moment(60), cause: 'changed', by: release },
    live: { release, version: '1.4.2', since: moment(60), stackId: 's', aliases: [] },
  };
  const decided = (by: string, decision: 'approve' | 'decline', seconds: number) => ({
    ...{ by, decision, at: moment(seconds), via: 'link' as const },
  });
  const approvals = [
    {
      ...approval,
      state: 'approved' as const,
      decisions: [decided('max', 'approve', 50), decided('sam', 'decline', 51), decided('robin', 'approve', 61)],
    },
    { ...approval, environment: 'staging', state: 'approved' as const, decisions: [decided('eve', 'approve', 1)] },
    { ...approval, state: 'void' as const, decisions: [decided('eve', 'approve', 1)] },
  ];
  expect(describeServed(item, moment(90), { approvals, events: [] })?.approvals.map(({ by }) => by)).toEqual(['max']);
  const nothing = { ...item };
  delete nothing.live;
  expect(describeServed(nothing, moment(90), { approvals, events: [] })).toBeUndefined();
});

it('a source has what its manifest says', () => {
  const all = { repository: 'https://example.com/orders', commit: 'abc1234', author: 'Ada', committedAt: moment(0) };
  expect(describeSource(all)).toMatchObject(all);
  expect(describeSource({ author: 'Ada' })).toEqual({ author: 'Ada' });
});
