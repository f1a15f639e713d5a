import { describe, expect, it } from 'vitest';
import type { SoleGround } from 'local-aws/observation';
import { knowledgeOf, planFor } from './plan.ts';
import { withoutAll } from './removals.ts';
import { summaryOf } from './report.ts';
import { readTemplate, type Json } from './template.ts';
import { isSole, UseRecorder, type Use } from './use-recorder.ts';
import type { Finding } from './findings.ts';
import type { Grant, Wire } from './wire.ts';

const document = (...statements: Json[]): Json => ({ Statement: statements });
const template = (policy: Json) =>
  readTemplate(JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Document: policy } } } }));
const inside = (...path: (string | number)[]) => ({
  path: ['Resources', 'Role', 'Properties', 'Document', 'Statement', ...path],
});

describe('several wires out of a template', () => {
  const statements: readonly Json[] = [
    { Action: ['a', 'b', 'c'], Resource: 'x' },
    { Action: ['d'], Resource: 'x' },
    { Action: 'e', Resource: ['x', 'y', 'z'] },
  ];

  it('are those that were named, whatever their order', () => {
    const left = withoutAll(template(document(...statements)), [
      inside(0, 'Action', 0),
      inside(1),
      inside(2, 'Resource', 2),
      inside(0, 'Action', 1),
      inside(2, 'Resource', 0),
    ]);
    expect(left).toEqual(template(document({ Action: ['c'], Resource: 'x' }, { Action: 'e', Resource: ['y'] })));
  });

  it('take a statement with them of which nothing would be left', () => {
    const left = withoutAll(template(document(...statements)), [
      ...[0, 1, 2].map((place) => inside(0, 'Action', place)),
      ...[0, 1, 2].map((place) => inside(2, 'Resource', place)),
    ]);
    expect(left).toEqual(template(document({ Action: ['d'], Resource: 'x' })));
  });
});

describe('a way by a rule', () => {
  const come = (recorder: UseRecorder, step: string, ...rules: readonly string[]): void => {
    recorder.begin(step);
    const where = { account: '111111111111', region: 'us-east-1', bus: 'default' };
    recorder.observe({ kind: 'event', ...where, source: 'aws.s3', detailType: 'Object Created', detail: {}, rules });
  };

  it('is used where an event matched the rule', () => {
    const recorder = new UseRecorder();
    come(recorder, 'first', 'Engine-Intake1A2B3C4D-RANDOM', 'Engine-IntakeOther1A2B3C4D-RANDOM');
    come(recorder, 'second');
    come(recorder, 'third', 'Engine-Intake1A2B3C4D-RANDOM');
    const wire: Wire = { name: 'rule', kind: 'rule', removal: { resource: 'Intake1A2B3C4D' }, rule: 'Intake1A2B3C4D' };
    expect(recorder.usesOf([wire])).toEqual({ rule: { steps: ['first', 'third'] } });
  });
});

describe('a grant', () => {
  const grant: Grant = { kind: 'managed', holder: 'policy', statement: 2, action: 1 };
  const ground: SoleGround = {
    kind: 'identity',
    holder: 'arn:aws:iam::222222222222:policy/policy',
    statement: 2,
    actions: [1],
    resources: [0, 1],
  };

  it('is what alone allowed a request where nothing else of its statement did', () => {
    expect(isSole(grant, ground)).toBe(true);
    expect(isSole(grant, { ...ground, kind: 'boundary' })).toBe(true);
    expect(isSole(grant, { ...ground, actions: [0, 1] })).toBe(false);
    expect(isSole({ ...grant, resource: 0 }, ground)).toBe(false);
    expect(isSole({ ...grant, statement: 1 }, ground)).toBe(false);
  });

  it('is told from those of others, by name and kind', () => {
    expect(isSole({ ...grant, holder: 'other' }, ground)).toBe(false);
    expect(isSole(grant, { ...ground, inline: 'permissions' })).toBe(false);
    const role = { ...ground, holder: 'arn:aws:iam::222222222222:role/role' };
    expect(isSole({ ...grant, kind: 'inline', holder: 'role' }, { ...role, inline: 'permissions' })).toBe(true);
    expect(isSole({ ...grant, kind: 'trust', holder: 'role' }, { ...role, kind: 'resource' })).toBe(true);
    expect(isSole({ ...grant, kind: 'inline', holder: 'role' }, { ...role, kind: 'resource' })).toBe(false);
  });
});

describe('a run', () => {
  const wire = (name: string, holder?: string): Wire => ({
    name: `ReleaseTarget: ${name}`,
    kind: 'grant',
    removal: { resource: name },
    ...(holder === undefined ? {} : { grant: { kind: 'managed', holder, statement: 0, action: 0 } }),
  });
  const used: Use = { steps: ['routes'], refusal: 'somebody may not.' };
  const rule = wire('rule');
  const own = wire('own', 'sluice-target-deploy-us-east-1');
  const idle = wire('idle', 'sluice-target-deploy-us-east-1');
  const bound = wire('sluice-target-boundary-us-east-1-orders allows x', 'sluice-target-boundary-us-east-1-orders');
  const many = Array.from({ length: 40 }, (_, index) => wire(`made ${index}`, 'sluice-target-resources-1-us-east-1'));
  const wires = [rule, own, idle, bound, ...many];
  const uses = Object.fromEntries([own, ...many].map(({ name }) => [name, used]));

  it('plays without each wire of which IAM decides nothing, each that Sluice uses itself, and a sample of the rest', () => {
    const needed = [own, many[0], many[20]];
    expect(planFor(wires, uses, false)).toEqual({ unknown: [rule], idle: [idle], needed });
    expect(planFor(wires, uses, true).needed).toEqual([own, ...many]);
  });

  const finding = (of: Wire, outcome: Finding['outcome']): Finding => ({
    ...{ wire: of.name, outcome, reason: 'why', seconds: 1, stacks: 'these' },
  });

  it('knows a wire by its play, else by IAM’s decision, else by an exception', () => {
    expect(knowledgeOf(own, used, finding(own, 'killed')).state).toBe('killed');
    expect(knowledgeOf(own, used, undefined)).toEqual({ state: 'inferred', refusal: 'somebody may not.' });
    expect(knowledgeOf(bound, undefined, undefined).state).toBe('excepted');
    expect(knowledgeOf(bound, undefined, finding(bound, 'survived')).state).toBe('excepted');
    expect(knowledgeOf(bound, used, undefined).state).toBe('inferred');
    expect(knowledgeOf(rule, undefined, undefined).state).toBe('not tried');
  });

  it('says how each wire is known, and fails by what nobody missed', () => {
    const findings = new Map([
      [rule.name, finding(rule, 'killed')],
      [idle.name, { ...finding(idle, 'survived'), stacks: 'others' }],
    ]);
    const { lines, survivors } = summaryOf(wires, { stacks: 'these', probe: 'this', seconds: 1, uses }, findings);
    expect(survivors).toBe(1);
    const said = lines.join('\n');
    for (const part of ['44 wires', '1 killed', '0 refused', '41 inferred', '1 survived', '1 excepted', '0 not tried'])
      expect(said).toContain(part);
    expect(said).toContain('survived   1 s  ReleaseTarget: idle  (why)');
    expect(said).toContain('1 of these were played on stacks that have changed since.');
  });
});
