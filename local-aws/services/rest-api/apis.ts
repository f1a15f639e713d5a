import type { EndpointConfiguration, MethodSetting } from '@aws-sdk/client-api-gateway';
import { newId } from '../api-gateway/apis.ts';
import { badRequest, notFound } from '../api-gateway/errors.ts';
import type { Authorizer } from '../api-gateway/authorizers/authorizer.ts';
import type { RestAuthorizer } from './authorizers.ts';
import type { Listener } from '../api-gateway/listener.ts';
import { ApiRegistry } from '../api-gateway/registry.ts';

/** A REST API as it is being edited. What is served is a deployment of it. */
export interface RestApi {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly rootId: string;
  /** By id; the root is one of them. */
  readonly resources: Map<string, Resource>;
  readonly models: Map<string, Model>;
  /** By id. */
  readonly authorizers: Map<string, RestAuthorizer>;
  readonly deployments: Map<string, Deployment>;
  /** By name. */
  readonly stages: Map<string, Stage>;
  readonly tags: Map<string, string>;
  readonly listener: Listener;
  name: string;
  description?: string | undefined;
  version?: string | undefined;
  binaryMediaTypes: string[];
  endpointConfiguration: EndpointConfiguration;
  disableExecuteApiEndpoint: boolean;
}

export interface Resource {
  readonly id: string;
  parentId?: string | undefined;
  /** Empty for the root. */
  pathPart: string;
  /** By HTTP method, or `ANY`. */
  methods: Map<string, Method>;
}

export interface Method {
  readonly httpMethod: string;
  readonly authorizationType: string;
  /** Of the types `CUSTOM` and `COGNITO_USER_POOLS`. */
  readonly authorizerId?: string | undefined;
  /** Kept and shown: they are for users of Cognito, who are not simulated. */
  readonly authorizationScopes?: readonly string[] | undefined;
  readonly apiKeyRequired: boolean;
  readonly operationName?: string | undefined;
  /** `method.request.querystring.page`, and whether it is required, which only a request validator looks at. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  /** Content type to the name of a model, which only a request validator looks at. */
  readonly requestModels: Readonly<Record<string, string>>;
  /** By status code. */
  responses: Readonly<Record<string, MethodResponse>>;
  integration?: Integration | undefined;
}

interface MethodResponse {
  readonly statusCode: string;
  readonly responseParameters?: Readonly<Record<string, boolean>> | undefined;
  readonly responseModels?: Readonly<Record<string, string>> | undefined;
}

export type IntegrationType = 'AWS' | 'AWS_PROXY' | 'HTTP' | 'HTTP_PROXY' | 'MOCK';

export interface Integration {
  readonly type: IntegrationType;
  readonly httpMethod?: string | undefined;
  readonly uri?: string | undefined;
  readonly credentials?: string | undefined;
  readonly requestParameters?: Readonly<Record<string, string>> | undefined;
  readonly requestTemplates?: Readonly<Record<string, string>> | undefined;
  readonly passthroughBehavior: string;
  readonly contentHandling?: string | undefined;
  readonly timeoutMilliseconds: number;
  /** By status code. */
  responses: Readonly<Record<string, IntegrationResponse>>;
}

export interface IntegrationResponse {
  readonly statusCode: string;
  readonly selectionPattern?: string | undefined;
  readonly responseParameters?: Readonly<Record<string, string>> | undefined;
  readonly responseTemplates?: Readonly<Record<string, string>> | undefined;
  readonly contentHandling?: string | undefined;
}

/** A schema of bodies, for documentation and validators. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  description?: string | undefined;
  schema?: string | undefined;
}

/** A snapshot of an API. https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html */
export interface Deployment {
  readonly id: string;
  readonly createdAt: Date;
  readonly methods: readonly Deployed[];
  readonly binaryMediaTypes: readonly string[];
  description?: string | undefined;
}

/** A method as it was when it was deployed. */
export interface Deployed {
  readonly resourceId: string;
  /** `/pets/{id}` */
  readonly path: string;
  readonly method: Method;
  /** The function that is asked, as it was then, too. */
  readonly authorizer?: Authorizer | undefined;
}

export interface Stage {
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  updatedAt: Date;
  deploymentId: string;
  description?: string | undefined;
  variables: Record<string, string>;
  tracingEnabled: boolean;
  /** By `<path>/<method>`, kept and shown; nothing is throttled, measured or logged by them here. */
  methodSettings: Record<string, MethodSetting>;
}

/** Every account's and region's REST APIs, by id, and the accounts' settings. */
export class RestApis extends ApiRegistry<RestApi> {
  /** The role by which API Gateway writes logs, by account and region. */
  readonly logRoles = new Map<string, string>();

  /**
   * What is inside of an API has the tags of the API; stages have their own besides.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
   */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [, id = '', stage] = /^arn:aws:apigateway:[^:]*::\/restapis\/([^/]+)(?:\/stages\/([^/]+))?/.exec(arn) ?? [];
    const api = this.apis.get(id);
    const own = stage === undefined ? undefined : api?.stages.get(stage)?.tags;
    return api === undefined ? undefined : new Map([...api.tags, ...(own ?? [])]);
  }
}

/** @throws AwsError NotFoundException */
export function resourceOf(api: RestApi, id: string | undefined): Resource {
  const resource = api.resources.get(id ?? '');
  if (resource === undefined) throw notFound('Invalid Resource identifier specified');
  return resource;
}

/** @throws AwsError NotFoundException */
export function methodOf(api: RestApi, resourceId: string | undefined, httpMethod: string | undefined): Method {
  const method = resourceOf(api, resourceId).methods.get(httpMethod ?? '');
  if (method === undefined) throw notFound('Invalid Method identifier specified');
  return method;
}

/** `/pets/{id}` */
export function pathOf(api: RestApi, resource: Resource): string {
  const parts: string[] = [];
  for (let at: Resource | undefined = resource; at?.parentId !== undefined; at = api.resources.get(at.parentId))
    parts.unshift(at.pathPart);
  return `/${parts.join('/')}`;
}

const PATH_PART = /^(\{[\w.-]+\+?\}|[\w.\-:~$@!%*'(),;=+&]+)$/;

/** The resource at a path below another one, made where it is not there. @throws AwsError BadRequestException */
export function addResource(api: RestApi, parent: Resource, pathPart: string): Resource {
  if (!PATH_PART.test(pathPart))
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end",
    );
  if (parent.pathPart.endsWith('+}'))
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
  const siblings = childrenOf(api, parent.id);
  if (/^\{[^+]+\}$/.test(pathPart) && siblings.some((other) => /^\{[^+]+\}$/.test(other.pathPart)))
    throw badRequest(
      `A sibling (${siblings.find((other) => other.pathPart.startsWith('{'))?.pathPart ?? ''}) of this resource already has a variable path part -- only one is allowed`,
    );
  const resource: Resource = { id: newId(6), parentId: parent.id, pathPart, methods: new Map() };
  api.resources.set(resource.id, resource);
  return resource;
}

export function childrenOf(api: RestApi, id: string): Resource[] {
  return [...api.resources.values()].filter(({ parentId }) => parentId === id);
}

/** The resources of an API that has none yet. */
export function newRoot(): Resource {
  return { id: newId(10), pathPart: '', methods: new Map() };
}
