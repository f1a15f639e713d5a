import { DocumentProblem, eventProblem, Problem, withinResource } from '../model/errors.ts';
import { choose } from '../model/intrinsics.ts';
import { requireMap, requireText } from '../model/shape.ts';
import { isFilled, isGiven, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { orCondition } from '../conditions.ts';
import { addPath, ANY, emptyOpenApi, emptySwagger, isOpenApi, isSwagger, pathsOf } from './definition.ts';

/** Marks the APIs whose definition SAM writes. */
export const MANAGED = '__MANAGE_SWAGGER';

/** REST APIs and HTTP APIs, as far as implicit ones differ. */
interface Kind {
  readonly event: 'Api' | 'HttpApi';
  readonly property: 'RestApiId' | 'ApiId';
  readonly id: 'ServerlessRestApi' | 'ServerlessHttpApi';
  readonly type: 'AWS::Serverless::Api' | 'AWS::Serverless::HttpApi';
  readonly isDefinition: (body: unknown) => body is Fields;
  readonly empty: () => Fields;
}
const REST: Kind = {
  event: 'Api',
  property: 'RestApiId',
  id: 'ServerlessRestApi',
  type: 'AWS::Serverless::Api',
  isDefinition: isSwagger,
  empty: emptySwagger,
};
const HTTP: Kind = {
  event: 'HttpApi',
  property: 'ApiId',
  id: 'ServerlessHttpApi',
  type: 'AWS::Serverless::HttpApi',
  isDefinition: isOpenApi,
  empty: emptyOpenApi,
};

/** Gives an API without a definition an empty one, which its events fill. */
export function addDefaultDefinitions(resources: Fields): void {
  for (const { type, empty } of [REST, HTTP])
    for (const resource of Object.values(resources)) {
      if (!isMap(resource) || resource.Type !== type) continue;
      const properties = mapOf(resource.Properties);
      resource.Properties = properties;
      if (isFilled(properties.DefinitionBody) || isFilled(properties.DefinitionUri)) continue;
      properties.DefinitionBody = empty();
      properties[MANAGED] = true;
    }
}

/** Makes the APIs of the events that name none, and puts the path of each event into the definition of its API. @throws DocumentProblem */
export function addImplicitApis(template: Fields, resources: Fields): void {
  new ImplicitApis(REST, template, resources).add();
  new ImplicitApis(HTTP, template, resources).add();
}

interface Route {
  readonly api: string;
  readonly path: string;
  readonly method: string;
  readonly source: Fields;
}

class ImplicitApis {
  readonly #routes: Route[] = [];

  constructor(
    readonly kind: Kind,
    readonly template: Fields,
    readonly resources: Fields,
  ) {}

  add(): void {
    const { id, type, empty, event } = this.kind;
    const before = this.resources[id];
    this.resources[id] = {
      Type: type,
      Properties: { ...(event === 'Api' ? { StageName: 'Prod' } : {}), DefinitionBody: empty(), [MANAGED]: true },
    };
    const problems = this.#collect();
    this.#inheritAttributes();
    this.#makePathsConditional();
    if (pathsOf(mapOf(this.#properties(id).DefinitionBody)).length === 0) {
      if (before === undefined) delete this.resources[id];
      else this.resources[id] = before;
    }
    if (problems.length > 0) throw new DocumentProblem(problems);
  }

  #properties(id: string): Fields {
    return mapOf(mapOf(this.resources[id]).Properties);
  }

  #collect(): readonly string[] {
    return Object.entries(this.resources).flatMap(([id, resource]) => {
      if (!isMap(resource)) return [];
      if (resource.Type !== 'AWS::Serverless::Function' && resource.Type !== 'AWS::Serverless::StateMachine') return [];
      try {
        this.#collectOf(resource);
        return [];
      } catch (error) {
        const problem = withinResource(id, error);
        if (problem instanceof Problem) return [problem.message];
        throw error;
      }
    });
  }

  #collectOf(resource: Fields): void {
    for (const [name, event] of Object.entries(mapOf(mapOf(resource.Properties).Events))) {
      if (!isMap(event) || event.Type !== this.kind.event) continue;
      const { Properties: given = {} } = event;
      if (this.kind.event === 'Api' && !isFilled(given)) continue;
      if (!isMap(given)) throw eventProblem(name, 'Properties should be a map.');
      event.Properties = given;
      this.#addEvent(name, given, resource);
    }
  }

  #addEvent(name: string, properties: Fields, source: Fields): void {
    const { property, id } = this.kind;
    if (!(property in properties)) {
      this.#tag(source);
      properties[property] = { Ref: id };
    }
    if (this.kind.event === 'HttpApi' && !isFilled(properties.Path) && !isFilled(properties.Method))
      Object.assign(properties, { Path: '$default', Method: ANY });
    const { api, path, method } = this.#routeOf(name, properties);
    this.#routes.push({ api, path, method, source });
    this.#addToDefinition(name, api, path, method);
    if (this.kind.event === 'HttpApi' && 'RouteSettings' in properties)
      this.#addRouteSettings(name, api, properties, source);
  }

  #routeOf(name: string, properties: Fields) {
    for (const key of ['Path', 'Method'])
      if (!isGiven(properties[key])) throw eventProblem(name, `Property '${key}' is required.`);
    const reference = properties[this.kind.property];
    const api = isMap(reference) && 'Ref' in reference ? reference.Ref : reference;
    return {
      api: requireText(name, this.kind.property, api, eventProblem),
      path: requireText(name, 'Path', properties.Path, eventProblem),
      method: requireText(name, 'Method', properties.Method, eventProblem),
    };
  }

  /** An implicit API has the tags of those whose events made it, where these hand theirs on. */
  #tag(source: Fields): void {
    const globals = mapOf(mapOf(this.template.Globals)[String(source.Type).replace('AWS::Serverless::', '')]);
    const own = mapOf(source.Properties);
    const tags = isFilled(own.Tags) ? own.Tags : globals.Tags;
    const propagates = isFilled(own.PropagateTags) ? own.PropagateTags : globals.PropagateTags;
    if (!isFilled(tags) || !isFilled(propagates)) return;
    const properties = this.#properties(this.kind.id);
    properties.Tags = { ...mapOf(properties.Tags), ...mapOf(tags) };
    properties.PropagateTags = true;
  }

  #addToDefinition(name: string, api: string, path: string, method: string): void {
    const { type, property, isDefinition } = this.kind;
    const resource = this.resources[api];
    if (!isMap(resource) || (type === REST.type && resource.Type === HTTP.type))
      throw eventProblem(name, `${property} must be a valid reference to an '${type}' resource in same template.`);
    const properties = mapOf(resource.Properties);
    if (!isFilled(properties[MANAGED]) || !isDefinition(properties.DefinitionBody)) return;
    addPath(properties.DefinitionBody, path, method);
  }

  #addRouteSettings(name: string, api: string, properties: Fields, source: Fields): void {
    const [path, method] = [String(properties.Path), String(properties.Method)];
    const route = method === ANY ? path : `${method.toUpperCase()} ${path}`;
    const own = this.#properties(api);
    const settings = requireMap(api, 'RouteSettings', own.RouteSettings ?? {});
    const given = properties.RouteSettings;
    const added = isFilled(source.Condition) ? choose(source.Condition, given) : given;
    settings[route] = { ...mapOf(settings[route]), ...requireMap(name, 'RouteSettings', added, eventProblem) };
    own.RouteSettings = settings;
  }

  #inheritAttributes(): void {
    const { id } = this.kind;
    const own = this.#routes.filter(({ api }) => api === id);
    const resource = mapOf(this.resources[id]);
    if (own.length === 0) return;
    const condition = this.#conditionOf(own, `${id}Condition`);
    if (condition !== undefined) resource.Condition = condition;
    for (const [name, order] of [
      ['DeletionPolicy', ['Retain', 'Delete']],
      ['UpdateReplacePolicy', ['Retain', 'Snapshot', 'Delete']],
    ] as const) {
      const strictest = order.find((policy) => own.some(({ source }) => source[name] === policy));
      if (strictest !== undefined) resource[name] = strictest;
    }
  }

  /** The condition under which any of the routes is there; undefined where one always is. */
  #conditionOf(routes: readonly Route[], name: string): string | undefined {
    // Of several events of the same path and method, the last counts.
    const last = new Map(routes.map(({ path, method, source }) => [`${method} ${path}`, source.Condition]));
    const conditions = [...new Set(last.values())];
    if (!conditions.every(isText)) return undefined;
    const [only, ...others] = [...conditions].sort();
    if (others.length === 0) return only;
    this.template.Conditions = {
      ...mapOf(this.template.Conditions),
      ...orCondition(name, [only ?? '', ...others]),
    };
    return name;
  }

  #makePathsConditional(): void {
    for (const [id, resource] of Object.entries(this.resources)) {
      if (!isMap(resource) || resource.Type !== this.kind.type) continue;
      const { DefinitionBody: body, ...properties } = mapOf(resource.Properties);
      if (!isFilled(properties[MANAGED]) || !isMap(body)) continue;
      for (const path of pathsOf(body)) {
        const routes = this.#routes.filter((route) => route.api === id && route.path === path);
        const condition = this.#conditionOf(routes, pathCondition(id, path));
        const paths = mapOf(body.paths);
        if (condition !== undefined) paths[path] = choose(condition, paths[path]);
      }
    }
  }
}

function pathCondition(api: string, path: string): string {
  return `${api}${path.replaceAll('/', 'SLASH').replaceAll('{', 'OB').replaceAll('}', 'CB')}PathCondition`;
}
