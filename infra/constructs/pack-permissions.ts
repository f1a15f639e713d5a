import { inParts } from './parts.ts';
import { documentOf, type Permission } from './permissions.ts';

/** Characters that IAM takes in one managed policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const mostOfManagedPolicy = 6_144;

/**
 * Permissions as the contents of few managed policies: what is allowed on the same resources under the same conditions becomes one
 * statement, and each document stays within the size that IAM counts. The same permissions are always packed alike.
 * @param most characters of one document
 * @throws Error for a statement that no document can hold
 */
export function packPermissions(permissions: readonly Permission[], most = mostOfManagedPolicy): Permission[][] {
  const documents: Permission[][] = [];
  for (const permission of largestFirst(mergeStatements(permissions))) {
    const fitting = documents.find((document) => sizeOf([...document, permission]) <= most);
    if (fitting !== undefined) fitting.push(permission);
    else if (sizeOf([permission]) <= most) documents.push([permission]);
    else throw new Error(`No policy of ${most} characters holds this statement: ${permission.actions.join(', ')}`);
  }
  return documents;
}

function mergeStatements(permissions: readonly Permission[]): Permission[] {
  const alike = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { resources, conditions } = permission;
    const key = JSON.stringify([resources.toSorted(), conditions ?? {}]);
    alike.set(key, [...(alike.get(key) ?? []), permission]);
  }
  return [...alike.values()].flatMap(together);
}

function together(alike: readonly Permission[]): Permission[] {
  const reasons = new Set(alike.flatMap(({ because }) => because ?? []));
  return alike.slice(0, 1).map((first) => ({
    ...first,
    actions: [...new Set(alike.flatMap(({ actions }) => actions))],
    ...(reasons.size === 0 ? {} : { because: [...reasons].join(' ') }),
  }));
}

function largestFirst(permissions: readonly Permission[]): Permission[] {
  return permissions.toSorted((one, other) => sizeOf([other]) - sizeOf([one]));
}

/** IAM does not count white space, of which there is none in this text. */
function sizeOf(permissions: readonly Permission[]): number {
  return JSON.stringify(documentOf(permissions)).length;
}

/** Characters of a role's own policies that are used at most: IAM takes 10,240. */
const mostInline = 9_500;
/** A statement with more resources is said in several, so that each finds a place. */
const resourcesOfStatement = 20;

/** What of a role's permissions stands in the role's own policy, and what in further ones. All of it in the role's where it fits. */
export function splitPermissions(permissions: readonly Permission[]): {
  readonly inline: readonly Permission[];
  readonly further: readonly Permission[];
} {
  if (sizeOf(permissions) <= mostInline) return { inline: permissions, further: [] };
  const parts = permissions.flatMap((permission) =>
    inParts(permission.resources, resourcesOfStatement).map((resources) => withResources(permission, resources)),
  );
  const inline: Permission[] = [];
  const further = parts.filter((part) => {
    const fits = sizeOf([...inline, part]) <= mostInline;
    if (fits) inline.push(part);
    return !fits;
  });
  return { inline, further };
}

/** The reason stays where it is needed: with a wildcard. */
function withResources({ because, ...permission }: Permission, resources: readonly string[]): Permission {
  const isWide = resources.some((resource) => resource.includes('*'));
  return { ...permission, resources, ...(isWide && because !== undefined ? { because } : {}) };
}
