import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTemplate, restoreTemplate, settleTemplate } from '../../../../core/template/steps/chain.ts';
import { addBoundary, describeBoundary, removeBoundary } from '../../../../core/template/steps/boundary.ts';
import { propertyOf, type Resource, type Template } from '../../../../core/template/template.ts';
import { runs } from '../../../runs.ts';

const arn = 'arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1';
const nothing = { Ref: 'AWS::NoValue' };
const versions = { aliases: {}, versions: {} };

const boundaryOf = (template: Template, name: string): unknown =>
  propertyOf(template.Resources[name], 'PermissionsBoundary');

function choiceOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, value).map(([yes, no]) => ({ 'Fn::If': ['IsProduction', yes, no] }));
}

const someBoundary = fc.constantFrom<unknown>(
  arn,
  'arn:aws:iam::222222222222:policy/own',
  { Ref: 'Boundary' },
  nothing,
);
const boundary = fc.oneof(
  fc.constant(undefined),
  someBoundary,
  choiceOf(someBoundary),
  choiceOf(choiceOf(someBoundary)),
);
const resource: fc.Arbitrary<Resource> = fc
  .record({
    Type: fc.constantFrom(
      ...['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::Policy', 'AWS::Lambda::Function'],
      ...['AWS::SQS::Queue', 'AWS::Lambda::Version', 'Custom::PermissionsBoundary'],
    ),
    boundary,
    properties: fc.dictionary(fc.constantFrom('Path', 'Tags', 'Description', 'Timeout'), fc.jsonValue(), {
      maxKeys: 3,
    }),
    policies: fc.option(fc.constantFrom('Retain', 'Delete'), { nil: undefined }),
    bare: fc.boolean(),
  })
  .map(({ Type, boundary: PermissionsBoundary, properties, policies, bare }) => {
    const Properties = { ...properties, ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary }) };
    return {
      Type,
      ...(policies === undefined ? {} : { DeletionPolicy: policies }),
      // A resource without properties is the same as one whose properties are none.
      ...(Object.keys(Properties).length === 0 || (bare && PermissionsBoundary === undefined) ? {} : { Properties }),
    };
  });
const template: fc.Arbitrary<Template> = fc
  .record({
    Resources: fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'), resource, { maxKeys: 6 }),
    conditions: fc.boolean(),
  })
  .map(({ Resources, conditions }) => ({
    ...(conditions ? { Conditions: { IsProduction: { 'Fn::Equals': ['a', 'b'] } } } : {}),
    Resources,
  }));

const isIdentity = ({ Type }: Resource): boolean => Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::User';
const holdsNothing = (value: unknown): boolean => value === undefined || JSON.stringify(value).includes('AWS::NoValue');

/** The boundary of a resource left out: all that may differ. */
function withoutBoundary({ Properties = {}, ...rest }: Resource): object {
  const properties = Object.entries(Properties).filter(([name]) => name !== 'PermissionsBoundary');
  return { ...rest, Properties: Object.fromEntries(properties) };
}

describe('the boundary that is added', () => {
  it('is on every role and user afterwards; on nothing else; one that names its own keeps it', () => {
    fc.assert(
      fc.property(template, (before) => {
        const { template: after, added } = addBoundary(before, arn);
        const lacking = Object.entries(before.Resources).filter(
          ([name, one]) => isIdentity(one) && holdsNothing(boundaryOf(before, name)),
        );
        expect(added.map(({ logicalId }) => logicalId)).toEqual(lacking.map(([name]) => name));
        for (const [name, one] of Object.entries(after.Resources)) {
          if (isIdentity(one)) expect(holdsNothing(boundaryOf(after, name))).toBe(false);
          if (added.every(({ logicalId }) => logicalId !== name)) expect(one).toEqual(before.Resources[name]);
        }
      }),
      runs(500),
    );
  });

  it('changes nothing else of the template', () => {
    fc.assert(
      fc.property(template, (before) => {
        const after = addBoundary(before, arn).template;
        expect({ ...after, Resources: {} }).toEqual({ ...before, Resources: {} });
        expect(Object.keys(after.Resources)).toEqual(Object.keys(before.Resources));
        for (const [name, one] of Object.entries(before.Resources))
          expect(withoutBoundary(after.Resources[name] ?? { Type: '' })).toEqual(withoutBoundary(one));
      }),
      runs(500),
    );
  });

  it('is added once: a second time changes nothing', () => {
    fc.assert(
      fc.property(template, (before) => {
        const once = addBoundary(before, arn).template;
        expect(addBoundary(once, arn)).toEqual({ template: once, added: [] });
      }),
      runs(500),
    );
  });

  it('can be taken back', () => {
    fc.assert(
      fc.property(template, (before) => {
        const { template: after, added } = addBoundary(before, arn);
        expect(removeBoundary(after, added)).toEqual(before);
      }),
      runs(500),
    );
  });

  it('is added where only a condition leaves it out', () => {
    const { template: after, added } = addBoundary(
      {
        Resources: {
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: { PermissionsBoundary: { 'Fn::If': ['IsProduction', { Ref: 'Boundary' }, nothing] } },
          },
        },
      },
      arn,
    );
    expect(boundaryOf(after, 'Role')).toEqual({ 'Fn::If': ['IsProduction', { Ref: 'Boundary' }, arn] });
    expect(added).toMatchObject([{ logicalId: 'Role', type: 'AWS::IAM::Role' }]);
  });
});

describe('who gets the boundary', () => {
  const added = (...types: string[]) => types.map((type, index) => ({ logicalId: `L${index}`, type }));

  it('is counted in a sentence', () => {
    const name = 'the permissions boundary sluice-target-boundary-us-east-1, which the template does not name.';
    const any = { Resources: { Role: { Type: 'AWS::IAM::Role' }, Queue: { Type: 'AWS::SQS::Queue' } } };
    expect(describeBoundary(any, added('AWS::IAM::Role'), arn)).toBe(`1 role gets ${name}`);
    expect(describeBoundary(any, added('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::User'), arn)).toBe(
      `1 role and 2 users get ${name}`,
    );
    expect(describeBoundary(any, [], arn)).toBeUndefined();
  });

  it('is nobody where the policy wants none, which is said', () => {
    const next = { Resources: { Role: { Type: 'AWS::IAM::Role' }, Queue: { Type: 'AWS::SQS::Queue' } } };
    expect(addBoundary(next, undefined)).toEqual({ template: next, added: [] });
    expect(describeBoundary(next, [], undefined)).toBe(
      '1 role has no permissions boundary: the policy of this target wants none, and the template decides what they may do.',
    );
    expect(describeBoundary({ Resources: {} }, [], undefined)).toBeUndefined();
  });
});

describe('the boundary among the other steps', () => {
  it('is in the applied and in the settled template alike, so that settling takes none away', () => {
    fc.assert(
      fc.property(template, template, (next, former) => {
        const live = settleTemplate(former, arn);
        const { template: applied, named } = applyTemplate(next, { template: live, versions }, arn);
        const settled = settleTemplate(named, arn);
        for (const name of Object.keys(named.Resources))
          expect(boundaryOf(applied, name)).toEqual(boundaryOf(settled, name));
      }),
      runs(500),
    );
  });

  it('is in the restored template as it is live', () => {
    fc.assert(
      fc.property(template, template, (next, former) => {
        const live = settleTemplate(former, arn);
        expect(restoreTemplate(live, versions)).toEqual(live);
        // What the release before left, applied anew, adds nothing; restored from there, it is the live template as well.
        const again = applyTemplate(live, { template: live, versions }, arn);
        expect(again.bounded).toEqual([]);
        expect(restoreTemplate(again.template, versions)).toEqual(live);
        const { template: applied, bounded, named } = applyTemplate(next, { template: live, versions }, arn);
        const undone = removeBoundary(applied, bounded);
        for (const name of Object.keys(named.Resources))
          expect(boundaryOf(undone, name)).toEqual(boundaryOf(named, name));
      }),
      runs(500),
    );
  });

  it('leaves what is kept as it is live', () => {
    fc.assert(
      fc.property(template, template, (next, live) => {
        const { template: applied, resources } = applyTemplate(next, { template: live, versions }, arn);
        for (const { logicalId } of resources)
          expect(boundaryOf(applied, logicalId)).toEqual(boundaryOf(live, logicalId));
      }),
      runs(500),
    );
  });
});
