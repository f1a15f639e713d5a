import { unknownValue } from './known-after-apply.ts';
import * as z from 'zod';
import { canonicalJson } from '../release/chain.ts';
import { findAliases, VERSION } from './aliases.ts';
import type { ChangeSetResource, ChangeTarget } from './change-set.ts';
import { functionMeant } from './function-reference.ts';
import { propertyOf, type Resource, resourcesOfType, type Template, withProperties } from './template.ts';

/** What is live in AWS, by logical id. */
export interface LiveVersions {
  /** Version that each alias serves. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Number that each `AWS::Lambda::Version` of the stack published. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A version of the release's template, and the one that is live in its place. */
export interface VersionPair {
  /** Logical id in the release's template. */
  readonly versionId: string;
  /** Logical id of its function; absent where the template does not have it. */
  readonly functionId?: string;
  /** Logical id of the live version; absent where the alias is new, or serves what is not in the stack. */
  readonly liveId?: string;
  /** Does the version itself say the same as the live one? */
  readonly same: boolean;
}

/**
 * Pairs each version with the one that serves, or with the one that it takes the place of where no alias names it. A function with
 * several versions in one template is left to CloudFormation: its aliases are meant to serve different ones.
 * @param next with the logical ids of the stack
 */
export function pairVersions(next: Template, live: Template, versions: LiveVersions): VersionPair[] {
  const served = pairServed(next, live, versions);
  const known = new Set(served.map(({ functionId }) => functionId));
  const pairs = [...served, ...pairUnnamed(next, live).filter(({ functionId }) => !known.has(functionId))];
  const several = (id: string | undefined): boolean => pairs.filter(({ functionId }) => functionId === id).length > 1;
  return pairs.filter(({ functionId }) => !several(functionId));
}

/** Versions that aliases name. */
function pairServed(next: Template, live: Template, versions: LiveVersions): VersionPair[] {
  const named = new Map(
    findAliases(next).flatMap(({ logicalId, versionId }) => (versionId === undefined ? [] : [[versionId, logicalId]])),
  );
  return [...named].map(([versionId, alias]): VersionPair => {
    const functionId = functionMeant(next, propertyOf(next.Resources[versionId], 'FunctionName'));
    const liveId = liveVersionOf(live, alias, versions);
    return {
      versionId,
      ...(functionId === undefined ? {} : { functionId }),
      ...(liveId === undefined ? {} : { liveId }),
      // Where the template has the live one as well, this is meant to be another.
      same:
        liveId !== undefined &&
        (liveId === versionId || next.Resources[liveId] === undefined) &&
        saysTheSame(next, versionId, live, liveId),
    };
  });
}

/** Versions that no alias names and that only have another logical id than the one before, as the Serverless Framework makes them. */
function pairUnnamed(next: Template, live: Template): VersionPair[] {
  const named = findAliases(live).map(({ versionId }) => versionId);
  const gone = onlyIn(live, next).filter(({ id }) => !named.includes(id));
  return onlyIn(next, live).flatMap(({ id: versionId, functionId }): VersionPair[] => {
    const [before, ...others] = gone.filter((one) => one.functionId === functionId);
    if (functionId === undefined || before === undefined || others.length > 0) return [];
    return [{ versionId, functionId, liveId: before.id, same: saysTheSame(next, versionId, live, before.id) }];
  });
}

/** Versions of a template that another one does not have, with their functions. */
function onlyIn(
  template: Template,
  other: Template,
): { readonly id: string; readonly functionId: string | undefined }[] {
  return resourcesOfType(template, VERSION)
    .filter(([id]) => other.Resources[id] === undefined)
    .map(([id, version]) => ({ id, functionId: functionMeant(template, propertyOf(version, 'FunctionName')) }));
}

/** The version resource of the alias's function whose number the alias serves. */
function liveVersionOf(live: Template, alias: string, { aliases, versions }: LiveVersions): string | undefined {
  const serves = aliases[alias];
  if (serves === undefined) return undefined;
  const functionId = functionMeant(live, propertyOf(live.Resources[alias], 'FunctionName'));
  const ofFunction = (id: string): boolean =>
    functionMeant(live, propertyOf(live.Resources[id], 'FunctionName')) === functionId;
  return Object.entries(versions).find(([id, number]) => number === serves && ofFunction(id))?.[0];
}

function saysTheSame(next: Template, versionId: string, live: Template, liveId: string): boolean {
  const [after, before] = [next.Resources[versionId], live.Resources[liveId]];
  if (after === undefined || before === undefined) return false;
  const rest = (resource: typeof after): string =>
    canonicalJson(withProperties(resource, { FunctionName: undefined }).Properties);
  return rest(after) === rest(before);
}

/** Is a version published, and is it certain that Lambda sees a change? Where it is not, the function gets a mark. */
export type Publishing = Readonly<Record<string, 'certain' | 'uncertain'>>;

/**
 * Which versions are published. What a version holds is known only once values are resolved, so CloudFormation is asked first, by a
 * change set in which no version is published.
 * @param changes of that change set, with property values
 * @param drifted logical ids of functions whose alias serves something else than the function's latest code and configuration
 */
export function decidePublishing(
  pairs: readonly VersionPair[],
  changes: readonly ChangeSetResource[],
  drifted: ReadonlySet<string>,
): Publishing {
  const decided = pairs.flatMap((pair): [string, 'certain' | 'uncertain'][] => {
    const change = changes.find(({ LogicalResourceId }) => LogicalResourceId === pair.functionId);
    const held = change === undefined ? 'none' : changeOfVersion(change);
    if (held !== 'none') return [[pair.versionId, held]];
    const due =
      pair.liveId === undefined || !pair.same || (pair.functionId !== undefined && drifted.has(pair.functionId));
    return due ? [[pair.versionId, 'uncertain']] : [];
  });
  return Object.fromEntries(decided);
}

/**
 * What is known before CloudFormation is asked: code that has another name, made from its content, is other code. It spares most
 * releases a second change set.
 */
export function foreseePublishing(pairs: readonly VersionPair[], next: Template, live: Template): Publishing {
  const changed = pairs.filter(({ functionId = '' }) => {
    const [after, before] = [next, live].map((template) => assetOf(template.Resources[functionId]));
    return after !== undefined && before !== undefined && after !== before;
  });
  return Object.fromEntries(changed.map(({ versionId }) => [versionId, 'certain']));
}

const packedCode = z.looseObject({ S3Key: z.string().regex(/^assets\/[0-9a-f]{64}\.zip$/) });

function assetOf(resource: Resource | undefined): string | undefined {
  return packedCode.safeParse(propertyOf(resource, 'Code')).data?.S3Key;
}

/** Properties of a function that its versions do not hold: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html */
const notHeld = [
  'Tags',
  'ReservedConcurrentExecutions',
  'CodeSigningConfigArn',
  'RecursiveLoop',
  'PublishToLatestPublished',
];

/** Does a change of a function change what its next version holds? */
function changeOfVersion(change: ChangeSetResource): 'none' | 'uncertain' | 'certain' {
  // A function that is new, or another one, has no version yet.
  if (change.Action === 'Add' || change.Action === 'Import' || change.Replacement === 'True') return 'certain';
  if (change.Action !== 'Modify') return 'none';
  const held = (change.Details ?? [])
    .map(({ Target }) => Target ?? {})
    .filter(({ Attribute, Name = '' }) => Attribute === 'Properties' && !notHeld.includes(Name));
  const found = held.map(changeOfValue);
  if (found.includes('certain')) return 'certain';
  return found.includes('uncertain') ? 'uncertain' : 'none';
}

/** Where something that only one side has certainly makes a difference; elsewhere a default may just be written down. */
const lists = /^\/Properties\/(Environment\/Variables|Layers)\//;
/** The same code may lie elsewhere: it is named by its key, which is made from its content. */
const places = /^\/Properties\/Code\/(S3Bucket|S3ObjectVersion)$/;

function changeOfValue(target: ChangeTarget): 'none' | 'uncertain' | 'certain' {
  const { Name, Path = '', BeforeValue: before, AfterValue: after } = target;
  if ([before, after].some((value) => value !== undefined && isUnknown(value))) return 'uncertain';
  if (before === undefined || after === undefined)
    return lists.test(Path) && before !== after ? 'certain' : 'uncertain';
  if (sameMeaning(before, after)) return 'none';
  return places.test(Path) || (Name === 'Code' && sameMeaning(keyOf(before), keyOf(after))) ? 'uncertain' : 'certain';
}

/** Known only after the change, or hidden. */
function isUnknown(value: string): boolean {
  return value.includes(unknownValue) || /^\*+$/.test(value);
}

function keyOf(code: string): string {
  const parsed = parseJson(code);
  if (typeof parsed !== 'object' || parsed === null) return code;
  const key = Object.entries(parsed).find(([name]) => name === 'S3Key' || name === 'ImageUri' || name === 'ZipFile');
  return canonicalJson(key ?? parsed);
}

/** Numbers and texts are the same to Lambda's environment and to CloudFormation's scalars. */
function sameMeaning(before: string, after: string): boolean {
  return before === after || canonicalJson(asTexts(parseJson(before))) === canonicalJson(asTexts(parseJson(after)));
}

function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
