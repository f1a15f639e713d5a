import { describe, expect, it } from 'vitest';
import { causesIn } from '../../../core/policy/approval-rule.ts';
import { peopleIn } from '../../../core/policy/people.ts';
import { policyProblems } from '../../../core/policy/policy.ts';
import { samplePolicy } from '../samples.ts';

const targets = (...accounts: string[]) => ({ targets: accounts.map((account) => ({ account, region: 'us-east-1' })) });
const robin = { name: 'Robin', email: 'robin@example.com' };

function policyOf(changes: Record<string, unknown>): unknown {
  return {
    services: { orders: { environments: ['staging', 'production'] } },
    environments: { staging: { waves: [targets('222222222222')] }, production: { waves: [targets('333333333333')] } },
    ...changes,
  };
}

/** Code and path of every problem. */
function complaints(changes: Record<string, unknown>): string[] {
  return policyProblems(policyOf(changes)).map(({ code, path }) => `${code} ${path}`);
}

describe('a policy', () => {
  it('is read with what it leaves to the engine', () => {
    expect(complaints({})).toEqual([]);
    const policy = samplePolicy();
    expect(policy.environments['production']?.approval).toEqual({
      from: ['release-managers'],
      required: 1,
      selfApproval: false,
      expiresAfter: 'P7D',
    });
    expect(policy.environments['staging']?.onFailure).toBe('rollBackAll');
    expect(policy.checks).toEqual({ allowAddresses: [], allowHosts: [] });
  });

  describe('of Slack', () => {
    const slack = { secret: 'sluice/slack', team: 'T0000TEAM1', app: 'A00000APP1', channel: 'C0000TOLD1' };
    const approval = { from: ['g'], slack: {} };
    const asking = {
      environments: {
        staging: { waves: [targets('222222222222')] },
        production: { waves: [targets('333333333333')], approval },
      },
    };
    const ada = { name: 'Ada', email: 'ada@example.com', slack: 'U000000ADA' };

    it('is whole, and somebody can answer', () => {
      expect(complaints({ ...asking, people: { g: [robin, ada], h: [ada] }, notify: { slack } })).toEqual([]);
    });

    it('is refused where it is named and not there', () => {
      expect(
        complaints({
          ...asking,
          people: { g: [ada] },
          services: { orders: { environments: ['staging', 'production'], slack: 'C0000ORDER' } },
        }),
      ).toEqual([
        'policy.slack-missing environments.production.approval.slack',
        'policy.slack-missing services.orders.slack',
        'policy.slack-missing people.g.0.slack',
      ]);
    });

    it('is refused where nobody could answer, or it could not be told who did', () => {
      expect(complaints({ ...asking, people: { g: [robin], h: [ada] }, notify: { slack } })).toEqual([
        'policy.slack-no-approver environments.production.approval.slack',
      ]);
      expect(
        complaints({ ...asking, people: { g: [{ ...robin, slack: ada.slack }, ada] }, notify: { slack } }),
      ).toEqual(['policy.slack-shared people.g.1.slack']);
      const principal = 'arn:aws:iam::111111111111:role/keeper';
      const twins = {
        g: [{ ...robin, principal }],
        h: [
          { ...ada, principal },
          { ...robin, principal },
        ],
      };
      expect(complaints({ ...asking, people: twins, notify: { slack } })).toContain(
        'policy.principal-shared people.h.0.principal',
      );
      expect(complaints({ ...asking, people: { h: [ada] }, notify: { slack } })).toContain(
        'policy.group-unknown environments.production.approval.from',
      );
    });

    it('is refused with ids and names that are none', () => {
      const wrong = {
        secret: 'arn:aws:secretsmanager:x',
        team: 'acme',
        app: '1',
        channel: '#releases',
        onCall: '@oncall',
      };
      expect(complaints({ notify: { slack: wrong } }).map((one) => one.replace(/.*slack\./, ''))).toEqual([
        'secret',
        'team',
        'app',
        'channel',
        'onCall',
      ]);
    });
  });

  it('refuses what has the wrong shape', () => {
    const wave41 = targets(...Array.from({ length: 41 }, (_, index) => String(100_000_000_000 + index)));
    expect(
      complaints({
        environments: { staging: { waves: [wave41], bake: '10m' }, Production: { waves: [] } },
        people: { g: [{ ...robin, email: 'x' }] },
        checks: { allowAddresses: ['10.0.0.0/99'] },
      }).sort(),
    ).toEqual(
      [
        'policy.out-of-range environments.staging.waves[0].targets',
        'policy.wrong-format environments.staging.bake',
        'policy.wrong-format environments.Production',
        'policy.wrong-format people.g[0].email',
        'policy.wrong-value checks.allowAddresses[0]',
      ].sort(),
    );
  });

  it('refuses what nothing reads', () => {
    expect(
      complaints({ people: { g: [{ ...robin, pager: 'U1' }] }, notify: { email: [], pager: { channel: 'C1' } } }),
    ).toEqual(['policy.unknown-field people.g[0].pager', 'policy.unknown-field notify.pager']);
  });

  it('refuses a character that acts or hides, in any of its texts', () => {
    const { staging, production } = {
      staging: { waves: [targets('222222222222')] },
      production: { waves: [targets('333333333333')] },
    };
    const people = { g: [{ ...robin, name: 'Robin\n\u202e' }] };
    const environments = { staging: { ...staging, alarms: ['Errors\u200b'] }, production };
    expect(complaints({ people, environments })).toEqual([
      'policy.unsafe-character environments.staging.alarms[0]',
      'policy.unsafe-character people.g[0].name',
    ]);
    // Together with what else is wrong.
    expect(complaints({ people, environments: { staging, production }, colour: 'blue' })).toEqual([
      'policy.unknown-field colour',
      'policy.unsafe-character people.g[0].name',
    ]);
  });

  it('refuses an environment that no record can have', () => {
    const { environments } = { environments: { constructor: { waves: [targets('222222222222')] } } };
    expect(complaints({ environments, services: { orders: { environments: ['constructor'] } } })).toEqual([
      'policy.name-reserved environments.constructor',
    ]);
  });

  it('refuses parts that do not fit together', () => {
    expect(complaints({ services: { orders: { environments: ['staging', 'canary'] } } })).toEqual([
      'policy.environment-unknown services.orders.environments',
    ]);
    expect(complaints({ services: { orders: { environments: ['production', 'staging'] } } })).toEqual([
      'policy.environment-order services.orders.environments',
    ]);
    expect(complaints({ services: { orders: { environments: ['staging', 'staging'] } } })).toEqual([
      'policy.environment-order services.orders.environments',
    ]);
    const environment = (changes: Record<string, unknown>) => ({
      services: {},
      environments: { staging: { waves: [targets('222222222222')], ...changes } },
    });
    expect(complaints(environment({ waves: [targets('222222222222'), targets('222222222222')] }))).toEqual([
      'policy.target-repeated environments.staging.waves',
    ]);
    expect(complaints(environment({ approval: { from: ['nobody'] } }))).toEqual([
      'policy.group-unknown environments.staging.approval.from',
    ]);
    const told = { ...environment({ tell: { succeeded: ['nobody', '@author'] } }), notify: { rejected: ['nobody'] } };
    expect(complaints(told)).toEqual([
      'policy.group-unknown environments.staging.tell.succeeded',
      'policy.group-unknown notify.rejected',
    ]);
    expect(complaints(environment({ tell: { succeeded: ['@nobody'] } })).join()).toContain(
      'environments.staging.tell.succeeded',
    );
    expect(complaints(environment({ repairs: ['nobody'] }))).toEqual([
      'policy.group-unknown environments.staging.repairs',
    ]);
    expect(
      complaints({
        ...environment({ approval: { from: ['a', 'b'], required: 2 } }),
        people: { a: [robin], b: [robin] },
      }),
    ).toEqual(['policy.too-few-approvers environments.staging.approval.required']);
    const alone = environment({ approval: { from: ['a'], required: 2 } });
    const [few] = policyProblems(policyOf({ ...alone, people: { a: [robin] } }));
    expect(few?.message).toContain('asks for 2 approvals, but only 1 person may approve:');
  });

  describe('of approvals', () => {
    const of = (approval: object, people: object = { g: [robin], h: [{ name: 'Sam', email: 'sam@example.com' }] }) =>
      complaints({
        services: {},
        environments: { staging: { waves: [targets('222222222222')], approval: { from: ['g'], ...approval } } },
        people,
      }).map((one) => one.replace('environments.staging.approval.', ''));

    it('gives people between five minutes and sixty days', () => {
      for (const expiresAfter of ['PT5M', 'P60D']) expect(of({ expiresAfter })).toEqual([]);
      for (const expiresAfter of ['PT4M59S', 'PT0S'])
        expect(of({ expiresAfter })).toEqual(['policy.wrong-value expiresAfter']);
      expect(of({ expiresAfter: 'P61D' })).toEqual(['policy.wrong-value expiresAfter']);
      const [found] = policyProblems(
        policyOf({ environments: { staging: { waves: [targets('222222222222')], decideWithin: 'PT0S' } } }),
      );
      expect(found?.message).toBe('"environments.staging.decideWithin" must be between 5 minutes and a week.');
    });

    it('is refused where nobody could give it, together with what else is wrong', () => {
      expect(of({ including: ['h'], required: 2 })).toEqual([]);
      expect(of({ including: ['h', 'g'], required: 3, expiresAfter: 'PT1H', reminders: ['PT1H'] })).toEqual([
        'policy.too-few-approvers required',
        'policy.reminder-too-late reminders[0]',
      ]);
      expect(of({ including: ['security'] })).toEqual(['policy.group-unknown including']);
      expect(of({ including: ['h'] }, { g: [robin], h: [] })).toEqual([
        'policy.out-of-range people.h'.replace('environments.staging.approval.', ''),
      ]);
      expect(of({ including: [] })).toEqual(['policy.out-of-range including']);
    });

    it('reminds in order, before it expires', () => {
      expect(of({ reminders: ['PT4H', 'P1D'] })).toEqual([]);
      expect(of({ reminders: ['P1D', 'PT4H', 'P8D'] })).toEqual([
        'policy.reminder-order reminders[1]',
        'policy.reminder-too-late reminders[2]',
      ]);
      expect(of({ reminders: ['PT4H', 'PT4H'] })).toEqual(['policy.reminder-order reminders[1]']);
      expect(of({ reminders: ['PT1M'] })).toEqual(['policy.wrong-value reminders[0]']);
    });

    it('is asked for always, or when something asks', () => {
      for (const when of ['always', 'downgrade', ['permissions', 'dataChanges']]) expect(of({ when })).toEqual([]);
      for (const when of ['never', [], ['always'], 1]) expect(of({ when })).toHaveLength(1);
      expect(causesIn({})).toBeUndefined();
      expect(causesIn({ when: 'always' })).toBeUndefined();
      expect(causesIn({ when: 'downgrade' })).toEqual(['downgrade']);
      expect(causesIn({ when: ['permissions', 'permissions'] })).toEqual(['permissions']);
    });
  });

  it('lets a release be monitored only where no other environment follows', () => {
    const environments = (name: string, monitorAfterBake: string) => ({
      environments: {
        staging: { waves: [targets('222222222222')], ...(name === 'staging' ? { monitorAfterBake } : {}) },
        production: { waves: [targets('333333333333')], ...(name === 'production' ? { monitorAfterBake } : {}) },
      },
    });
    expect(complaints(environments('production', 'P7D'))).toEqual([]);
    expect(complaints(environments('staging', 'PT6H'))).toEqual([
      'policy.monitor-not-last environments.staging.monitorAfterBake',
    ]);
    for (const length of ['P8D', 'PT59S', '6h']) expect(complaints(environments('production', length))).toHaveLength(1);
  });

  it('counts a person of two groups once', () => {
    const policy = samplePolicy({
      people: { 'release-managers': [robin], others: [{ ...robin, email: 'Robin@example.com' }] },
    });
    expect(peopleIn(policy, ['release-managers', 'others', 'unknown'])).toHaveLength(1);
  });
});
