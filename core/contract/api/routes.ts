/**
 * The routes of the HTTP API, by the name of what each does. From this one table come the functions' routes, those of the stack, and
 * `openapi.json`.
 */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** Its parameters in braces, as API Gateway and OpenAPI write them. */
  readonly path: string;
  /** The function that answers. */
  readonly function: 'read' | 'decide';
}

const read = (path: string) => ({ method: 'GET', path, function: 'read' }) as const;
const decide = (path: string) => ({ method: 'POST', path, function: 'decide' }) as const;

const release = '/v1/releases/{id}';
const environment = '/v1/environments/{service}/{environment}';

export const apiRoutes = {
  describeApi: read('/openapi.json'),
  listReleases: read('/v1/releases'),
  getRelease: read(release),
  verifyRelease: read(`${release}/verification`),
  listTransitions: read(`${release}/transitions`),
  getEvidence: read(`${release}/evidence/{sha256}`),
  compareReleases: read(`${release}/compare/{other}`),
  listReleaseApprovals: read(`${release}/approvals`),
  getApproval: read(`${release}/approvals/{approval}`),
  listApprovals: read('/v1/approvals'),
  getPlan: read('/v1/plans/{id}'),
  listServices: read('/v1/services'),
  getService: read('/v1/services/{service}'),
  getMetrics: read('/v1/services/{service}/metrics'),
  getServiceEnvironment: read('/v1/services/{service}/environments/{environment}'),
  listHistory: read('/v1/services/{service}/environments/{environment}/history'),
  listLive: read('/v1/live'),
  getEnvironment: read(environment),
  whoAmI: { method: 'GET', path: '/v1/whoami', function: 'decide' },
  decideApproval: decide(`${release}/approvals/{approval}`),
  cancelRelease: decide(`${release}/cancel`),
  continueRelease: decide(`${release}/continue`),
  retryRelease: decide(`${release}/retry`),
  askForPlan: decide('/v1/plans'),
  rollBack: decide(`${environment}/rollback`),
  promote: decide(`${environment}/promote`),
  clearQuarantine: decide(`${environment}/clearance`),
  letInAsRepair: decide(`${environment}/repair`),
  overrideWindow: decide(`${environment}/window-override`),
  hold: decide(`${environment}/hold`),
  releaseHold: decide(`${environment}/hold/release`),
  mintSessionLink: decide('/v1/sessions'),
} as const satisfies Readonly<Record<string, ApiRoute>>;

export type Operation = keyof typeof apiRoutes;

/** What a function answers. */
export type OperationOf<Name extends ApiRoute['function']> = {
  [One in Operation]: (typeof apiRoutes)[One]['function'] extends Name ? One : never;
}[Operation];

/** Everything under `/v1` is for callers whom IAM permits; what describes the API is for anybody. */
export function isSigned({ path }: Pick<ApiRoute, 'path'>): boolean {
  return path.startsWith('/v1/');
}

/** `GET /v1/releases/{id}`, as API Gateway names a route. */
export function routeKey({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

/** `/v1/releases/:id`, as the functions' router writes it. */
export function routerPath({ path }: ApiRoute): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Is a path one of a template's? A parameter stands for one segment, and never for an empty one. @param template `/releases/{id}` */
export function isPathOf(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
