import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePlan, planProblems } from '../../../core/release/make-plan.ts';
import { environmentOf, outlinePlan, plannedIn, planSchema, workflowPlan } from '../../../core/release/plan.ts';
import type { Plan } from '../../../core/release/plan.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { canonicalJson } from '../../../core/release/chain.ts';
import { nameTarget } from '../../../core/values/identifiers.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };

function planOf(changes: Partial<Manifest> = {}, policy = samplePolicy()): Plan {
  const made = makePlan({ release, artifact, manifest: { ...manifest, ...changes }, policy });
  if ('problems' in made) throw new Error(made.problems.map(({ message }) => message).join(' '));
  return made.plan;
}

describe('secrets that headers of checks refer to', () => {
  const problemsOf = (secret: string, services: object = {}) => {
    const smoke = [
      { invoke: 'Orders' },
      { http: 'ApiUrl', headers: { accept: '*/*', cookie: { secret } } },
      { http: 'ApiUrl' },
    ];
    const policy = samplePolicy({ services: { orders: { environments: ['staging', 'production'], ...services } } });
    return planProblems({ ...manifest, checks: { smoke } }, policy);
  };
  const arn = 'arn:aws:secretsmanager:us-east-1:222222222222:secret:';

  it.each([
    ['sluice-orders-{environment}', {}],
    ['sluice-orders-{environment}-smoke', {}],
    ['sluice-orders-{environment}/smoke', {}],
    ['orders/smoke', { names: ['orders'] }],
    ['orders-smoke/a', { names: ['orders-*'] }],
    [`${arn}orders-smoke-AbC123`, { names: ['orders-*'], environments: ['staging'] }],
  ])('are the service’s by their names: %s', (secret, services) => {
    expect(problemsOf(secret, services)).toEqual([]);
  });

  it.each([
    ['orders/smoke', {}],
    ['sluice-payments-{environment}/smoke', {}],
    ['ordersXsmoke', { names: ['orders.smoke'] }],
    ['orderssmoke', { names: ['orders'] }],
    ['payments/smoke', { names: ['orders-*'] }],
    [`${arn}payments-AbC123`, { names: ['orders-*'], environments: ['staging'] }],
  ])('are refused where they are not: %s', (secret, services) => {
    const [first] = problemsOf(secret, services);
    expect(first).toMatchObject({ code: 'plan.secret-foreign', path: 'checks.smoke[1].headers.cookie.secret' });
    expect(first?.message).toMatch(/which is none of the service's there \(sluice-orders-staging, /);
  });

  it('are refused by the ARN of one place where the check is made in others, too', () => {
    const [only, ...others] = problemsOf(`${arn}orders-smoke-AbC123`, { names: ['orders-*'] });
    expect(others).toEqual([]);
    expect(only?.message).toContain('the check is made in 333333333333/us-east-1, too: give the name alone');
  });

  it('are as they were in plans that have a credential as it is', () => {
    const smoke = [{ http: 'ApiUrl', headers: { Authorization: 'of an older release' } }];
    expect(planSchema.parse(planOf({ checks: { smoke } })).manifest.checks).toEqual({ smoke });
  });
});

describe('a plan', () => {
  it('freezes what manifest and policy say about each environment', () => {
    const plan = planOf({
      parameters: { staging: { LogLevel: 'DEBUG' } },
      rollout: { production: 'Linear20PercentEvery3Minutes' },
    });
    expect(plan.environments).toMatchObject([
      {
        name: 'staging',
        waves: [[{ account: '222222222222', region: 'us-east-1' }]],
        rollout: 'AllAtOnce',
        bakeSeconds: 0,
        parameters: { LogLevel: 'DEBUG' },
      },
      {
        name: 'production',
        waves: [[{ account: '333333333333', region: 'us-east-1' }]],
        rollout: 'Linear10PercentEvery5Minutes',
        bakeSeconds: 600,
        approval: {
          ...{ from: ['release-managers'], required: 1, selfApproval: false, expiresAfter: 'P7D' },
          people: [{ name: 'Robin Release', email: 'robin@example.com' }],
        },
        parameters: {},
      },
    ]);
    expect(canonicalJson(planSchema.parse(plan))).toBe(canonicalJson(plan));
    expect(environmentOf(plan, 'production').bakeSeconds).toBe(600);
    expect(() => environmentOf(plan, 'canary')).toThrow('orders-1.4.2-a1 has no environment canary');
  });

  it('freezes who has to be among those who approve, when they are reminded, and what asks', () => {
    const sam = { name: 'Sam', email: 'Sam@example.com' };
    const [robin] = samplePolicy().people['release-managers'] ?? [];
    const { environments } = samplePolicy();
    const production = {
      ...environments['production'],
      approval: {
        ...{ from: ['release-managers'], including: ['security', 'security'], reminders: ['PT4H', 'P1D'] },
        ...{ when: 'permissions', ofRollback: true, slack: {} },
      },
    };
    const slack = { secret: 'sluice/slack', team: 'T0000TEAM1', app: 'A00000APP1', channel: 'C0000TOLD1' };
    const people = { 'release-managers': [robin], security: [{ ...sam, slack: 'U000000SAM' }] };
    const policy = samplePolicy({
      ...{ environments: { ...environments, production }, people, notify: { slack } },
    });
    const plan = planOf({}, policy);
    expect(environmentOf(plan, 'production')).toMatchObject({
      approval: {
        ...{ from: ['release-managers'], required: 1, expiresAfter: 'P7D', reminders: ['PT4H', 'P1D'] },
        ...{ when: ['permissions'], ofRollback: true },
        including: [{ group: 'security', people: ['sam@example.com'] }],
        people: [robin, { ...sam, slack: 'U000000SAM' }],
      },
      // Whoever has to look at a release does not decide about checks.
      inconclusive: { people: [robin] },
    });
    expect(canonicalJson(planSchema.parse(plan))).toBe(canonicalJson(plan));
  });

  it('reads plans from before, whose approvals could expire sooner', () => {
    const plan = planOf();
    const environments = plan.environments.map(({ approval, ...rest }) =>
      approval === undefined ? rest : { ...rest, approval: { ...approval, expiresAfter: 'PT1M' } },
    );
    expect(environmentOf(planSchema.parse({ ...plan, environments }), 'production').approval).toMatchObject({
      expiresAfter: 'PT1M',
    });
  });

  it('is refused where its author is one of the few who could approve, unless it may not be asked for', () => {
    const problemsOf = (author: string, approval: object = {}) => {
      const { environments } = samplePolicy();
      const production = { ...environments['production'], approval: { from: ['release-managers'], ...approval } };
      const policy = samplePolicy({ environments: { ...environments, production } });
      const made = makePlan({ release, artifact, manifest: { ...manifest, source: { author } }, policy });
      return 'problems' in made ? made.problems : [];
    };
    const [own, ...others] = problemsOf('Robin Release <robin@example.com>');
    expect(others).toEqual([]);
    expect(own).toMatchObject({ code: 'plan.approval-impossible', path: 'source.author' });
    expect(own?.message).toContain('1 person has to approve, and 0 of 1 may. Robin Release is the author');
    expect(problemsOf('octocat')[0]?.message).toContain('has to name its author by e-mail address');
    expect(problemsOf('octocat', { selfApproval: true })).toEqual([]);
    expect(problemsOf('octocat', { when: ['downgrade'] })).toEqual([]);
    expect(problemsOf('Eve <eve@example.com>')).toEqual([]);
  });

  it('freezes the windows, and tells the ledger that there are some', () => {
    const weekend = { cron: '0 16 * * 5', for: 'PT60H', zone: 'Europe/Berlin' };
    const { environments } = samplePolicy();
    const of = (windows: object) =>
      planOf(
        {},
        samplePolicy({ environments: { ...environments, staging: { ...environments['staging'], ...windows } } }),
      );
    const [staging, production] = of({ freeze: [weekend] }).environments;
    expect(staging?.windows).toEqual({ freeze: [weekend] });
    expect(production).not.toHaveProperty('windows');
    expect(outlinePlan(of({ freeze: [weekend] })).map(({ windows }) => windows)).toEqual([true, undefined]);
    expect(of({ allow: [weekend] }).environments[0]?.windows).toEqual({ allow: [weekend] });
  });

  it('plans the bake, then what comes after it', () => {
    const { environments } = samplePolicy();
    const production = { ...environments['production'], monitorAfterBake: 'PT6H' };
    const monitored = planOf({}, samplePolicy({ environments: { ...environments, production } }));
    expect(workflowPlan(monitored).environments.map(({ periods }) => periods)).toEqual([
      [],
      [
        { period: 'bake', seconds: 600 },
        { period: 'monitor', seconds: 21_600 },
      ],
    ]);
    expect(outlinePlan(monitored).map(({ monitors }) => monitors)).toEqual([undefined, true]);
  });

  it('asks a person when checks saw too little, unless the policy rolls back, or knows nobody', () => {
    const { environments } = samplePolicy();
    const askedIn = (policy: Policy) => planOf({}, policy).environments.map(({ inconclusive }) => inconclusive);
    const robin = { people: [{ name: 'Robin Release', email: 'robin@example.com' }], seconds: 86_400 };
    expect(askedIn(samplePolicy())).toEqual([robin, robin]);
    const production = { ...environments['production'], onInconclusive: 'rollBack' };
    expect(askedIn(samplePolicy({ environments: { ...environments, production } }))).toEqual([robin, undefined]);
    const alone = { services: { orders: { environments: ['staging'] } }, people: {} };
    expect(askedIn(samplePolicy({ ...alone, environments: { staging: environments['staging'] } }))).toEqual([
      undefined,
    ]);
  });

  it('takes along whom to notify', () => {
    expect(planOf({}, samplePolicy({ notify: { email: ['a@example.com'] } })).notify).toEqual({
      email: ['a@example.com'],
    });
    expect(planOf().notify).toEqual({ email: [] });
  });

  it('freezes what the stack of each environment is called, by the most exact entry', () => {
    const environments = ['staging', 'production'];
    const services = {
      '*': { environments },
      orders: { environments, stack: '{service}-{environment}', names: ['{service}-*'] },
    };
    const named = (policy: Policy) => planOf({}, policy).environments.map(({ stackName }) => stackName);
    expect(named(samplePolicy({ services }))).toEqual(['orders-staging', 'orders-production']);
    expect(planOf({}, samplePolicy({ services })).environments[0]?.resourceNames).toEqual(['orders-*']);
    expect(named(samplePolicy({ services: { '*': { environments } } }))).toEqual([
      'sluice-orders-staging',
      'sluice-orders-production',
    ]);
  });

  it('names stacks as ever where it was frozen before policies could', () => {
    const plan = planOf();
    const later = ['stackName', 'resourceNames'];
    const older: unknown = JSON.parse(
      JSON.stringify(plan, (name, value: unknown) => (later.includes(name) ? undefined : value)),
    );
    expect(planSchema.parse(older)).toEqual(plan);
  });

  it('is refused for a service of a pattern whose names would be Sluice’s own', () => {
    const policy = samplePolicy({ services: { '*': { environments: ['staging'] } } });
    expect(planProblems({ ...manifest, service: 'target-x' }, policy)).toMatchObject([
      { code: 'plan.name-reserved', path: 'service' },
    ]);
  });

  it('is read though it was frozen when a policy could say more of people and messages', () => {
    const plan = planOf();
    const [staging, production] = plan.environments;
    const robin = { name: 'Robin Release', email: 'robin@example.com' };
    // An id of Slack could be any text once; nobody is asked there who has one in a plan of that time.
    const people = [{ ...robin, slack: 'U1', pager: '1' }];
    const older = {
      ...plan,
      environments: [staging, { ...production, approval: { ...production?.approval, people } }],
      notify: { email: [], slackChannel: 'C1' },
    };
    expect(canonicalJson(planSchema.parse(older))).toBe(
      canonicalJson({
        ...plan,
        environments: [
          staging,
          { ...production, approval: { ...production?.approval, people: [{ ...robin, slack: 'U1' }] } },
        ],
      }),
    );
  });

  it('gives the workflow order, waits and waves, and the ledger an outline', () => {
    expect(workflowPlan(planOf()).environments.map(({ name, approval, periods }) => [name, approval, periods])).toEqual(
      [
        ['staging', false, []],
        ['production', true, [{ period: 'bake', seconds: 600 }]],
      ],
    );
    expect(outlinePlan(planOf())).toEqual([
      { name: 'staging', approval: false, bakes: false, onFailure: 'rollBackAll', waves: [['222222222222/us-east-1']] },
      {
        name: 'production',
        approval: true,
        bakes: true,
        onFailure: 'rollBackAll',
        waves: [['333333333333/us-east-1']],
      },
    ]);
  });

  it('keeps every target once, in the order of its waves', () => {
    const accounts = fc.uniqueArray(fc.integer({ min: 100_000_000_000, max: 999_999_999_999 }).map(String), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(accounts, fc.integer({ min: 1, max: 40 }), (list, size) => {
        const targets = list.map((account) => ({ account, region: 'us-east-1' }));
        const waves = Array.from({ length: Math.ceil(list.length / size) }, (_, index) => ({
          targets: targets.slice(index * size, (index + 1) * size),
        }));
        fc.pre(waves.length <= 20);
        const policy = samplePolicy({
          services: { orders: { environments: ['staging'] } },
          environments: { staging: { waves } },
        });
        const plan = planOf({}, policy);
        expect(outlinePlan(plan)[0]?.waves.flat()).toEqual(targets.map(nameTarget));
        expect(workflowPlan(plan).environments[0]?.waves.flat()).toEqual(targets);
      }),
      { numRuns: 30 },
    );
  });

  it('has the parameters of each target, the more exact before those of the environment', () => {
    const targets = ['us-east-1', 'eu-central-1'].map((region) => ({ account: '333333333333', region }));
    const policy = samplePolicy({
      services: { orders: { environments: ['staging', 'production'] } },
      environments: {
        staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] },
        production: { waves: [{ targets }] },
      },
    });
    const parameters = {
      production: { Domain: 'example.com', Level: 'INFO' },
      'production/333333333333/eu-central-1': { Domain: 'eu.example.com' },
    };
    const plan = planSchema.parse(planOf({ parameters }, policy));
    const [us, eu] = targets.map((target) => plannedIn(environmentOf(plan, 'production'), target).parameters);
    expect(us).toEqual({ Domain: 'example.com', Level: 'INFO' });
    expect(eu).toEqual({ Domain: 'eu.example.com', Level: 'INFO' });
    expect(environmentOf(plan, 'staging')).not.toHaveProperty('targetParameters');
  });

  it('of a rollback moves everybody at once, and asks where the policy says so of rollbacks', () => {
    const origin = { kind: 'rollback' as const, environments: ['production'] };
    const planned = (approval: object) => {
      const { environments } = samplePolicy();
      const production = { ...environments['production'], approval, monitorAfterBake: 'PT1H' };
      const policy = samplePolicy({ environments: { ...environments, production } });
      const made = makePlan({ release, artifact, manifest, policy, origin });
      if ('problems' in made) throw new Error(made.problems.map(({ message }) => message).join(' '));
      return made.plan.environments;
    };
    const from = ['release-managers'];
    const [one, ...others] = planned({ from });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ name: 'production', rollout: 'AllAtOnce', bakeSeconds: 0, unguarded: 'warn' });
    expect(one).not.toHaveProperty('monitorSeconds');
    expect(one).not.toHaveProperty('approval');
    expect(planned({ from, ofRollback: true })).toMatchObject([{ approval: { ofRollback: true } }]);
  });

  it('of what people begin again is refused for an environment that the policy does not give any more', () => {
    const origin = { kind: 'retry' as const, environments: ['canary', 'production'] };
    expect(makePlan({ release, artifact, manifest, policy: samplePolicy(), origin })).toMatchObject({
      problems: [
        {
          ...{ code: 'plan.environment-gone', path: 'service', who: 'platform' },
          message: 'The policy does not give orders the environment "canary" any more: ask the platform team.',
        },
      ],
    });
  });

  it('is not made when the two do not fit', () => {
    const policy = samplePolicy();
    expect(planProblems({ ...manifest, service: 'billing' }, policy).map(({ code }) => code)).toEqual([
      'plan.service-unknown',
    ]);
    const asked = { rollout: { canary: 'AllAtOnce' }, parameters: { production: {}, test: { A: 'b' } } };
    expect(planProblems({ ...manifest, ...asked }, policy).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'plan.environment-unknown rollout.canary',
      'plan.environment-unknown parameters.test',
    ]);
    const parameters = { 'test/333333333333/us-east-1': {}, 'production/222222222222/us-east-1': { A: 'b' } };
    expect(planProblems({ ...manifest, parameters }, policy)).toMatchObject([
      { code: 'plan.environment-unknown', path: 'parameters.test/333333333333/us-east-1' },
      {
        code: 'plan.target-unknown',
        path: 'parameters.production/222222222222/us-east-1',
        message:
          '"parameters.production/222222222222/us-east-1" is for a target that "production" does not have (it has: 333333333333/us-east-1).',
      },
    ]);
    const slow = { ...manifest, rollout: { production: 'Linear1PercentEvery5Minutes' } };
    const strict = samplePolicy({
      environments: {
        staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] },
        production: {
          waves: [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }],
          rollout: { atLeast: 'Canary10Percent60Minutes' },
        },
      },
    });
    expect(planProblems(slow, strict)).toEqual([
      {
        code: 'plan.rollout-too-long',
        path: 'rollout.production',
        message:
          '"rollout.production" together with the policy gives Linear1PercentEvery60Minutes, which takes too long: ask for fewer or shorter steps.',
      },
    ]);
    expect(makePlan({ release, artifact, manifest: slow, policy: strict })).toHaveProperty('problems');
  });
});
