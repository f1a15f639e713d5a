import { recordOf } from '../../values/records.ts';
import { functionMeant, isFunction } from '../function-reference.ts';
import { propertyOf, type Resource, type Template } from '../template.ts';
import { textsOf } from '../symbolic-text.ts';

/** An alias that guards a function: the engine moves it from version to version. */
interface GuardingAlias {
  /** Logical id, or `Function.Alias` where SAM's transform is going to make it. */
  readonly id: string;
  /** What its name may be. */
  readonly names: readonly string[];
}

/** A function of a template, and what guards it. */
export interface GuardedFunction {
  readonly id: string;
  readonly names: readonly string[];
  readonly aliases: readonly GuardingAlias[];
}

/** What a reference of a template leads to. */
export type Destination =
  | { readonly kind: 'function'; readonly functionId: string; readonly aliases: readonly GuardingAlias[] }
  | { readonly kind: 'version'; readonly functionId: string }
  | { readonly kind: 'alias'; readonly functionId: string; readonly alias: GuardingAlias };

/** Functions of a template, and what its references lead to. */
export interface Guards {
  readonly functions: readonly GuardedFunction[];
  /** By what a reference names, `Function` or `Function.Arn`. */
  readonly destinations: ReadonlyMap<string, Destination>;
}

const LATEST = '$LATEST';

/**
 * Reads which functions a template has, which aliases guard them, and what the references to them mean: `Ref` and `Arn` of a function
 * are its code of the moment, `Ref` of an alias and of a version are their ARNs. An alias of `$LATEST` guards nothing.
 */
export function readGuards(template: Template): Guards {
  const resources = Object.entries(template.Resources);
  const ids = resources.filter(([, { Type }]) => isFunction(Type)).map(([id]) => id);
  const made = resources.flatMap(([id, resource]) => aliasesOf(template, id, resource));
  const functions = ids.map((id): GuardedFunction => ({
    id,
    names: textsOf(propertyOf(template.Resources[id], 'FunctionName')) ?? [],
    aliases: made.filter(({ functionId }) => functionId === id).map(({ alias }) => alias),
  }));
  return {
    functions,
    destinations: new Map([
      ...functions.flatMap(functionReferences),
      ...resources.flatMap(([id, resource]) => versionReferences(template, id, resource)),
      ...made.flatMap(({ functionId, alias }) => aliasReferences(functionId, alias)),
    ]),
  };
}

interface MadeAlias {
  readonly functionId: string;
  readonly alias: GuardingAlias;
}

function aliasesOf(template: Template, id: string, resource: Resource): MadeAlias[] {
  if (resource.Type === 'AWS::Serverless::Function') return samAlias(template, id, resource);
  if (resource.Type !== 'AWS::Lambda::Alias') return [];
  const functionId = functionMeant(template, propertyOf(resource, 'FunctionName'));
  if (functionId === undefined || propertyOf(resource, 'FunctionVersion') === LATEST) return [];
  return [{ functionId, alias: { id, names: textsOf(propertyOf(resource, 'Name')) ?? [] } }];
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html */
function samAlias(template: Template, functionId: string, resource: Resource): MadeAlias[] {
  const given = propertyOf(resource, 'AutoPublishAlias') ?? functionGlobals(template)['AutoPublishAlias'];
  return given === undefined ? [] : [{ functionId, alias: { id: `${functionId}.Alias`, names: textsOf(given) ?? [] } }];
}

/** What SAM's `Globals` say of all functions. */
export function functionGlobals(template: Template): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(template['Globals'])['Function']);
}

function functionReferences({ id: functionId, aliases }: GuardedFunction): [string, Destination][] {
  return [functionId, `${functionId}.Arn`].map((name) => [name, { kind: 'function', functionId, aliases }]);
}

function aliasReferences(functionId: string, alias: GuardingAlias): [string, Destination][] {
  return [alias.id, `${alias.id}.AliasArn`].map((name) => [name, { kind: 'alias', functionId, alias }]);
}

/** Versions; and aliases of `$LATEST`, which are the function by another name. */
function versionReferences(template: Template, id: string, resource: Resource): [string, Destination][] {
  if (resource.Type === 'AWS::Serverless::Function') return [[`${id}.Version`, { kind: 'version', functionId: id }]];
  const isLatest = resource.Type === 'AWS::Lambda::Alias' && propertyOf(resource, 'FunctionVersion') === LATEST;
  if (!isLatest && resource.Type !== 'AWS::Lambda::Version') return [];
  const functionId = functionMeant(template, propertyOf(resource, 'FunctionName'));
  if (functionId === undefined) return [];
  const destination: Destination = isLatest
    ? { kind: 'function', functionId, aliases: [] }
    : { kind: 'version', functionId };
  return [id, `${id}.FunctionArn`, `${id}.AliasArn`].map((name) => [name, destination]);
}
