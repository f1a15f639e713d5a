import { SharedPlan } from './apis/usage-plan.ts';
import { addDefaultDefinitions, addImplicitApis } from './apis/implicit.ts';
import { expandHttpApi } from './apis/http-api.ts';
import { expandRestApi } from './apis/rest-api.ts';
import { Deployments } from './functions/deployments.ts';
import { expandFunction } from './functions/function.ts';
import { expandLayer } from './functions/layer-version.ts';
import { expandTable } from './functions/simple-table.ts';
import { mergeGlobals } from './globals.ts';
import type { Context } from './model/context.ts';
import { DocumentProblem, documentProblem, notExpanded, Problem, resourceProblem } from './model/errors.ts';
import { mapReader, resolver } from './model/parameters.ts';
import { renameReferences, resolveProperties, type Referable } from './model/references.ts';
import { render, type Made } from './model/resource.ts';
import { isFilled, isMap, isText, mapOf, type Fields } from './model/values.ts';
import { expandStateMachine } from './state-machines/state-machine.ts';

export { isNotExpanded } from './model/errors.ts';

/** The transform's name, as a template's `Transform` says it. */
export const SAM_TRANSFORM = 'AWS::Serverless-2016-10-31';

/** What CloudFormation hands to the transform. */
export interface TransformRequest {
  /** The template as data, short forms of intrinsic functions written out. It is not changed. */
  readonly template: Readonly<Record<string, unknown>>;
  /** Values of parameters by name; those that are missing have the template's default. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly region: string;
}

/** The expanded template, or everything that is wrong with it in SAM's words. */
export type Expansion =
  | { readonly template: Record<string, unknown>; readonly errors?: never }
  | { readonly errors: readonly string[]; readonly template?: never };

type Expand = (id: string, definition: Fields, context: Context) => readonly Made[];

/** In the order in which they are expanded: functions and state machines add to the definitions of APIs. */
const TYPES: Readonly<Record<string, Expand>> = {
  'AWS::Serverless::Function': expandFunction,
  'AWS::Serverless::StateMachine': expandStateMachine,
  'AWS::Serverless::Api': expandRestApi,
  'AWS::Serverless::HttpApi': expandHttpApi,
  'AWS::Serverless::SimpleTable': expandTable,
  'AWS::Serverless::LayerVersion': expandLayer,
};
const APIS = ['AWS::Serverless::Api', 'AWS::Serverless::HttpApi'];
/** Types that SAM has and this transform has not. */
const ELSEWHERE = ['Application', 'CapacityProvider', 'Connector', 'GraphQLApi', 'WebSocketApi'];

/** What a template may name by a property of a SAM resource, by the type that was made. */
const REFERABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::Serverless::Function': {
    Alias: 'AWS::Lambda::Alias',
    Version: 'AWS::Lambda::Version',
    DestinationTopic: 'AWS::SNS::Topic',
    DestinationQueue: 'AWS::SQS::Queue',
  },
  'AWS::Serverless::Api': {
    Stage: 'AWS::ApiGateway::Stage',
    Deployment: 'AWS::ApiGateway::Deployment',
    DomainName: 'AWS::ApiGateway::DomainName',
    DomainNameV2: 'AWS::ApiGateway::DomainNameV2',
    UsagePlan: 'AWS::ApiGateway::UsagePlan',
    UsagePlanKey: 'AWS::ApiGateway::UsagePlanKey',
    ApiKey: 'AWS::ApiGateway::ApiKey',
  },
  'AWS::Serverless::HttpApi': {
    Stage: 'AWS::ApiGatewayV2::Stage',
    DomainName: 'AWS::ApiGatewayV2::DomainName',
  },
};

/** Resources that a template may have itself and SAM makes once more: the last counts. */
const SHARED = new Set([
  'AWS::SNS::Topic',
  'AWS::ApiGateway::DomainName',
  'AWS::ApiGateway::DomainNameV2',
  'AWS::ApiGateway::BasePathMapping',
  'AWS::ApiGateway::BasePathMappingV2',
]);

/** Expands a template as `AWS::Serverless-2016-10-31` does. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html */
export function transform({ template, parameters, region }: TransformRequest): Expansion {
  try {
    return new Expander(structuredClone({ ...template }), { ...parameters }, region).expand();
  } catch (error) {
    if (error instanceof DocumentProblem) return { errors: [...new Set(error.messages)] };
    if (error instanceof Problem) return { errors: [error.message] };
    throw error;
  }
}

class Expander {
  readonly #errors: string[] = [];
  readonly #renamed = new Map<string, string>();
  readonly #referable = new Map<string, Record<string, string>>();
  readonly #resources: Fields;

  constructor(
    readonly template: Fields,
    readonly parameters: Fields,
    readonly region: string,
  ) {
    this.#resources = requireResources(template);
    for (const section of ['Mappings', 'Parameters'])
      if (section in template && !isMap(template[section]))
        throw documentProblem("'Mappings' or 'Parameters' is either null or not a valid dictionary.");
  }

  expand(): Expansion {
    addDefaultDefinitions(this.#resources);
    addImplicitApis(this.template, this.#resources);
    mergeGlobals(this.template, this.#resources);
    useOpenApiVersion(this.#resources);
    const conditions = mapOf(this.template.Conditions);
    const context = this.#context(conditions);
    const out: Fields = { ...this.#resources };
    for (const [id, definition] of this.#inOrder()) this.#expandOne(id, definition, context, out);
    for (const made of this.#attempt(() => context.deployments.expand(context.partition, conditions)) ?? [])
      out[made.id] = render(made);
    if (this.#errors.length > 0) return { errors: [...new Set(this.#errors)] };
    return { template: this.#finish(out, conditions) };
  }

  #context(conditions: Fields): Context {
    const partition = partitionOf(this.region);
    const defaults = Object.entries(mapOf(this.template.Parameters)).flatMap(([name, definition]) =>
      isMap(definition) && 'Default' in definition ? [[name, definition.Default] as const] : [],
    );
    const pseudo = { 'AWS::Region': this.region, 'AWS::Partition': partition };
    return {
      resources: this.#resources,
      conditions,
      region: this.region,
      partition,
      resolve: resolver({ ...pseudo, ...Object.fromEntries(defaults), ...this.parameters }),
      findInMaps: mapReader(mapOf(this.template.Mappings)),
      deployments: new Deployments(),
      sharedPlan: new SharedPlan(),
      recordSets: new Map(),
    };
  }

  #inOrder(): readonly (readonly [string, Fields])[] {
    const types = Object.keys(TYPES);
    const rank = (type: unknown) =>
      APIS.includes(String(type)) ? types.indexOf(APIS[0] ?? '') : types.indexOf(String(type));
    const others = types.indexOf('AWS::Serverless::SimpleTable');
    return Object.entries(this.#resources)
      .flatMap(([id, one]) => (isMap(one) && isText(one.Type) ? [[id, one] as const] : []))
      .filter(
        ([, { Type, Connectors }]) =>
          TYPES[String(Type)] !== undefined || isElsewhere(Type) || Connectors !== undefined,
      )
      .map((entry, index) => ({ entry, index, rank: Math.min(rankOr(rank(entry[1].Type), others), others) }))
      .sort((one, other) => one.rank - other.rank || one.index - other.index)
      .map(({ entry }) => entry);
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#errors.push(error.message);
      return undefined;
    }
  }

  #expandOne(id: string, definition: Fields, context: Context, out: Fields): void {
    const made = this.#attempt(() => expandTyped(id, definition, context));
    if (made === undefined) return;
    const type = String(definition.Type);
    delete out[id];
    for (const resource of made) {
      if (this.#isTaken(id, resource)) this.#errors.push(taken(id, resource));
      else out[resource.id] = render(resource);
    }
    this.#noteReferences(id, type, made);
    const layer = made.find((one) => one.type === 'AWS::Lambda::LayerVersion');
    if (layer !== undefined) this.#renamed.set(id, layer.id);
  }

  #isTaken(id: string, made: Made): boolean {
    const there = this.#resources[made.id];
    if (made.id === id || there === undefined) return false;
    return !(SHARED.has(made.type) && mapOf(there).Type === made.type);
  }

  #noteReferences(id: string, type: string, made: readonly Made[]): void {
    const names = Object.entries(REFERABLE[type] ?? {}).flatMap(([property, of]): [string, string][] => {
      const found = made.findLast((one) => one.type === of);
      return found === undefined ? [] : [[property, found.id]];
    });
    if (names.length > 0) this.#referable.set(id, Object.fromEntries(names));
  }

  #finish(resources: Fields, conditions: Fields): Fields {
    const sections = { ...this.template };
    delete sections.Transform;
    delete sections.Globals;
    const expanded: Fields = {
      ...sections,
      ...(isFilled(conditions) || 'Conditions' in sections ? { Conditions: conditions } : {}),
      Resources: resources,
    };
    const referable: Referable = this.#referable;
    return resolveProperties(renameReferences(expanded, this.#renamed), referable);
  }
}

function rankOr(rank: number, otherwise: number): number {
  return rank === -1 ? otherwise : rank;
}

function isElsewhere(type: unknown): boolean {
  return ELSEWHERE.some((name) => type === `AWS::Serverless::${name}`);
}

function expandTyped(id: string, definition: Fields, context: Context): readonly Made[] {
  const type = String(definition.Type);
  if (isElsewhere(type)) throw resourceProblem(id, notExpanded(`the type ${type}`));
  if (definition.Connectors !== undefined) throw resourceProblem(id, notExpanded("the attribute 'Connectors'"));
  if (!/^[A-Za-z0-9]+$/.test(id)) throw resourceProblem(id, 'Logical ids must be alphanumeric.');
  const expand = TYPES[type];
  return expand === undefined ? [] : expand(id, definition, context);
}

function taken(id: string, made: Made): string {
  return `Transforming resource with id [${id}] attempts to create a new resource with id [${made.id}] and type "${made.type}". A resource with that id already exists within this template. Please use a different id for that resource.`;
}

/** @throws DocumentProblem */
function requireResources({ Resources: resources }: Fields): Fields {
  if (!isMap(resources) || !isFilled(resources)) throw documentProblem("'Resources' section is required");
  if (!Object.values(resources).every(isMap))
    throw documentProblem("All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue.");
  for (const [id, resource] of Object.entries(resources)) {
    const { Type, Properties = {}, Condition } = mapOf(resource);
    if (!isText(Type) || !(TYPES[Type] !== undefined || isElsewhere(Type))) continue;
    if (isFilled(Condition) && !isText(Condition)) throw documentProblem('Every Condition member must be a string.');
    if (!isMap(Properties))
      throw new DocumentProblem([resourceProblem(id, "Attribute 'Properties' should be a map.").message]);
  }
  return resources;
}

/** A definition that SAM writes is of the version that the API asks for. */
function useOpenApiVersion(resources: Fields): void {
  for (const resource of Object.values(resources)) {
    if (!isMap(resource) || resource.Type !== 'AWS::Serverless::Api') continue;
    const properties = mapOf(resource.Properties);
    const { OpenApiVersion: given, DefinitionBody: body } = properties;
    const version = versionText(given);
    if (!('__MANAGE_SWAGGER' in properties) || !/^3(\.\d)(\.\d)?$/.test(version)) continue;
    properties.OpenApiVersion = version;
    if (!isMap(body)) continue;
    body.openapi = version;
    delete body.swagger;
  }
}

/** YAML reads `3.0` as a number, which has lost its end. */
function versionText(version: unknown): string {
  return Number.isInteger(version) ? `${String(version)}.0` : String(version);
}

/** The partition of a region. */
function partitionOf(region: string): string {
  const prefixes = {
    'cn-': 'aws-cn',
    'us-iso-': 'aws-iso',
    'us-isob': 'aws-iso-b',
    'us-gov': 'aws-us-gov',
    'eu-isoe': 'aws-iso-e',
    'us-isof': 'aws-iso-f',
    'eusc-': 'aws-eusc',
  };
  return Object.entries(prefixes).find(([prefix]) => region.toLowerCase().startsWith(prefix))?.[1] ?? 'aws';
}
