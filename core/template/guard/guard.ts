import { functionMeant, isFunction } from '../function-reference.ts';
import { propertyOf, type Resource, resourcesOfType, type Template, withProperties } from '../template.ts';
import { likelyMeant } from '../../values/alike.ts';
import { findWaysIn } from '../ways-in/find.ts';
import { type GuardedFunction, readGuards } from '../ways-in/guards.ts';
import { errorAlarm } from './error-alarm.ts';
import { guardIds, guardAlias } from './names.ts';
import { leadToAlias } from './lead.ts';
import type { Led } from './rewire.ts';

/** What a team asks to be guarded. */
export interface GuardRequest {
  /** Logical ids of functions. */
  readonly guard?: readonly string[] | undefined;
  /** Logical ids of function URLs that may get another address. */
  readonly newUrls?: readonly string[] | undefined;
}

/** A template in which aliases guard functions, and what keeps it from being one. */
export interface GuardedTemplate {
  readonly template: Template;
  /** Functions that got an alias, or ways in that were led to it. */
  readonly changed: readonly string[];
  /** Sentences. */
  readonly problems: readonly string[];
}

/**
 * Gives each function that is named a version, an alias `live` and an error alarm, where it has none, and leads every way in to the alias.
 * What is done once is not done again. To be done to a processed template; SAM's functions of one as it was written get `AutoPublishAlias`.
 * What the template does not have is passed over: whoever knows the whole template asks for `unknownGuards`.
 */
export function guardTemplate(template: Template, { guard = [], newUrls = [] }: GuardRequest): GuardedTemplate {
  const functions = functionsOf(template).filter(({ id }) => guard.includes(id));
  const refused = functions.flatMap((one) => [
    ...takenIds(template, one),
    ...unnamedAlias(one),
    ...severalVersions(template, one),
    ...keptUrls(template, one.id, newUrls),
  ]);
  if (refused.length > 0) return { template, changed: [], problems: refused };
  const added = functions.map((one) => ({ id: one.id, resources: missing(template, one) }));
  const own = added.flatMap(({ resources }) => Object.entries(resources));
  const armed = { ...template, Resources: { ...template.Resources, ...Object.fromEntries(own) } };
  const led = functionsOf(armed).flatMap(({ id: functionId, names: functionNames, aliases: [alias] }): Led[] =>
    guard.includes(functionId) && alias !== undefined
      ? [{ functionId, functionNames, aliasId: alias.id, aliasName: nameOf(alias) }]
      : [],
  );
  const { template: done, changed, problems } = leadToAlias(armed, led);
  if (problems.length > 0) return { template, changed: [], problems };
  const anew = added.filter(({ resources }) => Object.keys(resources).length > 0).map(({ id }) => id);
  return { template: done, changed: [...new Set([...anew, ...changed])], problems: [] };
}

/** Functions of a template, with their resources. */
function functionsOf(template: Template): (GuardedFunction & { readonly resource: Resource })[] {
  const guarded = new Map(readGuards(template).functions.map((one) => [one.id, one]));
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const one = guarded.get(id);
    return one === undefined ? [] : [{ ...one, resource }];
  });
}

function nameOf({ names }: GuardedFunction['aliases'][number]): string {
  return names.join();
}

/** What `guard` and `newUrls` name and the template does not have. @returns sentences */
export function unknownGuards(template: Template, { guard = [], newUrls = [] }: GuardRequest): string[] {
  const ids = Object.keys(template.Resources);
  const ownFunctions = Object.entries(template.Resources).flatMap(([id, { Type }]) => (isFunction(Type) ? [id] : []));
  const functions = guard.filter((id) => !ownFunctions.includes(id));
  const urls = newUrls.filter((id) => !isUrl(template, id));
  const sentence = (field: string, id: string, what: string, known: readonly string[]): string =>
    `"${field}" names ${id}, but the template has no ${what} of that name: correct or remove it.${likelyMeant(id, known)}`;
  const ownUrls = [...ids, ...ids.map((id) => `${id}Url`)].filter((id) => isUrl(template, id));
  return [
    ...functions.map((id) => sentence('guard', id, 'function', ownFunctions)),
    ...urls.map((id) => sentence('newUrls', id, 'function URL', ownUrls)),
  ];
}

/** SAM's transform makes `FunctionUrl` of a function's `FunctionUrlConfig`. */
function isUrl({ Resources }: Template, id: string): boolean {
  if (Resources[id]?.Type === 'AWS::Lambda::Url') return true;
  const ofSam = id.endsWith('Url') ? Resources[id.replace(/Url$/, '')] : undefined;
  return ofSam?.Type === 'AWS::Serverless::Function' && propertyOf(ofSam, 'FunctionUrlConfig') !== undefined;
}

/** Logical ids that a guard needs and something else has. */
function takenIds(template: Template, { id }: GuardedFunction): string[] {
  const { alias, version, alarm } = guardIds(id);
  const needed = [
    [alias, 'AWS::Lambda::Alias'],
    [version, 'AWS::Lambda::Version'],
    [alarm, 'AWS::CloudWatch::Alarm'],
  ] as const;
  return needed.flatMap(([own, type]) => {
    const found = template.Resources[own]?.Type ?? type;
    const sentence = `${id} cannot be guarded: what guards it would be called ${own}, and the template has a ${found} of that name. Give that another logical id.`;
    return found === type ? [] : [sentence];
  });
}

/** Versions of a function that the template publishes: two of the same code there cannot be. */
function versionsOf(template: Template, id: string): string[] {
  return resourcesOfType(template, 'AWS::Lambda::Version')
    .filter(([, version]) => functionMeant(template, propertyOf(version, 'FunctionName')) === id)
    .map(([version]) => version);
}

function severalVersions(template: Template, { id, aliases }: GuardedFunction): string[] {
  const versions = versionsOf(template, id);
  if (aliases.length > 0 || versions.length < 2) return [];
  return [`${id} cannot be guarded: the template publishes several versions of it (${versions.join(', ')}). Keep one.`];
}

/** An alias whose name a parameter gives cannot be written into what leads to the function. */
function unnamedAlias({ id, aliases: [alias] }: GuardedFunction): string[] {
  if (alias === undefined || (alias.names.length === 1 && /^[\w-]+$/.test(nameOf(alias)))) return [];
  return [`${id} cannot be guarded: the name of its alias ${alias.id} is not written out. Write it as a text.`];
}

/** What a function needs to be guarded and does not have. */
function missing(template: Template, { id, aliases: [alias], resource }: ReturnType<typeof functionsOf>[number]) {
  const { alarm } = guardIds(id);
  const watched = () => errorAlarm(id, alias === undefined ? guardAlias : nameOf(alias), resource);
  return {
    ...(alias === undefined ? aliasFor(id, resource, versionsOf(template, id)) : {}),
    ...(template.Resources[alarm] === undefined ? { [alarm]: watched() } : {}),
  };
}

/** A version and the alias that serves it; SAM's transform makes both of `AutoPublishAlias`. */
function aliasFor(id: string, resource: Resource, [published]: readonly string[]): Record<string, Resource> {
  if (resource.Type === 'AWS::Serverless::Function')
    return { [id]: withProperties(resource, { AutoPublishAlias: guardAlias }) };
  const ids = guardIds(id);
  const when = conditionOf(resource);
  const version: Resource = { Type: 'AWS::Lambda::Version', ...when, Properties: { FunctionName: { Ref: id } } };
  return {
    ...(published === undefined ? { [ids.version]: version } : {}),
    [ids.alias]: {
      Type: 'AWS::Lambda::Alias',
      ...when,
      Properties: {
        FunctionName: { Ref: id },
        FunctionVersion: { 'Fn::GetAtt': [published ?? ids.version, 'Version'] },
        Name: guardAlias,
      },
    },
  };
}

/** What is made for a function is there when the function is. */
function conditionOf({ Condition }: Resource): { readonly Condition?: unknown } {
  return Condition === undefined ? {} : { Condition };
}

/** A function URL that is led to an alias is another one. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
function keptUrls(template: Template, functionId: string, newUrls: readonly string[]): string[] {
  return findWaysIn(template)
    .filter((way) => way.functionId === functionId && way.leads === 'function')
    .flatMap(({ logicalId, type, path }) => {
      const isSam = type === 'AWS::Serverless::Function' && path === 'FunctionUrlConfig';
      const id = isSam ? `${logicalId}Url` : logicalId;
      if ((!isSam && type !== 'AWS::Lambda::Url') || newUrls.includes(id)) return [];
      return [
        `${functionId} cannot be guarded without another address for its function URL ${id}: name it in "newUrls" if its users may have to learn a new one, or take ${functionId} out of "guard".`,
      ];
    });
}
