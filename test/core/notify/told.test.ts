import { describe, expect, it } from 'vitest';
import { tellEnd, tellOfApprovals, tellRejected } from '../../../core/notify/messages.ts';
import { messageItem, type MessageItem } from '../../../core/notify/outbox.ts';
import { describeRejection } from '../../../core/notify/rejection-notice.ts';
import { toldOf, toldOfRejection } from '../../../core/notify/told.ts';
import { textOfLetter } from './text-of-letter.ts';
import { policyProblems } from '../../../core/policy/policy.ts';
import type { Occasion } from '../../../core/policy/tell.ts';
import type { Problem } from '../../../core/values/problems.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { outlinePlan, planSchema, toldAbout } from '../../../core/release/plan.ts';
import { type EventDraft, placeOf } from '../../../core/release/events.ts';
import type { PutIntent } from '../../../core/ledger/write-intent.ts';
import * as s from '../samples.ts';

const people = {
  'release-managers': [{ name: 'Robin Release', email: 'robin@example.com' }],
  team: [
    { name: 'Ada Author', email: 'Ada@example.com' },
    { name: 'Dana', email: 'dana@example.com' },
  ],
};
const notify = { email: ['ops@example.com'] };

function planOf(tell: object, author = 'Ada <ada+ci@example.com>') {
  const policy = s.samplePolicy({ people, notify });
  const environments = { ...policy.environments, production: { ...policy.environments['production'], tell } };
  const changed = s.samplePolicy({ people, notify, environments });
  const artifact = { bucket: 'b', key: 'k', versionId: 'v', sha256: s.digest };
  const made = makePlan({
    release: s.release,
    artifact,
    manifest: { ...s.manifest, source: { author } },
    policy: changed,
  });
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  return planSchema.parse(JSON.parse(JSON.stringify(made.plan)));
}

/** The story of a release, by a plan. */
function story(tell: object) {
  const accepted = s.draft('accepted');
  if (accepted.type !== 'accepted') throw new Error('no plan');
  const environments = outlinePlan(planOf(tell)).map((one) => ({ ...one, waves: [[one.name === 'staging' ? s.staging : s.production]] })); // prettier-ignore
  const [, , ...rest] = s.productionAsked.events;
  const drafts = rest.map((event) => s.draft(event.type, placeOf(event)));
  return s.tell(
    undefined,
    s.draft('received'),
    { ...accepted, evidence: { ...accepted.evidence, environments } },
    ...drafts,
  );
}

const kept = ({ item }: PutIntent): MessageItem => messageItem.parse(item);

describe('whom the policy has told', () => {
  it('are groups, the addresses of notify.email, and the author if it is one of its people, each once', () => {
    const plan = planOf({ succeeded: ['team', '@author', '@notify'], decided: ['@author'], failed: [] });
    expect(toldAbout(plan, 'production', 'succeeded')).toEqual([
      'Ada@example.com',
      'dana@example.com',
      'ops@example.com',
    ]);
    expect(toldAbout(plan, 'production', 'decided')).toEqual(['Ada@example.com']);
    expect(toldAbout(plan, 'production', 'failed')).toEqual([]);
    const strange = planOf({ decided: ['@author'] }, 'Mallory <mallory@elsewhere.net>');
    expect(toldAbout(strange, 'production', 'decided')).toEqual([]);
  });

  it('are those of notify.email at a bad end, and nobody else, where it says nothing', () => {
    const plan = planOf({ decided: ['team'] });
    for (const environment of ['staging', 'production', 'gone']) {
      expect(toldAbout(plan, environment, 'failed')).toEqual(['ops@example.com']);
      expect(toldAbout(plan, environment, 'rolledBack')).toEqual(['ops@example.com']);
      expect(toldAbout(plan, environment, 'succeeded')).toEqual([]);
    }
    expect(outlinePlan(plan).map(({ tells }) => tells)).toEqual([undefined, ['decided', 'rolledBack', 'failed']]);
    expect(plan.environments[0]).not.toHaveProperty('tell');
  });

  it('are at most as many as one message reaches', () => {
    const group = (from: number) =>
      Array.from({ length: 100 }, (_, index) => ({ name: 'n', email: `p${from + index}@example.com` }));
    const environments = s.samplePolicy().environments;
    const staging = { ...environments['staging'], onInconclusive: 'rollBack', tell: { failed: ['a', 'b', 'c'] } };
    const problems = policyProblems({
      services: { orders: { environments: ['staging'] } },
      environments: { staging },
      people: { a: group(0), b: group(100), c: group(200) },
    });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'policy.too-many-people environments.staging.tell.failed',
    ]);
  });

  it('that an artifact was rejected: its author, unless it says otherwise', () => {
    const policy = s.samplePolicy({ people, notify });
    expect(toldOfRejection(policy, 'ada@example.com')).toEqual(['Ada@example.com']);
    expect(toldOfRejection(policy, 'mallory@elsewhere.net')).toEqual([]);
    expect(toldOfRejection(policy, undefined)).toEqual([]);
    const said = { ...policy, notify: { ...notify, rejected: ['team', '@notify'] } };
    expect(toldOfRejection(said, 'x')).toEqual(['Ada@example.com', 'dana@example.com', 'ops@example.com']);
    expect(toldOf({ people }, { failed: ['@notify'] }, 'x')).toEqual({ failed: [] });
  });
});

describe('a message', () => {
  it('is written where somebody is told, with the transition, and costs nothing where nobody is', () => {
    const { head } = story({ asked: ['team'], decided: ['team'] });
    const of = (draft: EventDraft) => tellOfApprovals(head, [draft]).map(kept);
    const asked = s.draft('approvalRequested', { environment: 'production' });
    const about = { kind: 'told', environment: 'production', approval: s.approval.approval };
    expect(of(asked)).toMatchObject([{ about: { ...about, occasion: 'asked' }, pending: [{ to: 'mail' }] }]);
    for (const type of ['approved', 'declined', 'continued'] as const) {
      const decided = of(s.draft(type, { environment: 'production' }));
      expect([type, decided]).toMatchObject([type, [{ about: { ...about, occasion: 'decided' } }]]);
      expect(of(s.draft(type, { environment: 'staging' }))).toEqual([]);
    }
    expect(of(s.draft('approvalGiven', { environment: 'production' }))).toEqual([]);
    expect(of(s.draft('checkFailed', { environment: 'production' }))).toEqual([]);
    expect(of(s.draft('received'))).toEqual([]);
  });

  it.each<[Parameters<typeof tellEnd>[1], Occasion]>([
    ['Succeeded', 'succeeded'],
    ['Superseded', 'superseded'],
    ['Expired', 'expired'],
    ['Cancelled', 'cancelled'],
    ['RolledBack', 'rolledBack'],
    ['Failed', 'failed'],
  ])('of an end that is %s goes to whom the environment names', (status, occasion) => {
    const { head } = story({ [occasion]: ['team'] });
    const [message] = tellEnd(head, status, s.moment(0)).map(kept);
    expect(message).toMatchObject({
      about: { kind: 'end', told: { occasion, environment: 'production' } },
      pending: status === 'Failed' ? [{ to: 'page' }, { to: 'mail' }] : [{ to: 'mail' }],
    });
    const silent = tellEnd(story({ [occasion]: [] }).head, status, s.moment(0)).map(kept);
    expect(silent.flatMap(({ pending }) => pending)).toEqual(status === 'Failed' ? [{ to: 'page' }] : []);
    // Before any environment was reached it is the first that says.
    const { environment, ...early } = head;
    expect(environment).toBe('production');
    if (status !== 'Succeeded')
      expect(tellEnd({ ...early, order: ['production'] }, status, s.moment(0)).map(kept)).toEqual([message]);
    expect(tellEnd({ ...early, order: [], environments: {} }, 'Cancelled', s.moment(0))).toEqual([]);
  });

  it('of a rejection names what is wrong, and what to do', () => {
    expect(tellRejected(s.release, ['a@example.com'], s.moment(0)).map(kept)).toMatchObject([
      { about: { kind: 'rejected' }, pending: [{ to: 'mail:a@example.com' }] },
    ]);
    expect(tellRejected(s.release, [], s.moment(0))).toEqual([]);
    const problems = Array.from({ length: 31 }, (_, index) => ({ code: 'a.b', path: '', message: `Wrong ${index}.` }));
    const of = (some: readonly Problem[]) => {
      const { head, events } = s.tell(undefined, s.draft('received'), {
        ...s.draft('rejected'),
        type: 'rejected',
        evidence: { problems: some.map((each) => ({ ...each })) },
      });
      return textOfLetter(describeRejection(head, events, 'https://api.example.com'));
    };
    expect(of(problems)).toMatch(
      /^Version 1\.4\.2 of orders was rejected[^]*Wrong 29\. \(a\.b\)\n {2}- … and 1 more\n\nMend it/,
    );
    expect(of(problems.slice(1))).not.toContain('more\n');
    const one = { code: 'a.b', path: '', message: 'Wrong.', places: ['Resources.A'] };
    expect(of([one])).toContain('Wrong. (a.b, at Resources.A; to be mended by the team)\n');
    const at = [{ file: 'template.yaml', line: 12, column: 7, place: 'Resources.A' }];
    expect(of([{ ...one, at }])).toContain(
      'Wrong. (a.b, at template.yaml:12:7 Resources.A; to be mended by the team)\n',
    );
  });
});
