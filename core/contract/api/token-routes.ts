import { type ApiRoute, apiRoutes, isPathOf, isSigned } from './routes.ts';

/** Under it the API is asked by access tokens of the policy's OpenID provider: API Gateway takes one way of identifying for a route. */
export const tokenPrefix = '/oidc';

/** Routes that an access token opens, too. A link that opens the pages is for who has no other way to sign in. */
export const tokenRoutes: readonly ApiRoute[] = Object.values(apiRoutes)
  .filter((route) => isSigned(route) && route.path !== apiRoutes.mintSessionLink.path)
  .map((route) => ({ ...route, path: `${tokenPrefix}${route.path}` }));

/** Is there a route of this path? */
export function isTokenRoute(path: string): boolean {
  return tokenRoutes.some((route) => isPathOf(route.path, path));
}
