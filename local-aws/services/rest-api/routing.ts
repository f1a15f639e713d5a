/**
 * Which deployed method a request is for.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
import type { HttpRequest } from '../../wire/http.ts';
import { bySpecificity, match, readRouteKey } from '../api-gateway/routing.ts';
import type { Deployed, Deployment } from './apis.ts';

export interface Found {
  readonly deployed: Deployed;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The method of the most specific resource that has the path: text before a variable, a variable before a greedy one. Siblings of a
 * proxy resource are no part of it, so a more specific resource without the method hides a less specific one that has it.
 */
export function methodFor(deployment: Deployment, { method }: HttpRequest, path: string): Found | undefined {
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  const found = deployment.methods.flatMap((deployed) => {
    const route = readRouteKey(`${deployed.method.httpMethod} ${deployed.path}`);
    const any = route === undefined ? undefined : { ...route, method: 'ANY' };
    const pathParameters = any === undefined ? undefined : match(any, method, trimmed);
    return route === undefined || pathParameters === undefined ? [] : [{ deployed, route, pathParameters }];
  });
  const [best] = found.toSorted((one, other) => bySpecificity(one.route, other.route));
  const own = found.filter(({ deployed }) => deployed.resourceId === best?.deployed.resourceId);
  return (
    own.find(({ deployed }) => deployed.method.httpMethod === method) ??
    own.find(({ deployed }) => deployed.method.httpMethod === 'ANY')
  );
}
