import { recordOf } from '../../values/records.ts';
import { propertyOf, referredName, refName, type Resource, type Template } from '../../template/template.ts';

/** A way to ask an API something. */
export interface Route {
  /** Logical id of the API; of one that SAM makes by itself, too. */
  readonly api: string;
  /** In capitals; `ANY` stands for each. */
  readonly method: string;
  /** With its variables, `/orders/{id}`. */
  readonly path: string;
  /** Does anybody get an answer, without a key or a token? */
  readonly open: boolean;
}

/** Every route of the APIs in a template, processed or as it was written. Routes in files of their own are not seen. */
export function routesOf(template: Template): Route[] {
  const closed = closedApis(template);
  const all = Object.entries(template.Resources).flatMap(([id, resource]) => [
    ...samRoutes(template, resource),
    ...documentRoutes(id, resource),
    ...httpApiRoutes(resource),
    ...restApiRoutes(template, resource),
  ]);
  return all.map((route) => ({ ...route, open: route.open && !closed.has(route.api) }));
}

/** APIs that not everybody reaches: private ones, and those with a policy of their own. */
function closedApis({ Resources }: Template): Set<string> {
  const closed = Object.entries(Resources).filter(([, { Properties }]) => {
    const { EndpointConfiguration: endpoint, Policy: policy, Auth: auth } = Properties ?? {};
    return (
      JSON.stringify(endpoint ?? '').includes('PRIVATE') ||
      policy !== undefined ||
      recordOf(auth)['ResourcePolicy'] !== undefined
    );
  });
  return new Set(closed.map(([id]) => id));
}

/** The kinds of SAM's events that are routes: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html */
const samApis: Readonly<Record<string, { readonly id: string; readonly implicit: string; readonly globals: string }>> =
  {
    Api: { id: 'RestApiId', implicit: 'ServerlessRestApi', globals: 'Api' },
    HttpApi: { id: 'ApiId', implicit: 'ServerlessHttpApi', globals: 'HttpApi' },
  };

function samRoutes(template: Template, resource: Resource): Route[] {
  if (resource.Type !== 'AWS::Serverless::Function') return [];
  return Object.values(recordOf(propertyOf(resource, 'Events'))).flatMap((event) => {
    const { Type: type, Properties: properties } = recordOf(event);
    const kind = samApis[String(type)];
    if (kind === undefined) return [];
    const { [kind.id]: given, Path: path, Method: method = 'ANY', Auth: auth } = recordOf(properties);
    const api =
      given === undefined ? kind.implicit : (referredName(given) ?? (typeof given === 'string' ? given : undefined));
    if (api === undefined || typeof path !== 'string') return [];
    const shared = recordOf(
      propertyOf(template.Resources[api], 'Auth') ?? recordOf(recordOf(template['Globals'])[kind.globals])['Auth'],
    );
    return [{ api, path, method: methodName(method), open: isOpen(recordOf(auth), shared) }];
  });
}

function methodName(method: unknown): string {
  return String(method)
    .toUpperCase()
    .replace(/^(\*|X-AMAZON-APIGATEWAY-ANY-METHOD)$/, 'ANY');
}

/** @param shared what holds for all routes of the API */
function isOpen(own: Readonly<Record<string, unknown>>, shared: Readonly<Record<string, unknown>>): boolean {
  const authorizer = own['Authorizer'] ?? shared['DefaultAuthorizer'] ?? 'NONE';
  return authorizer === 'NONE' && !(own['ApiKeyRequired'] ?? shared['ApiKeyRequired'] ?? false);
}

const METHOD = /^(get|head|post|put|patch|delete|options|x-amazon-apigateway-any-method)$/i;

/** Routes of an OpenAPI document that stands in the template. */
function documentRoutes(api: string, { Type, Properties }: Resource): Route[] {
  if (!/^AWS::(Serverless::(Http)?Api|ApiGateway::RestApi|ApiGatewayV2::Api)$/.test(Type)) return [];
  const document = recordOf(Properties?.['DefinitionBody'] ?? Properties?.['Body']);
  const shared = recordOf(Properties?.['Auth']);
  return Object.entries(recordOf(document['paths'])).flatMap(([path, operations]) =>
    Object.entries(recordOf(operations))
      .filter(([method]) => METHOD.test(method))
      .map(([method, operation]) => {
        const { security = document['security'] ?? [] } = recordOf(operation);
        const open = Array.isArray(security) && security.length === 0 && isOpen({}, shared);
        return { api, path, method: methodName(method), open };
      }),
  );
}

function httpApiRoutes({ Type, Properties }: Resource): Route[] {
  if (Type !== 'AWS::ApiGatewayV2::Route') return [];
  const { ApiId, RouteKey, AuthorizationType = 'NONE', ApiKeyRequired = false } = Properties ?? {};
  const api = refName(ApiId);
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(String(RouteKey)) ?? [];
  if (api === undefined || method === undefined || path === undefined) return [];
  return [{ api, method, path, open: AuthorizationType === 'NONE' && ApiKeyRequired === false }];
}

function restApiRoutes(template: Template, { Type, Properties }: Resource): Route[] {
  if (Type !== 'AWS::ApiGateway::Method') return [];
  const { RestApiId, ResourceId, HttpMethod, AuthorizationType = 'NONE', ApiKeyRequired = false } = Properties ?? {};
  const api = refName(RestApiId);
  const path = pathOf(template, ResourceId, []);
  if (api === undefined || path === undefined) return [];
  return [
    { api, method: methodName(HttpMethod), path, open: AuthorizationType === 'NONE' && ApiKeyRequired === false },
  ];
}

/** The path of an `AWS::ApiGateway::Resource`, by its parents. @param seen ids on the way, against circles */
function pathOf(template: Template, reference: unknown, seen: readonly string[]): string | undefined {
  const id = referredName(reference);
  const resource = id === undefined || seen.includes(id) ? undefined : template.Resources[id];
  if (id === undefined || resource === undefined) return undefined;
  if (resource.Type === 'AWS::ApiGateway::RestApi') return '/';
  const part = propertyOf(resource, 'PathPart');
  const parent = pathOf(template, propertyOf(resource, 'ParentId'), [...seen, id]);
  return typeof part !== 'string' || parent === undefined ? undefined : `${parent.replace(/\/$/, '')}/${part}`;
}
