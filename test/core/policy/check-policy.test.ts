import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../core/policy/check-policy.ts';
import { recordOf } from '../../../core/values/records.ts';
import { trialPolicy } from '../../../core/policy/trial-policy.ts';

const now = '2026-11-27T00:00:00.000Z';
const waves = (...accounts: string[]) => [{ targets: accounts.map((account) => ({ account, region: 'us-east-1' })) }];
const robin = { name: 'Robin Release', email: 'robin@example.com' };
const sound = {
  services: { orders: { environments: ['staging', 'production'] } },
  environments: {
    staging: { waves: waves('222222222222') },
    production: { waves: waves('333333333333'), approval: { from: ['release-managers'] } },
  },
  people: { 'release-managers': [robin] },
};

/** Code and path of every problem. */
function complaints(changes: object): string[] {
  const reading = checkPolicy({ ...sound, ...changes }, now);
  return 'problems' in reading ? reading.problems.map(({ code, path }) => `${code} ${path}`) : [];
}

function messages(changes: object): string[] {
  const reading = checkPolicy({ ...sound, ...changes }, now);
  return 'problems' in reading ? reading.problems.map(({ message }) => message) : [];
}

const production = (more: object, approval: object = {}) => ({
  environments: {
    ...sound.environments,
    production: { waves: waves('333333333333'), approval: { from: ['release-managers'], ...approval }, ...more },
  },
});

describe('a policy whose form is wrong somewhere', () => {
  it('is told of what else does not fit together, all at once', () => {
    expect(
      complaints({
        ...production({ tell: { failed: ['tem'] }, keepVersions: 0 }, { from: ['mangers'], reminders: ['P8D'] }),
        services: {
          orders: { environments: ['staging', 'prodution'] },
          'team-*': { environments: ['staging'], stack: 'x' },
        },
        execution: { '333333333334/us-east-1': 'builtIn' },
        people: {
          'release-managers': [{ ...robin, slack: 'robin' }, { name: 'Sam' }],
          ops: [{ ...robin, slack: 'U000ROBIN1' }],
        },
        notify: { email: ['no address'] },
      }),
    ).toEqual([
      'policy.out-of-range environments.production.keepVersions',
      'policy.wrong-format people.release-managers[0].slack',
      'policy.missing-field people.release-managers[1].email',
      'policy.wrong-format notify.email[0]',
      'policy.target-unknown execution.333333333334/us-east-1',
      'policy.environment-unknown services.orders.environments',
      'policy.group-unknown environments.production.approval.from',
      'policy.reminder-too-late environments.production.approval.reminders[0]',
      'policy.group-unknown environments.production.tell.failed',
      'policy.stack-without-service services.team-*.stack',
    ]);
  });

  it('is told of windows and of other faults of what fits together, too', () => {
    const freeze = [{ cron: '0 16 * * 5', for: 'PT60H', zone: 'Europe/Berln' }];
    expect(complaints(production({ freeze, bake: 'soon' }))).toEqual([
      'policy.wrong-format environments.production.bake',
      'policy.window-zone environments.production.freeze[0].zone',
    ]);
    expect(complaints(production({ freeze }, { from: ['mangers'] }))).toEqual([
      'policy.group-unknown environments.production.approval.from',
      'policy.window-zone environments.production.freeze[0].zone',
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      'a person',
      { people: { 'release-managers': [{ ...robin, email: 'robin' }] } },
      ['policy.wrong-format people.release-managers[0].email'],
    ],
    ['a group', { people: { 'release-managers': [] } }, ['policy.out-of-range people.release-managers']],
    [
      'the name of a group',
      { people: { 'Release Managers': [robin] } },
      ['policy.wrong-format people.Release Managers'],
    ],
    ['all people', { people: [robin] }, ['policy.wrong-type people']],
    ['the name of a field', { people: undefined, poeple: sound.people }, ['policy.unknown-field poeple']],
    [
      'an environment',
      { environments: { ...sound.environments, production: 'later' } },
      ['policy.wrong-type environments.production'],
    ],
    [
      'targets',
      {
        environments: { ...sound.environments, production: { waves: [] } },
        execution: { '333333333333/us-east-1': 'builtIn' },
      },
      ['policy.out-of-range environments.production.waves'],
    ],
    [
      'an approval',
      production({ hotfixes: true, approval: { form: ['release-managers'] } }),
      [
        'policy.missing-field environments.production.approval.from',
        'policy.unknown-field environments.production.approval.form',
      ],
    ],
    [
      'how many people a group has',
      { ...production({}, { required: 2 }), people: { 'release-managers': [] } },
      ['policy.out-of-range people.release-managers'],
    ],
    ['what is called almost so', { ...production({}, { slack: {} }), notfiy: {} }, ['policy.unknown-field notfiy']],
    [
      'what JavaScript has, too',
      { people: { 'release-managers': [{ ...robin, constructor: 1 }] } },
      ['policy.unknown-field people.release-managers[0].constructor'],
    ],
    [
      'when it expires',
      production({}, { expiresAfter: 'P61D', reminders: ['P30D'] }),
      ['policy.wrong-value environments.production.approval.expiresAfter'],
    ],
    [
      'Slack',
      {
        ...production({}, { slack: {} }),
        people: { 'release-managers': [{ ...robin, slack: 'U000000ROBIN' }] },
        notify: { slack: { secret: 'sluice/slack', team: 'x', app: 'A00000APP1', channel: 'C0000TOLD1' } },
      },
      ['policy.wrong-format notify.slack.team'],
    ],
    [
      'the document',
      { services: undefined, environments: undefined },
      ['policy.missing-field services', 'policy.missing-field environments'],
    ],
  ])('is told of that alone where %s may be what the rest lacks', (_, changes, expected) => {
    expect(complaints(changes)).toEqual(expected);
  });

  it('may tell whom it notifies, of whom there are none', () => {
    expect(complaints(production({ tell: { failed: ['@notify'] } }))).toEqual([]);
  });

  it('names the places that the document has, whatever is wrong before them in a list', () => {
    const freeze = [
      { cron: 1, for: 'PT1H', zone: 'UTC' },
      { cron: '0 0 30 2 *', for: 'PT1H', zone: 'UTC' },
    ];
    expect(complaints(production({ freeze })).filter((one) => one.includes('freeze[0]'))).not.toEqual([]);
    expect(complaints(production({ freeze })).filter((one) => one.startsWith('policy.window'))).toEqual([]);
    const [broken, shared] = [
      { name: 'Sam', email: 'sam' },
      { name: 'Max', email: 'max@example.com', principal: 'arn:aws:iam::111111111111:role/x' },
    ];
    const other = { ...robin, principal: 'arn:aws:iam::111111111111:role/x' };
    expect(complaints({ people: { 'release-managers': [other, broken, shared] } })).toEqual([
      'policy.wrong-format people.release-managers[1].email',
      'policy.principal-shared people.release-managers.2.principal',
    ]);
  });

  it('that is no policy at all is told of as that', () => {
    for (const document of [null, [], 'x', 1]) {
      const reading = checkPolicy(document, now);
      expect('problems' in reading && reading.problems.map(({ code }) => code)).toEqual(['policy.wrong-type']);
    }
    expect(checkPolicy({ ...sound, [`x${'y'.repeat(500)}`]: 1 }, now)).toHaveProperty('problems');
    expect(checkPolicy(trialPolicy({ service: 'orders' }), now)).toHaveProperty('policy');
  });

  it('whatever is wrong, names nothing that is right', () => {
    // Each value of a sound policy is spoilt in turn: what is told is about that value, and of nothing else.
    const found = spoilt(
      JSON.parse(JSON.stringify({ ...sound, execution: { '333333333333/us-east-1': 'builtIn' } })),
      [],
    );
    expect(found.length).toBeGreaterThan(20);
    for (const { document, path } of found) {
      const reading = checkPolicy(document, now);
      const paths = 'problems' in reading ? reading.problems.map((one) => one.path) : [];
      for (const told of paths) expect(told.startsWith(path) || path.startsWith(told), `${path}: ${told}`).toBe(true);
    }
  });
});

/** Documents in each of which one value is of no form. */
function spoilt(value: unknown, path: readonly string[]): { document: unknown; path: string }[] {
  const here = { document: 7, path: path.join('').replace(/^\./, '') };
  const inside = Array.isArray(value)
    ? value.flatMap((one: unknown, index) =>
        spoilt(one, [...path, `[${index}]`]).map((inner) => ({
          ...inner,
          document: value.with(index, inner.document),
        })),
      )
    : Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(([name, one]) =>
        spoilt(one, [...path, `.${name}`]).map((inner) => ({
          ...inner,
          document: { ...recordOf(value), [name]: inner.document },
        })),
      );
  return path.length === 0 ? inside : [here, ...inside];
}

describe('a name that the policy does not define', () => {
  it('is told with the one that is likely meant', () => {
    expect(messages({ services: { orders: { environments: ['staging', 'prod'] } } })).toEqual([
      '"services.orders.environments" names "prod", which "environments" does not define: add it there. Is "production" meant?',
    ]);
    expect(messages(production({}, { from: ['relase-managers'] }))).toEqual([
      '"environments.production.approval.from" names the group "relase-managers", which "people" does not define. Is "release-managers" meant?',
    ]);
    expect(messages({ execution: { '333333333334/us-east-1': 'builtIn' } })).toEqual([
      '"execution.333333333334/us-east-1" is no target of "environments": remove it, or add the target to a wave. Is "333333333333/us-east-1" meant?',
    ]);
    expect(messages(production({ tell: { failed: ['customers'] } }))).toEqual([
      '"environments.production.tell.failed" names the group "customers", which "people" does not define.',
    ]);
  });

  it.each(['robin', 'robin-release', 'release'])('and is a person’s (%s) is told with their group', (name) => {
    expect(messages(production({ repairs: [name] }))).toEqual([
      `"environments.production.repairs" names the group "${name}", which "people" does not define. "${name}" is a person of "release-managers": name the group.`,
    ]);
  });
});
