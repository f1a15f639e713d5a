import { type ApiRoute, apiRoutes, isPathOf, isSigned } from './routes.ts';
import { tokenRoutes } from './token-routes.ts';

/**
 * Every route of the engine's HTTP API: that of programs (`apiRoutes`, and by access tokens `tokenRoutes`), the pages and links of people, and
 * what Slack calls. From this table come the stack's routes, and what a request to a path that takes another method is told.
 */
export interface HttpRoute {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Its parameters in braces, as API Gateway writes them. */
  readonly path: string;
  readonly function: HttpFunction;
  readonly access: HttpAccess;
}

/** The functions that answer HTTP. */
export type HttpFunction = 'read' | 'decide' | 'interact' | 'sign-in';

/** Who may come: whom API Gateway verifies (`iam`), else what the function itself checks. */
export type HttpAccess =
  | 'iam'
  | 'access-token'
  | 'approval-link'
  | 'one-time-link'
  | 'session'
  | 'slack-signature'
  | 'before-session'
  | 'anybody';

/** A page, which is looked at by HEAD as by GET: mail scanners and chat previews ask so before they show a link. */
function page(path: string, from: HttpFunction, access: HttpAccess): readonly HttpRoute[] {
  return (['GET', 'HEAD'] as const).map((method) => ({ method, path, function: from, access }));
}

function form(path: string, from: HttpFunction, access: HttpAccess): HttpRoute {
  return { method: 'POST', path, function: from, access };
}

/** The routes that every engine has. */
export const engineRoutes: readonly HttpRoute[] = [
  ...Object.values<ApiRoute>(apiRoutes).map((route): HttpRoute => ({
    ...route,
    access: isSigned(route) ? 'iam' : 'anybody',
  })),
  { ...apiRoutes.describeApi, method: 'HEAD', access: 'anybody' },
  ...page('/approvals/{approval}', 'decide', 'approval-link'),
  form('/approvals/{approval}', 'decide', 'approval-link'),
  form('/approvals/{approval}/watch', 'decide', 'approval-link'),
  ...page('/open/{token}', 'decide', 'one-time-link'),
  form('/open/{token}', 'decide', 'one-time-link'),
  ...page('/', 'read', 'session'),
  ...page('/releases', 'read', 'session'),
  ...page('/releases/{id}', 'read', 'session'),
  ...page('/releases/{id}/evidence/{sha256}', 'read', 'session'),
  ...page('/releases/{id}/compare', 'read', 'session'),
  ...page('/environments/{service}/{environment}', 'read', 'session'),
  ...page('/services/{service}', 'read', 'session'),
  ...page('/live', 'read', 'session'),
  ...page('/sign-out', 'decide', 'session'),
  form('/sign-out', 'decide', 'session'),
  ...page('/releases/{id}/actions', 'decide', 'session'),
  form('/releases/{id}/actions', 'decide', 'session'),
  ...page('/releases/{id}/approvals/{approval}', 'decide', 'session'),
  form('/releases/{id}/approvals/{approval}', 'decide', 'session'),
];

/** Where the policy has Slack. */
export const slackRoutes: readonly HttpRoute[] = [
  form('/slack/interactions', 'interact', 'slack-signature'),
  form('/slack/commands', 'interact', 'slack-signature'),
];

/** Where the policy has an OpenID provider. */
export const signInRoutes: readonly HttpRoute[] = [
  ...page('/sign-in', 'sign-in', 'before-session'),
  ...page('/sign-in/return', 'sign-in', 'before-session'),
  form('/sign-in/return', 'sign-in', 'before-session'),
];

/** Where the policy has the API take access tokens. */
export const routesByToken: readonly HttpRoute[] = tokenRoutes.map((route) => ({ ...route, access: 'access-token' }));

/** What API Gateway calls a route that takes whatever no other one does. */
export const catchAll = { key: '$default', function: 'read', access: 'anybody' } as const;

/** The methods that a path takes, in alphabetical order; none where no route is for it. @param path as a request has it, percent-encoded */
export function methodsAt(path: string, routes: readonly HttpRoute[]): readonly string[] {
  return [...new Set(routes.filter((route) => isPathOf(route.path, path)).map(({ method }) => method))].sort();
}
