import { describe, expect, it } from 'vitest';
import type { ApprovalItem } from '../../../core/ledger/items.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import { chainHash, chainStart } from '../../../core/release/chain.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import type { Origin } from '../../../core/release/origin.ts';
import { checkRules } from '../../../core/release/rules.ts';
import type { EnvironmentRecord, ReleaseRecord } from '../../../core/release/rules.ts';
import { sampleHead } from '../../../scripts/actions-page.ts';
import * as s from '../samples.ts';

const approved: ApprovalItem = {
  ...s.approval,
  state: 'approved',
  decisions: [{ by: 'robin@example.com', decision: 'approve', at: s.moment(5), via: 'link' }],
};
const good: ReleaseRecord = { ...s.succeeded, approvals: [approved] };
const place = { service: 'orders', environment: 'production' };
const free: EnvironmentRecord = { ...place, turn: { ...place, fence: 1 }, quarantine: undefined, cleared: [] };

/** The numbers of the rules that do not hold. */
function broken(releases: readonly ReleaseRecord[], environments: readonly EnvironmentRecord[] = []): number[] {
  return [...new Set(checkRules(releases, environments).map(({ rule }) => rule))].sort();
}

/** Events with a chain that holds, whatever they say. */
function relink(events: readonly ReleaseEvent[]): ReleaseEvent[] {
  let previousHash = chainStart;
  return events.map((event, index) => {
    const linked = { ...event, sequence: index + 1, previousHash };
    previousHash = chainHash(linked);
    return { ...linked, hash: previousHash };
  });
}

describe('the rules of the ledger', () => {
  it('hold for a release that went well, and for one that failed', () => {
    expect(checkRules([good], [free])).toEqual([]);
    const failed = s.tell(s.productionBaking, s.draft('failed'), {
      type: 'ended',
      at: s.moment(9),
      actor: 'sluice-gate',
      evidence: { status: 'Failed', quarantined: ['production'] },
    });
    const quarantine = { release: s.release, reason: 'It broke.', since: s.moment(9), targets: [s.production] };
    const held = { ...place, turn: { ...place, fence: 1, holder: s.release }, quarantine, cleared: [] };
    expect(checkRules([{ ...failed, approvals: [approved] }], [held])).toEqual([]);
    expect(broken([{ ...failed, approvals: [approved] }], [{ ...held, quarantine: undefined, cleared: [] }])).toEqual([
      8,
    ]);
    expect(checkRules([{ ...failed, approvals: [approved] }], [{ ...free, cleared: [s.release] }])).toEqual([]);
  });

  it('1: one holder, by a number that is given once', () => {
    const holding: ReleaseRecord = { ...s.productionHeld, approvals: [approved] };
    expect(broken([holding], [{ ...free, turn: { ...place, fence: 1, holder: s.release } }])).toEqual([]);
    expect(broken([holding], [free])).toEqual([1]);
    expect(broken([good], [{ ...free, turn: { ...place, fence: 1, holder: 'orders-9-a1' } }])).toEqual([1]);
    expect(broken([good], [{ ...free, turn: undefined }])).toEqual([]);
    const twin = { ...holding, head: { ...holding.head, release: 'orders-2-a1' } };
    const both = checkRules([holding, twin], [free]).map(({ sentence }) => sentence);
    expect(both).toContain('orders in production is held by orders-1.4.2-a1 and orders-2-a1.');
    expect(both).toContain('Fencing number 1 was given to orders-1.4.2-a1 too.');
  });

  it('2: one end, and nothing after it', () => {
    expect(broken([{ ...good, head: { ...good.head, status: 'Baking' } }])).toEqual([2, 3]);
    const last = good.events.at(-1);
    const failed = s.tell(s.accepted, s.draft('failed')).events.at(-1);
    if (last === undefined || failed === undefined) throw new Error('no events');
    expect(broken([{ ...good, events: relink([...good.events, failed]) }])).toEqual([2, 3]);
    expect(broken([{ ...good, events: relink([...good.events, last]) }])).toEqual([2, 3]);
  });

  it('3: events and head agree', () => {
    expect(broken([{ ...good, events: good.events.map((event) => ({ ...event, actor: 'x' })) }])).toEqual([3]);
    expect(broken([{ ...good, head: { ...good.head, author: 'x' } }])).toEqual([3]);
  });

  it('4: an approval is for exactly this, by somebody allowed, once', () => {
    expect(broken([{ ...good, approvals: [] }])).toEqual([4]);
    expect(broken([{ ...good, approvals: [{ ...approved, change: s.digest }] }])).toEqual([4]);
    expect(broken([{ ...good, approvals: [{ ...approved, decisions: [] }] }])).toEqual([4]);
    const self = {
      ...approved,
      decisions: [{ by: 'ada@example.com', decision: 'approve' as const, at: s.moment(5), via: 'iam' as const }],
    };
    expect(broken([{ ...good, approvals: [self] }])).toEqual([4]);
    expect(broken([{ ...good, approvals: [{ ...self, selfApproval: true }] }])).toEqual([]);
    const without = { ...approved, including: [{ group: 'security', people: ['sam@example.com'] }] };
    expect(broken([{ ...good, approvals: [without] }])).toEqual([4]);
    const withOne = { ...approved, including: [{ group: 'release', people: ['robin@example.com'] }] };
    expect(broken([{ ...good, approvals: [withOne] }])).toEqual([]);
    const stranger = {
      ...approved,
      decisions: [{ by: 'eve@example.com', decision: 'approve' as const, at: s.moment(5), via: 'iam' as const }],
    };
    expect(broken([{ ...good, approvals: [stranger] }])).toEqual([4]);
    const again = s.tell(
      s.productionHeld,
      ...s.drafts('production', 'approvalVoided', 'approvalRequested', 'approved'),
    );
    expect(broken([{ ...again, approvals: [approved] }])).toEqual([4]);
    const voided = { ...approved, state: 'void' as const };
    const another = s.tell(s.productionHeld, ...s.drafts('production', 'approvalVoided'));
    expect(broken([{ ...another, approvals: [voided] }])).toEqual([]);
    expect(broken([{ ...good, approvals: [voided] }])).toEqual([4]);
    const unasked = s.tell(s.stagingDone, ...s.drafts('production', 'lookingAhead', 'approvalNotNeeded'));
    expect(broken([{ ...unasked, approvals: [] }])).toEqual([]);
    const origin = { kind: 'promotion' as const, environments: ['production'], hotfix: true as const };
    const hotfix = { ...unasked, head: { ...unasked.head, origin }, approvals: [] };
    expect(checkRules([hotfix], []).map(({ sentence }) => sentence)).toContain('Nobody was asked about a hotfix.');
  });

  it('5 and 8: earlier environments first, and a turn is given back if and only if clean', () => {
    const state = good.head.environments['staging'];
    if (state === undefined) throw new Error('no staging');
    const skipped = {
      ...good.head,
      environments: { ...good.head.environments, staging: { ...state, phase: 'waiting' as const } },
    };
    expect(broken([{ ...good, head: skipped }])).toEqual([3, 5]);
    const dirty = { ...state, phase: 'undone' as const, targets: { [s.staging]: 'changing' as const } };
    expect(
      broken([{ ...good, head: { ...good.head, order: ['staging'], environments: { staging: dirty } } }]),
    ).toContain(8);
    const kept = { ...state, phase: 'proven' as const };
    expect(
      broken([{ ...good, head: { ...good.head, order: ['staging'], environments: { staging: kept } } }]),
    ).toContain(8);
  });

  it('5: what a person brings has served there, or has passed the environments before, unless it is a hotfix', () => {
    const record = (head: ReleaseHead): ReleaseRecord => ({ head, events: [], approvals: [] });
    const fives = (...heads: ReleaseHead[]): number =>
      checkRules(heads.map(record), []).filter(({ rule }) => rule === 5).length;
    const proven = sampleHead('Succeeded');
    const other = { ...proven, artifact: { ...proven.artifact, sha256: 'f'.repeat(64) } };
    const { production } = sampleHead('Deploying').environments;
    const brought = (origin: Origin): ReleaseHead => ({
      ...{ ...sampleHead('Deploying'), release: 'orders-1.4.2-a2', order: ['production'], origin },
      environments: production === undefined ? {} : { production },
    });
    const back = brought({ kind: 'rollback', environments: ['production'] });
    expect(fives(proven, back)).toBe(0);
    expect(fives(other, back)).toBe(1);
    const promoted = brought({ kind: 'promotion', environments: ['production'] });
    expect(fives(sampleHead('Declined'), promoted)).toBe(0);
    expect(fives(other, promoted)).toBe(1);
    expect(fives(other, { ...promoted, origin: { kind: 'retry', environments: ['production'] } })).toBe(1);
    expect(fives(other, brought({ kind: 'promotion', environments: ['production'], hotfix: true }))).toBe(0);
    expect(fives(promoted)).toBe(0);
  });

  it('9: a change is announced before it happens', () => {
    const events = relink(good.events.filter(({ type }) => type !== 'shiftStarted'));
    expect(broken([{ ...good, events }])).toEqual([3, 9]);
  });
});
