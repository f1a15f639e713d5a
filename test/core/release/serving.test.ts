import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../core/release/advice.ts';
import { describeServing, recordedServing, type Serving } from '../../../core/release/serving.ts';
import { shownEnvironments } from '../../../core/release/shown.ts';
import { recordEnd } from '../../../core/ledger/end.ts';
import type { LiveItem, TargetItem } from '../../../core/ledger/items.ts';
import { environmentAtEnd, servingAtEnd } from '../../../core/ledger/serving-at-end.ts';
import * as s from '../samples.ts';

const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
const at = (target: string, serves: Serving['serves'], version?: string): Serving => ({
  ...{ environment: 'production', target, serves },
  ...(version === undefined ? {} : { version, release: `orders-${version}-a1` }),
});

describe('what serves at the end', () => {
  it('is a sentence for an environment, or one for each part of it', () => {
    expect(describeServing([at('1/a', 'release', '1.4.1'), at('2/b', 'release', '1.4.1')])).toEqual([
      'Version 1.4.1 serves in production.',
    ]);
    expect(
      describeServing([
        ...[at('1/a', 'release', '1.4.2'), at('2/b', 'release', '1.4.1'), at('3/c', 'nothing')],
        ...[at('4/d', 'unreleased'), at('5/e', 'untouched'), at('6/f', 'unclear'), at('7/g', 'unclear')],
      ]),
    ).toEqual([
      'Version 1.4.2 serves in production (1/a).',
      'Version 1.4.1 serves in production (2/b).',
      'Nothing serves in production (3/c): there was nothing before this release.',
      'What was there before the first release serves in production (4/d).',
      'No release is live in production (5/e), and this one has changed nothing there.',
      'It is not certain what serves in production (6/f, 7/g).',
    ]);
    expect(recordedServing({ serves: [at(s.production, 'nothing')] })).toHaveLength(1);
    expect(recordedServing({ serves: ['Orders:live 1'] })).toEqual([]);
  });

  const back = ['rollbackStarted', 'trafficRestored', 'stackRestored', 'rolledBack'] as const;
  const held = s.tell(s.accepted, ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing'));
  const failed = s.tell(held, s.draft('failed'));
  const undone = s.tell(failed, ...s.drafts('staging', ...back));
  const item: TargetItem = { ...where, release: s.release, stackName: 'sluice-orders-staging' };
  const point = { readAt: s.moment(0), aliases: [] };
  const live: LiveItem = { service: 'orders', ...where, since: s.moment(0), stackId: 'arn:x', aliases: [] };
  const released = { ...live, release: 'orders-1.4.1-a1', version: '1.4.1' };
  const stack = { ...point, stackId: 'arn:x' };

  it.each<[string, (typeof held)['head'], TargetItem[], LiveItem[], Omit<Serving, 'environment' | 'target'>]>([
    ['the release before', undone.head, [item], [released], { serves: 'release', release: 'orders-1.4.1-a1', version: '1.4.1' }], // prettier-ignore
    ['nothing after a first release', undone.head, [{ ...item, rollbackPoint: point }], [], { serves: 'nothing' }],
    ['what a taken over stack had', undone.head, [item], [live], { serves: 'unreleased' }],
    ['the same, of a release that moved nobody', undone.head, [{ ...item, rollbackPoint: stack }], [], { serves: 'unreleased' }], // prettier-ignore
    ['whatever was there where nothing was prepared', undone.head, [], [], { serves: 'untouched' }],
    ['whatever was there where it was not reached', s.accepted.head, [{ ...item, rollbackPoint: point }], [], { serves: 'untouched' }], // prettier-ignore
    ['not certain where it is unclean', failed.head, [item], [released], { serves: 'unclear' }],
  ])('is %s', (_, head, items, lives, expected) => {
    const other = { ...item, account: '444444444444', rollbackPoint: stack };
    const found = servingAtEnd(head, 'staging', [other, ...items], [{ ...released, environment: 'x' }, ...lives]);
    expect(found).toEqual([{ environment: 'staging', target: s.staging, ...expected }]);
  });

  it('is of the environment in which the release ended', () => {
    expect(environmentAtEnd(held.head)).toBe('staging');
    expect(environmentAtEnd(s.productionAsked.head)).toBe('production');
    expect(servingAtEnd(held.head, 'elsewhere', [], [])).toEqual([]);
  });

  it('is in the ledger and in the advice; where all went well, only the status is', () => {
    const serves = servingAtEnd(undone.head, 'staging', [{ ...item, rollbackPoint: point }], []);
    const turn = { service: 'orders', environment: 'staging', fence: 1, holder: s.release, takenAt: s.moment(0) };
    const by = { at: s.moment(9), actor: 'sluice-gate' };
    const { head, events } = recordEnd(undone.head, turn, by, { serves });
    expect(recordedServing(events.at(-1)?.evidence)).toEqual(serves);
    expect(adviceFor(head)).toBe(
      'Nothing serves in staging: there was nothing before this release. The team reads the evidence and drops a fixed version.',
    );
    const expired = s.tell(s.productionAsked, ...s.drafts('production', 'approvalExpired')).head;
    expect(adviceFor({ ...expired, status: 'Expired' })).toContain('sluice retry orders-1.4.2-a1.');
    expect(adviceFor({ status: 'Declined' })).toContain('sluice retry RELEASE.');
    expect(adviceFor(s.succeeded.head)).toBe('Nothing to do: the new version serves in every environment.');
    expect(recordEnd(s.productionDone.head, undefined, by, { serves }).head).not.toHaveProperty('serves');
  });
});

describe('the phases that people see', () => {
  const ended = s.tell(
    s.tell(
      s.tell(s.accepted, ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing'), s.draft('failed')),
      ...s.drafts('staging', 'rollbackStarted', 'trafficRestored', 'stackRestored', 'rolledBack', 'turnGivenBack'),
    ),
    { type: 'ended', at: s.moment(9), actor: 'sluice-gate', evidence: { status: 'RolledBack' } },
  );

  it('are those of the ledger while the release is under way', () => {
    expect(shownEnvironments(s.accepted.head).map(({ phase, targets }) => [phase, targets])).toEqual([
      ['waiting', { [s.staging]: 'pending' }],
      ['waiting', { [s.production]: 'pending' }],
    ]);
  });

  it('let nothing wait once it has ended', () => {
    expect(shownEnvironments(ended.head).map(({ name, phase, targets }) => [name, phase, targets])).toEqual([
      ['staging', 'undone', { [s.staging]: 'rolledBack' }],
      ['production', 'notReached', { [s.production]: 'notReached' }],
    ]);
  });
});
