import * as z from 'zod';
import { propertyOf, withoutAttributes, withProperties } from '../template.ts';
import type { Resource, Template } from '../template.ts';

/** What has permissions of its own, and therefore a boundary: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
const identityTypes = ['AWS::IAM::Role', 'AWS::IAM::User'] as const;
export type IdentityType = (typeof identityTypes)[number];
const PROPERTY = 'PermissionsBoundary';

/** Is it the type of something that has a boundary? */
export function isIdentityType(type: string): type is IdentityType {
  return identityTypes.some((one) => one === type);
}

/** A role or user that got the boundary. */
export interface BoundaryAddition {
  readonly logicalId: string;
  readonly type: string;
  /** What the template says of its boundary; absent where it says nothing. */
  readonly before?: unknown;
}

/** A template in which every role and user has a boundary. */
export interface BoundedTemplate {
  readonly template: Template;
  /** Those to which it was added. */
  readonly added: readonly BoundaryAddition[];
}

/**
 * Gives the boundary to every role and user that has none, also where only a condition leaves it out. One that names a
 * boundary keeps it. To be done to a processed template, so that what a transform makes has it, too.
 * @param arn the permissions boundary; undefined where the policy wants none
 */
export function addBoundary(template: Template, arn: string | undefined): BoundedTemplate {
  if (arn === undefined) return { template, added: [] };
  const added = Object.entries(template.Resources)
    .filter(([, resource]) => lacksBoundary(resource))
    .map(([logicalId, resource]): BoundaryAddition => {
      const before = propertyOf(resource, PROPERTY);
      return { logicalId, type: resource.Type, ...(before === undefined ? {} : { before }) };
    });
  const bounded = added.map(({ logicalId, before }) => [logicalId, bound(before, arn)] as const);
  return { template: withBoundaries(template, new Map(bounded)), added };
}

/** Takes back what `addBoundary` added. */
export function removeBoundary(template: Template, added: readonly BoundaryAddition[]): Template {
  return withBoundaries(template, new Map(added.map(({ logicalId, before }) => [logicalId, before])));
}

/**
 * How many got the boundary, or how many have none because the policy wants it so; undefined where there is nothing to tell.
 * @param arn of the boundary; undefined where the policy wants none
 */
export function describeBoundary(
  next: Template,
  added: readonly BoundaryAddition[],
  arn: string | undefined,
): string | undefined {
  if (arn === undefined) {
    const bare = Object.values(next.Resources).filter(lacksBoundary);
    if (bare.length === 0) return undefined;
    const verb = bare.length === 1 ? 'has' : 'have';
    return `${count(bare.map(({ Type }) => Type))} ${verb} no permissions boundary: the policy of this target wants none, and the template decides what they may do.`;
  }
  if (added.length === 0) return undefined;
  const verb = added.length === 1 ? 'gets' : 'get';
  return `${count(added.map(({ type }) => type))} ${verb} the permissions boundary ${arn.replace(/^.*\//, '')}, which the template does not name.`;
}

function count(types: readonly string[]): string {
  const counted = identityTypes.flatMap((type) => {
    const found = types.filter((one) => one === type).length;
    return found === 0 ? [] : [`${found} ${words[type]}${found === 1 ? '' : 's'}`];
  });
  return counted.join(' and ');
}

const words: Readonly<Record<IdentityType, string>> = { 'AWS::IAM::Role': 'role', 'AWS::IAM::User': 'user' };

/** Is it a role or user without a boundary, or without one under some condition? */
function lacksBoundary(resource: Resource): boolean {
  return isIdentityType(resource.Type) && mayBeNone(propertyOf(resource, PROPERTY));
}

/** Does it say which boundary it has? What depends on a condition counts: only IAM knows what came of it. */
export function namesBoundary(resource: Resource | undefined): boolean {
  return !isNothing(propertyOf(resource, PROPERTY));
}

function withBoundaries(template: Template, boundaries: ReadonlyMap<string, unknown>): Template {
  if (boundaries.size === 0) return template;
  const resources = Object.entries(template.Resources).map(([name, resource]): [string, Resource] => {
    if (!boundaries.has(name)) return [name, resource];
    const changed = withProperties(resource, { [PROPERTY]: boundaries.get(name) });
    const bare = Object.keys(changed.Properties).length === 0;
    return [name, bare ? withoutAttributes(changed, ['Properties']) : changed];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

const nothing = z.strictObject({ Ref: z.literal('AWS::NoValue') });
const isNothing = (value: unknown): boolean => value === undefined || nothing.safeParse(value).success;
const choice = z.strictObject({ 'Fn::If': z.tuple([z.unknown(), z.unknown(), z.unknown()]) });

function mayBeNone(value: unknown): boolean {
  if (isNothing(value)) return true;
  const [, yes, no] = choice.safeParse(value).data?.['Fn::If'] ?? [];
  return yes !== undefined && (mayBeNone(yes) || mayBeNone(no));
}

function bound(value: unknown, arn: string): unknown {
  if (isNothing(value)) return arn;
  const branches = choice.safeParse(value).data?.['Fn::If'];
  if (branches === undefined) return value;
  const [condition, yes, no] = branches;
  return { 'Fn::If': [condition, bound(yes, arn), bound(no, arn)] };
}
