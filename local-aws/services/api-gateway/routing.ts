/**
 * Which route a request takes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import { badRequest } from './errors.ts';

/** A route key, read: `GET /pets/{id}`. */
export interface RoutePath {
  /** `ANY` for every method. */
  readonly method: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const ORDER = ['text', 'variable', 'greedy'];

/** Reads a route key; undefined for `$default`. @throws AwsError BadRequestException */
export function readRouteKey(key: string): RoutePath | undefined {
  if (key === '$default') return undefined;
  const [, method = '', path = ''] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  const segments = segmentsOf(path).map(readSegment);
  const greedy = segments.findIndex((segment) => segment?.kind === 'greedy');
  if (!METHODS.includes(method) || (greedy !== -1 && greedy !== segments.length - 1))
    throw badRequest(
      `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`,
    );
  return { method, segments };
}

function readSegment(text: string): Segment {
  const [, name, greedy] = /^\{([\w.-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: greedy === '+' ? 'greedy' : 'variable', name };
  if (/[{}]/.test(text)) throw badRequest('The provided route key is not formatted properly for HTTP protocol.');
  return { kind: 'text', text };
}

/** The path variables a route gives for a request, or undefined where it does not match. @param path decoded once */
export function match(route: RoutePath, method: string, path: string): Record<string, string> | undefined {
  if (route.method !== 'ANY' && route.method !== method) return undefined;
  const given = segmentsOf(path);
  const variables: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const value = given[index];
    // A variable stands for something: `/{proxy+}` does not match `/`.
    if (value === undefined || (value === '' && segment.kind !== 'text')) return undefined;
    if (segment.kind === 'greedy') {
      variables[segment.name] = decode(given.slice(index).join('/'));
      return variables;
    }
    if (segment.kind === 'text') {
      if (segment.text !== value) return undefined;
    } else variables[segment.name] = decode(value);
  }
  return given.length === route.segments.length ? variables : undefined;
}

/** Orders routes, the most specific first: text before variable before greedy variable, then a method before ANY. */
export function bySpecificity(one: RoutePath, other: RoutePath): number {
  const length = Math.max(one.segments.length, other.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(one.segments[index]) - rank(other.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(one.method === 'ANY') - Number(other.method === 'ANY');
}

function rank(segment: Segment | undefined): number {
  return segment === undefined ? ORDER.length : ORDER.indexOf(segment.kind);
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

/** A request's path, as far as it is decoded. */
export interface DecodedPath {
  /** Decoded once: what routes are matched with. */
  readonly matched: string;
  /** Decoded once more: what an integration is given. */
  readonly given: string;
}

/**
 * What becomes of a path: it is decoded before a route is looked for, so that `%2F` ends a segment and `%3F` the path, and once more
 * before it is handed on. Undefined where one of both cannot be. AWS documents that it decodes; how, by what was captured of it:
 * https://github.com/hotsock/voker/blob/a1c00bf491e026f81917cc2edfdaca03eabc7518/vokerhttp/testdata/ingress-paths.json
 */
export function decodePath(path: string): DecodedPath | undefined {
  try {
    const [matched = ''] = decodeURIComponent(path).split('?');
    return { matched, given: decodeURIComponent(matched) };
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
