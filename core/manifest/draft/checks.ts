import type { SmokeCheck } from '../../checks/schema.ts';
import { logicalId } from '../../values/identifiers.ts';
import { isFunction } from '../../template/function-reference.ts';
import type { Template } from '../../template/template.ts';
import { findWaysIn } from '../../template/ways-in/find.ts';
import { routesOf, type Route } from './routes.ts';
import { type ApiUrl, urlsOf } from './urls.ts';

/** Smoke checks of a draft, and the outputs that hold an address but give none. */
export interface DraftedChecks {
  readonly smoke: readonly SmokeCheck[];
  readonly silent: readonly SilentUrl[];
}

/** An address at which nothing is known that answers whoever asks. */
interface SilentUrl {
  readonly output: string;
  /** Below it, where anybody may read: whether it takes parameters, the template does not say. */
  readonly paths: readonly string[];
}

const MOST = 10;

/** What services call the route by which they are asked whether they are well. */
const HEALTH = /\/_?(health(z|-?check|_check)?|ping|status|livez?|readyz?|heartbeat)$/i;
const HEALTH_FUNCTION = /^(\w*)(Health(Check)?|Ping)(Function|Lambda|Handler)?$/;

/**
 * Smoke checks for what anybody may read: for each output that holds an address a `GET` of the route by which the API is asked
 * whether it is well, else of the route that is at the address itself. A function is called only where it is there for that, by its
 * name and because nothing else leads to it: what another does when it is called, nobody knows. Nor does anybody of a function's URL.
 */
export function draftChecks(template: Template): DraftedChecks {
  const routes = routesOf(template);
  const found = urlsOf(template).map((url) => {
    const readable = routes.filter(({ api, open, path }) => api === url.api && open && !path.includes('{'));
    return { url, readable, asked: askRoute(readable, url) };
  });
  const asked = found.flatMap(({ url, asked: one }) => (one === undefined ? [] : [{ url, ...one }]));
  const distinct = new Map(asked.toReversed().map((one) => [`${one.url.api} ${one.route}`, one]));
  const kept = asked.filter((one) => distinct.get(`${one.url.api} ${one.route}`) === one);
  const smoke = [
    ...kept.map(({ url, below }): SmokeCheck => ({ http: url.output, ...(below === '' ? {} : { path: below }) })),
    ...healthFunctions(template).map((invoke): SmokeCheck => ({ invoke })),
  ];
  const answering = new Set(asked.map(({ url }) => url.api));
  return {
    smoke: smoke.slice(0, MOST),
    silent: found
      .filter(({ url }) => !answering.has(url.api))
      .map(({ url, readable }) => ({ output: url.output, paths: pathsBelow(readable, url) })),
  };
}

function pathsBelow(readable: readonly Route[], { path: base }: ApiUrl): string[] {
  const below = readable.filter(({ method, path }) => method === 'GET' && path.startsWith(`${base}/`));
  return below.map(({ path }) => path.slice(base.length));
}

/** What a check asks for. */
interface Asked {
  /** Of the API, to know two checks of the same. */
  readonly route: string;
  /** Appended to the address. */
  readonly below: string;
}

function askRoute(readable: readonly Route[], { path }: ApiUrl): Asked | undefined {
  const health = readable.find(
    (route) => /^(GET|ANY)$/.test(route.method) && route.path.startsWith(`${path}/`) && HEALTH.test(route.path),
  );
  if (health !== undefined) return { route: health.path, below: health.path.slice(path.length) };
  const own = readable.find((route) => route.method === 'GET' && route.path.replace(/\/$/, '') === path);
  return own === undefined ? undefined : { route: own.path, below: '' };
}

function healthFunctions(template: Template): string[] {
  const led = new Set(findWaysIn(template).map(({ functionId }) => functionId));
  return Object.entries(template.Resources)
    .filter(
      ([id, { Type }]) =>
        isFunction(Type) && HEALTH_FUNCTION.test(id) && !led.has(id) && logicalId.safeParse(id).success,
    )
    .map(([id]) => id);
}
