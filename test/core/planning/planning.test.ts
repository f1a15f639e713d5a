import { describe, expect, it } from 'vitest';
import { isUnderPlans, planKey, planKeyService } from '../../../core/artifact/plan-key.ts';
import { describePlan, planDocument } from '../../../core/contract/api/plans.ts';
import { beginPlanning, planningSeconds, requirePlanner } from '../../../core/planning/begin.ts';
import { describePlanned, isClear } from '../../../core/planning/describe.ts';
import { type Preview, type PreviewItem, type PlanningItem, planningItem } from '../../../core/planning/items.ts';
import { beginLooking, endPlanning, rejectPlanning, targetsOf } from '../../../core/planning/progress.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { planOf } from '../approval/asked.ts';
import * as s from '../samples.ts';

const plan = `plan-${'1'.repeat(32)}`;
const other = `plan-${'2'.repeat(32)}`;
const request = { plan, bucket: 'b', service: 'orders', sha256: s.digest, versionId: 'v1', by: 'arn:aws:iam::1:role/ci', at: s.moment(0) }; // prettier-ignore
const lease = { plan: other, sha256: s.digest, until: s.moment(60), expiresAt: 0 };
const nothing = { error: '', cause: '' };

/** What a write leaves. */
function written(writes: readonly WriteIntent[]): PlanningItem {
  const [first] = writes.filter((write) => write.write === 'put' && write.item.sk === 'head');
  return planningItem.parse(first?.write === 'put' ? first.item : undefined);
}

function begun(): PlanningItem {
  const beginning = beginPlanning(request, undefined);
  return written(beginning.kind === 'begin' ? beginning.writes : []);
}
const looking = (): PlanningItem => written(beginLooking(begun(), planOf()));

describe('the key of what is planned', () => {
  it('names the service, and no other form of it does', () => {
    const key = planKey('orders', s.digest);
    expect([key, planKeyService(key), isUnderPlans(key)]).toEqual([`.plans/orders/${s.digest}.zip`, 'orders', true]);
    for (const wrong of ['orders/1.zip', '.plans/orders/1.zip', `.plans/Orders/${s.digest}.zip`, `x${key}`, '.plans/'])
      expect(planKeyService(wrong), wrong).toBeUndefined();
    expect([isUnderPlans('orders/1.zip'), isUnderPlans('.plans/whatever')]).toEqual([false, true]);
  });
});

describe('what is asked', () => {
  it('begins where nothing is being planned, and where that is over', () => {
    expect(begun()).toMatchObject({ plan, state: 'asked', until: s.moment(planningSeconds) });
    const conditions = (known?: typeof lease) => {
      const beginning = beginPlanning({ ...request, at: s.moment(60) }, known);
      return beginning.kind === 'begin' ? beginning.writes.map(({ condition }) => condition?.expression) : [];
    };
    expect(conditions()).toEqual(['attribute_not_exists(pk)', 'attribute_not_exists(pk)']);
    expect(conditions(lease)).toEqual(['attribute_not_exists(pk)', '#a = :a']);
  });

  it('is what is being planned already, where it is the same artifact; another waits', () => {
    expect(beginPlanning(request, lease)).toEqual({ kind: 'under way', plan: other });
    expect(() => beginPlanning({ ...request, sha256: s.change }, lease)).toThrow(
      `Another artifact of orders is being planned (${other}): ask again once that has ended, at ${s.moment(60)} at the latest.`,
    );
  });

  it('is asked by uploaders where the policy lists any', () => {
    const entry = { environments: ['staging'], stack: 's', names: [] };
    const listed = { services: { orders: { ...entry, uploaders: ['arn:aws:iam::111111111111:role/ci'] } } };
    const session = 'arn:aws:sts::111111111111:assumed-role/ci/build';
    expect(() => requirePlanner(listed, 'orders', session)).not.toThrow();
    expect(() => requirePlanner(listed, 'orders', 'arn:aws:iam::111111111111:user/eve')).toThrow(/not one of the principals/); // prettier-ignore
    expect(() => requirePlanner({ services: { orders: entry } }, 'orders', 'anybody')).not.toThrow();
    expect(() => requirePlanner(listed, 'billing', session)).toThrow(/has no service "billing"/);
  });
});

describe('a plan', () => {
  it('has the targets of every environment, and who would be asked there', () => {
    expect(targetsOf(looking()).map(({ environment, account }) => `${environment} ${account}`)).toEqual([
      'staging 222222222222',
      'production 333333333333',
    ]);
    expect(looking().environments).toMatchObject([
      { name: 'staging', rollout: 'AllAtOnce, no bake' },
      { name: 'production', approval: { required: 1, people: ['robin@example.com'] } },
    ]);
    expect(looking().environments[0]).not.toHaveProperty('approval');
  });

  it('ends once, as it ended first', () => {
    const done = written(endPlanning(looking(), nothing, s.moment(5)));
    expect(done).toMatchObject({ state: 'done', endedAt: s.moment(5) });
    expect(endPlanning(done, { error: 'States.Timeout', cause: '' }, s.moment(9))).toEqual([]);
    const problems = [{ code: 'x', path: '', message: 'It is wrong.' }];
    const rejected = written(rejectPlanning(begun(), problems));
    expect(written(endPlanning(rejected, nothing, s.moment(5)))).toMatchObject({ state: 'rejected', problems });
    expect(written(endPlanning(looking(), { error: 'States.Timeout', cause: '' }, s.moment(5)))).toMatchObject({
      state: 'failed',
      failure: { error: 'States.Timeout', reason: 'A task did not answer in time.' },
    });
  });
});

const queue: ChangeSummary = { digest: s.change, resources: [{ action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue' }], warnings: [] }; // prettier-ignore
const places = [
  { environment: 'staging', account: '222222222222', region: 'us-east-1' },
  { environment: 'production', account: '333333333333', region: 'us-east-1' },
];

/** What people read of a plan with these previews, in the order of the targets; undefined where nothing is written of one. */
function shown(previews: readonly (Preview | 'looking' | undefined)[], head: PlanningItem = looking()) {
  const items = previews.flatMap((preview, index): PreviewItem[] => {
    const place = places[index];
    if (place === undefined || preview === undefined) return [];
    return [{ ...place, plan, expiresAt: 0, ...(preview === 'looking' ? {} : { preview }) }];
  });
  const ended = written(endPlanning(head, nothing, s.moment(9)));
  const document = planDocument.parse(describePlan(ended, items, s.moment(10)));
  return { document, text: describePlanned(document).join('\n'), clear: isClear(document) };
}

describe('what people read of it', () => {
  it('is what differs, environment after environment', () => {
    const inService = { kind: 'release', release: s.release, version: '1.4.1' } as const;
    const { text, clear } = shown([
      { change: queue, inService },
      { change: queue, inService: { kind: 'nothing' } },
    ]);
    expect(clear).toBe(true);
    expect(text).toBe(
      [
        `Plan of orders 1.4.2 (${plan})`,
        '',
        'staging',
        '  Version: 1.4.1 → 1.4.2',
        '  Change: Add 1',
        '  What is lost: nothing that Sluice knows of',
        '  Approval: nobody is asked',
        '  Rollout: AllAtOnce, no bake',
        '  222222222222/us-east-1',
        '    Added',
        '      - Queue (AWS::SQS::Queue)',
        '',
        'production',
        '  Version: nothing (the first release there) → 1.4.2',
        '  Change: Add 1',
        '  What is lost: nothing that Sluice knows of',
        '  Approval: 1 of robin@example.com',
        '  Rollout: Canary10Percent5Minutes, then a bake of 10 min',
        '  333333333333/us-east-1',
        '    Added',
        '      - Queue (AWS::SQS::Queue)',
        '',
        'Nothing was changed, and no release has begun.',
      ].join('\n'),
    );
  });

  it('tells of no version where the plan has none', () => {
    const planned = shown([{ change: queue, inService: { kind: 'nothing' } }]).document;
    delete planned.version;
    const [title, , staging, version] = describePlanned(planned);
    expect([title, staging]).toEqual([`Plan of orders (${plan})`, 'staging']);
    expect(version).toBe('  Version: nothing (the first release there) → ');
  });

  it('is what is lost and what becomes broader, each under its name; what is known only later in words', () => {
    const warnings: ChangeSummary['warnings'] = [
      { code: 'stateful-replaced', logicalId: 'A', sentence: 'A is replaced.' },
      { code: 'stateful-replaced', logicalId: 'B', sentence: 'B is replaced.' },
      { code: 'permissions-widened', logicalId: 'C', sentence: 'C may read {{changeSet:KNOWN_AFTER_APPLY}}.' },
    ];
    const head = written(beginLooking(begun(), planOf({ dataChanges: { reversible: false } })));
    const { text } = shown([{ change: { ...queue, warnings } }, { change: queue }], head);
    expect(text).toMatch(/What is lost:\n {4}- A is replaced\.\n {4}- B is replaced\.\n {4}- It changes data/);
    expect(text).toMatch(/What becomes broader: C may read [^{]+\.\n/);
    // Once, and not among the details.
    expect(text.match(/A is replaced/g)).toHaveLength(1);
  });

  it('is what would be refused, what was not seen, and what nothing is known of', () => {
    const refusals = [{ error: 'TargetNotReady', code: 'SLUICE-401', sentence: 'There is no secret.' }];
    const { document, text, clear } = shown([{ change: queue, refusals }, { unseen: 'The stack is busy.' }]);
    expect(document.targets.map(({ state }) => state)).toEqual(['refused', 'unseen']);
    expect(text).toContain('  Refused: 222222222222/us-east-1: There is no secret. [SLUICE-401]');
    expect(text).toContain('  Not seen: 333333333333/us-east-1: The stack is busy.');
    expect(clear).toBe(false);
    for (const dead of [undefined, 'looking'] as const) {
      const { text: known, clear: whole } = shown([{ change: queue }, dead]);
      expect(known).toContain('  Not seen: 333333333333/us-east-1: it could not be looked at; ask again.');
      expect(whole).toBe(false);
    }
  });

  it('says that there is more than there is room for, and whether this change asks for approval where not everything does', () => {
    const resources = Array.from({ length: 205 }, (_, index) => ({ action: 'Add' as const, logicalId: `Q${index}`, type: 'AWS::SQS::Queue' })); // prettier-ignore
    const base = planOf();
    const environments = base.environments.map((one) => (one.approval === undefined ? one : { ...one, approval: { ...one.approval, when: ['replacement' as const] } })); // prettier-ignore
    const when = written(beginLooking(begun(), { ...base, environments }));
    const { text } = shown([{ change: { ...queue, resources } }, { change: queue }], when);
    expect(text).toContain('  … and 5 more: see --json');
    expect(text).toContain('  Approval: nobody is asked: this change has nothing of what asks for it (replacement)\n');
    const replaced = { ...queue, resources: [{ action: 'Modify' as const, logicalId: 'Q', type: 'AWS::SQS::Queue', replacement: 'True' as const }] }; // prettier-ignore
    expect(shown([{ change: queue }, { change: replaced }], when).text).toContain(
      '  Approval: 1 of robin@example.com, because a resource is replaced\n',
    );
    expect(shown([{ change: queue }, { unseen: 'The stack is busy.' }], when).text).toContain(
      '  Approval: 1 of robin@example.com, because what would change cannot be told for all of it\n',
    );
  });

  it('says which groups are needed, and who may not approve it', () => {
    const made = planOf();
    const base = { ...made, manifest: { ...made.manifest, source: { author: 'Robin <robin@example.com>' } } };
    const environments = base.environments.map((one) => (one.approval === undefined ? one : { ...one, approval: { ...one.approval, including: [{ group: 'security', people: ['robin@example.com'] }] } })); // prettier-ignore
    const { text } = shown(
      [{ change: queue }, { change: queue }],
      written(beginLooking(begun(), { ...base, environments })),
    );
    expect(text).toContain('- 1 of nobody who may, among them one of security\n    - not robin@example.com: ');
    expect(text).toMatch(/not robin@example\.com: .* is the author, and the policy requires another approver\./);
  });

  it('of one that is not valid, is that nothing was looked at', () => {
    const rejected = written(rejectPlanning(begun(), [{ code: 'x', path: '', message: 'It is wrong.' }]));
    const waiting = describePlan(rejected, [], s.moment(1));
    expect([waiting.state, describePlan(rejected, [], rejected.until).failure]).toEqual([
      'looking',
      { error: 'States.Timeout', reason: 'It did not end in time: ask again.' },
    ]);
    const { document, text, clear } = shown([], rejected);
    expect([document.state, clear]).toEqual(['rejected', false]);
    expect(text).toBe(`Plan of orders (${plan})\n\nNothing was changed, and no release has begun.`);
  });
});
