import { describe, expect, it } from 'vitest';
import { describeEnd, rollbackFailureReason } from '../../../core/notify/end-notice.ts';
import * as s from '../samples.ts';

const second = '444444444444/eu-west-1';
const api = 'https://api.example.com';
const wide = s.tell(
  undefined,
  s.draft('received'),
  {
    type: 'accepted',
    at: s.moment(1),
    actor: 'sluice-validate',
    evidence: {
      plan: s.digest,
      environments: [
        {
          ...{ name: 'staging', approval: false, bakes: true },
          ...{ onFailure: 'rollBackAll' as const, waves: [[s.staging, second]] },
        },
      ],
    },
  },
  ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing'),
  s.draft('preparing', { target: second }),
  s.draft('failed'),
);
const unclean = { type: 'ended', at: s.moment(9), actor: 'sluice-gate' } as const;

describe('why a rollback did not finish', () => {
  it('is what the transitions of its targets say', () => {
    const story = s.tell(
      wide,
      { ...s.draft('rollbackFailed'), reason: 'The role is gone.' },
      s.draft('rollbackFailed', { target: second }),
    );
    expect(rollbackFailureReason(story.head, story.events)).toBe(
      `${s.staging}: The role is gone. ${second}: no reason was recorded`,
    );
  });

  it('is unknown when no rollback failed in the environment that is held', () => {
    expect(rollbackFailureReason(wide.head, wide.events)).toBeUndefined();
    const story = s.tell(wide, s.draft('rollbackFailed'));
    expect(rollbackFailureReason(s.productionBaking.head, story.events)).toBeUndefined();
  });

  it('is told in at most a thousand characters', () => {
    const story = s.tell(wide, { ...s.draft('rollbackFailed'), reason: 'x'.repeat(1000) });
    expect(rollbackFailureReason(story.head, story.events)).toHaveLength(1000);
  });
});

describe('the notice of an end', () => {
  it('says what went wrong, what is left where, and what to do', () => {
    const stuck = s.tell(wide, { ...s.draft('rollbackFailed'), reason: 'The role is gone.' });
    const { head, events } = s.tell(stuck, { ...unclean, evidence: { status: 'Failed', quarantined: ['staging'] } });
    const { subject, lines } = describeEnd(head, events, api);
    expect(subject).toBe(`Sluice: Failed: ${s.release} in staging`);
    expect(lines).toEqual([
      `The release ${s.release} ended as Failed in staging.`,
      'What went wrong: ChangeFailed: It broke.',
      `Why the rollback did not finish: ${s.staging}: The role is gone.`,
      'Account 222222222222, region us-east-1: rollbackFailed (not clean)',
      'Account 444444444444, region eu-west-1: preparing (not clean)',
      expect.stringMatching(/\.$/),
      'Once it is repaired: sluice clear orders staging --reason "…"',
      `${api}/releases/${s.release}`,
    ]);
  });

  it('names no environment and no failure where there is none, and asks to clear nothing that is clean', () => {
    const refused = s.tell(undefined, s.draft('received'), s.draft('cancelled'));
    const { head, events } = s.tell(refused, { ...unclean, evidence: { status: 'Cancelled' } });
    const { subject, lines } = describeEnd(head, events, api);
    expect(subject).toBe(`Sluice: Cancelled: ${s.release}`);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(`The release ${s.release} ended as Cancelled.`);
    const done = describeEnd(s.succeeded.head, s.succeeded.events, api).lines;
    expect(done).toContain('Account 333333333333, region us-east-1: settled');
    expect(done.join()).not.toContain('sluice clear');
  });

  it('has a subject that SNS takes', () => {
    const head = { ...s.succeeded.head, release: `${s.release}é${'x'.repeat(100)}` };
    const { subject } = describeEnd(head, [], api);
    expect(subject).toMatch(/^[\x20-\x7e]{100}$/);
    expect(subject).toContain(`${s.release}?x`);
  });
});
