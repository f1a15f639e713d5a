import { listOf, recordOf } from '../../core/values/records.ts';

/** A function whose code is packed as a zip, as far as it says how it is called. */
export interface PackedFunction {
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly handler: string;
  /** Has it layers, which may hold its handler? */
  readonly layers: boolean;
}

/** What of a function's handler is not in its code. */
export interface MissingHandler {
  /** As Lambda would look for it: `app.js, app.mjs or app.cjs`. */
  readonly expected: string;
  /** A source of it that is there, and was not built: `app.ts`. */
  readonly source?: string;
  /** A layer may hold it. */
  readonly perhaps: boolean;
}

/** What Lambda does to find a handler, by the beginning of the runtime's name. */
interface HandlerRule {
  readonly expected: string;
  readonly isThere: (name: string) => boolean;
  readonly sources: readonly string[];
}

/**
 * A function, of SAM or of CloudFormation. Undefined where its runtime or handler is computed, and where something else than Lambda's
 * own runtime begins it (`AWS_LAMBDA_EXEC_WRAPPER`: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html).
 * @param properties of the resource @param shared of all functions, by SAM's `Globals`
 */
export function packedFunction(
  properties: Readonly<Record<string, unknown>>,
  shared: Readonly<Record<string, unknown>> = {},
): PackedFunction | undefined {
  const runtime = properties['Runtime'] ?? shared['Runtime'];
  const handler = properties['Handler'] ?? shared['Handler'];
  const variables = [shared, properties].map((one) => recordOf(recordOf(one['Environment'])['Variables']));
  if (typeof runtime !== 'string' || variables.some((one) => one['AWS_LAMBDA_EXEC_WRAPPER'] !== undefined))
    return undefined;
  const own = runtime.startsWith('provided') ? 'bootstrap' : handler;
  if (typeof own !== 'string' || own === '') return undefined;
  const layers = [properties, shared].some(({ Layers: given }) => given !== undefined && listOf(given).length > 0);
  return { runtime, handler: own, layers };
}

/** What a function's code lacks of its handler; undefined where it is there, or Lambda finds it elsewhere. @param files names in the zip */
export function missingHandler(
  { runtime, handler, layers }: PackedFunction,
  files: readonly string[],
): MissingHandler | undefined {
  // An absolute path leads into a layer (/opt/nodejs/node_modules/datadog-lambda-js/handler.handler).
  if (handler.startsWith('/')) return undefined;
  const rule = handlerRule(runtime, handler);
  if (rule === undefined || files.some(rule.isThere)) return undefined;
  const source = rule.sources.find((name) => files.includes(name));
  return { expected: rule.expected, perhaps: layers, ...(source === undefined ? {} : { source }) };
}

function handlerRule(runtime: string, handler: string): HandlerRule | undefined {
  if (runtime.startsWith('nodejs')) return nodeRule(handler);
  if (runtime.startsWith('python')) return pythonRule(handler);
  if (runtime.startsWith('ruby')) return rubyRule(handler);
  if (runtime.startsWith('java')) return compiled('classes or jars', /\.(class|jar)$/);
  if (runtime.startsWith('dotnet')) return compiled('assemblies (.dll)', /\.dll$/);
  if (runtime.startsWith('provided')) return compiled('bootstrap', /^bootstrap$/);
  return undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html; the runtime's own client looks into `node_modules`, too. */
function nodeRule(handler: string): HandlerRule {
  const [, folder = '', module = ''] = /^(?:\.\/)?(.*\/)?([^./]*)/.exec(handler) ?? [];
  const path = `${folder}${module}`;
  const inside = [`${path}/`, `node_modules/${path}/`, `node_modules/${path}.`];
  const endings = ['', '.js', '.mjs', '.cjs'].map((ending) => `${path}${ending}`);
  return {
    expected: `${path}.js, ${path}.mjs or ${path}.cjs`,
    isThere: (name) => endings.includes(name) || inside.some((start) => name.startsWith(start)),
    sources: ['.ts', '.mts', '.cts', '.tsx', '.jsx'].map((ending) => `${path}${ending}`),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html */
function pythonRule(handler: string): HandlerRule {
  const path = handler
    .replace(/\.[^.]*$/, '')
    .replaceAll('.', '/')
    .replace(/^\/+/, '');
  return {
    expected: `${path}.py`,
    isThere: (name) =>
      [`${path}.py`, `${path}.pyc`].includes(name) ||
      name.startsWith(`${path}/`) ||
      (name.startsWith(`${path}.`) && name.endsWith('.so')),
    sources: [`${path}.pyx`],
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/ruby-handler.html */
function rubyRule(handler: string): HandlerRule {
  const path = handler.replace(/\..*$/, '');
  return {
    expected: `${path}.rb`,
    isThere: (name) => [`${path}.rb`, `${path}.so`].includes(name),
    sources: [],
  };
}

function compiled(expected: string, ending: RegExp): HandlerRule {
  return { expected, isThere: (name) => ending.test(name), sources: [] };
}
