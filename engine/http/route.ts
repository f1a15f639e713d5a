import { isPathOf } from '../../core/contract/api/routes.ts';

/**
 * Which route API Gateway chose for a request, and by that with which authorization. A function answers that route and no other one,
 * whatever the path looks like once it is read: API Gateway hands paths on decoded, and decodes them once more than it does to find the route,
 * so that `%252F` is a segment's end and `%5C` a backslash.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */

/** Is a request for the route by which it came? Never by `$default`, which names no method: it is the route of what is not there. @param routeKey `GET /releases/{id}` @param path percent-encoded */
export function isOnRoute(routeKey: string, method: string, path: string): boolean {
  const [own = '', template = ''] = routeKey.split(' ');
  return own === method && isPathOf(template, path);
}

/** Characters that stand in a path as they are, the percent sign of those that do not among them. https://www.rfc-editor.org/rfc/rfc3986#section-3.3 */
const others = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu;

/** A path as a URL has it: what would end it or lead elsewhere (`?`, `#`, a backslash, a tab) is encoded. @throws URIError for half a character */
export function encodedPath(rawPath: string): string {
  return rawPath.replace(others, encodeURIComponent);
}
