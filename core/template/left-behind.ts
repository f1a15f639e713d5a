import * as z from 'zod';
import { logicalId } from '../values/identifiers.ts';
import { holdsNothing, importedBy, type Look, lookInto, namedBy } from './holdings.ts';
import { isStateful } from './stateful.ts';
import { propertyOf, type Resource, type Template } from './template.ts';

/** Something that a rolled-back release made, and that stays. */
export const leftResourceSchema = z.strictObject({
  logicalId,
  type: z.string(),
  /** E.g. the name of a table. */
  physicalId: z.string(),
  /** `unknown`: it cannot be shown to be empty. */
  holds: z.enum(['data', 'unknown']),
  /**
   * `imported`: by a release whose template has one of its type and name. `named`: no release can, and its name is taken. `unnamed`:
   * no release can, and CloudFormation makes up another name.
   */
  next: z.enum(['imported', 'named', 'unnamed']),
});
export type LeftResource = z.infer<typeof leftResourceSchema>;

/** Something that a release has made and that may hold data. */
export interface Suspect {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** How it can be shown to be empty; undefined where it cannot. */
  readonly look: Look | undefined;
}

interface InStack {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/**
 * What a release has added to a stack and may hold something.
 * @param deployed the stack's template
 * @param former the one to go back to; undefined where the stack is deleted
 */
export function suspects(
  deployed: Template,
  former: Template | undefined,
  resources: readonly InStack[],
): readonly Suspect[] {
  return added(deployed, former, resources)
    .filter(({ type, resource }) => mayHold(type, resource))
    .map(({ logicalId: id, type, physicalId }) => ({ logicalId: id, type, physicalId, look: lookInto(type) }));
}

function added(deployed: Template, former: Template | undefined, resources: readonly InStack[]) {
  return resources.flatMap((one) => {
    const resource = deployed.Resources[one.logicalId];
    const isNew = former?.Resources[one.logicalId] === undefined;
    return resource === undefined || !isNew || one.physicalId === '' ? [] : [{ ...one, resource }];
  });
}

/** A snapshot is how the team keeps what is in it. */
function mayHold(type: string, resource: Resource): boolean {
  if (resource['DeletionPolicy'] === 'Snapshot' || holdsNothing(type)) return false;
  return isStateful(type) || isRetained(resource);
}

/** Does the template keep it when it leaves the stack? */
export function isRetained(resource: Resource): boolean {
  return /^Retain(ExceptOnCreate)?$/.test(String(resource['DeletionPolicy']));
}

/** What becomes of what a rolled-back release has added. */
export interface Leaving {
  /** The deletion policy that each needs to have before the stack is restored, where it has another. */
  readonly policies: ReadonlyMap<string, 'Retain' | 'Delete'>;
  readonly left: readonly LeftResource[];
}

/**
 * What is empty goes, whatever its template says: left behind, it would keep its name from the next release. What holds data, or cannot be
 * shown to be empty, stays.
 * @param found how much is in each suspect, by logical id; none where that could not be seen
 */
export function decideLeaving(
  deployed: Template,
  former: Template | undefined,
  resources: readonly InStack[],
  found: ReadonlyMap<string, number>,
): Leaving {
  const looked = new Map(suspects(deployed, former, resources).map((one) => [one.logicalId, one]));
  const left: LeftResource[] = [];
  const policies = new Map<string, 'Retain' | 'Delete'>();
  for (const { logicalId: id, type, resource } of added(deployed, former, resources)) {
    const suspect = looked.get(id);
    const amount = found.get(id);
    const stays = suspect !== undefined && (amount === undefined || amount > ownContents(type, resource));
    if (stays) left.push(describe(suspect, resource, amount));
    // A version goes with its function; the steps say what becomes of it.
    if (type === 'AWS::Lambda::Version' || stays === isRetained(resource)) continue;
    policies.set(id, stays ? 'Retain' : 'Delete');
  }
  return { policies, left };
}

/** What is in it from the start, by its template. */
function ownContents(type: string, resource: Resource): number {
  const given = ['SecretString', 'GenerateSecretString'].some((name) => propertyOf(resource, name) !== undefined);
  return type === 'AWS::SecretsManager::Secret' && given ? 1 : 0;
}

function describe(
  { logicalId: id, type, physicalId }: Suspect,
  resource: Resource,
  amount: number | undefined,
): LeftResource {
  const isNamed = propertyOf(resource, namedBy(type) ?? '') !== undefined;
  const next = !isNamed ? 'unnamed' : importedBy(type) === undefined ? 'named' : 'imported';
  return { logicalId: id, type, physicalId, holds: amount === undefined ? 'unknown' : 'data', next };
}

/** A template in which resources have other deletion policies. */
export function withPolicies(template: Template, policies: Leaving['policies']): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]): [string, Resource] => {
    const policy = policies.get(id);
    return [id, policy === undefined ? resource : { ...resource, DeletionPolicy: policy }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}
