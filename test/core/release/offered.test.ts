import { describe, expect, it } from 'vitest';
import { offersOf } from '../../../core/release/actions/offered.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import * as s from '../samples.ts';

const given = ['staging', 'production'];
const offered = (head: ReleaseHead, environments = given) =>
  offersOf(head, environments).map(({ action, environment }) => `${action} ${environment}`);

describe('what can be done to a release as it stands', () => {
  it.each<[string, ReleaseHead, string[]]>([
    ['waits for an approval', s.productionAsked.head, ['cancel production']],
    ['bakes', s.productionBaking.head, ['cancel production', 'continue production']],
    ['is monitored', s.productionMonitoring.head, ['cancel production', 'continue production']],
    [
      'waits for a window',
      s.tell(s.accepted, ...s.drafts('staging', 'turnRequested', 'windowClosed')).head,
      ['cancel staging', 'override-window staging'],
    ],
    ['has succeeded', s.succeeded.head, ['rollback staging', 'rollback production']],
    [
      'was cancelled',
      s.tell(s.productionAsked, s.draft('cancelled'), {
        ...s.draft('ended'),
        type: 'ended',
        evidence: { status: 'Cancelled' },
      }).head,
      ['retry production', 'rollback staging'],
    ],
    ['is being stopped', s.tell(s.productionAsked, s.draft('cancelled')).head, []],
  ])('is what its actions let through: it %s', (_, head, offers) => {
    expect(offered(head)).toEqual(offers);
  });

  it('is about its first environment before it has come to one', () => {
    const { environment, ...early } = s.productionAsked.head;
    expect(environment).toBe('production');
    expect(offered({ ...early, order: ['staging', 'production'] })).toEqual(['cancel staging']);
    const unread = { ...early, order: [], environments: {} };
    expect(offered(unread)).toEqual(['cancel staging']);
    expect(offered(unread, [])).toEqual(['cancel ']);
  });
});
