import { listOf, recordOf } from '../../core/values/records.ts';

/** A function whose code is packed as a zip, as far as it says how it is called. */
export interface PackedFunction {
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  /** What Lambda calls: `app.handler`, or `bootstrap`, which a runtime of the team's own begins with. */
  readonly handler: string;
  /** The property that decides what that is, and what stands there. */
  readonly saidBy: { readonly property: 'Handler' | 'Runtime'; readonly text: string };
  /** Has it layers, which may hold its handler? */
  readonly layers: boolean;
  /** The variable of its environment that names more folders to look into: `PYTHONPATH`. */
  readonly searchPath?: string;
}

/** What of a function's handler is not in its code. */
export interface MissingHandler {
  /** As Lambda would look for it: `app.js, app.mjs or app.cjs`. */
  readonly expected: string;
  /** A source of it that is there, and was not built: `app.ts`. */
  readonly source?: string;
  /** Where else it may be, in words; undefined where it can be nowhere else. */
  readonly elsewhere?: string;
}

/** What Lambda does to find a handler, by the beginning of the runtime's name. */
interface HandlerRule {
  readonly expected: string;
  readonly isThere: (name: string) => boolean;
  readonly sources: readonly string[];
}

/** By the beginning of a runtime's name, the variable by which it looks for modules in more folders than its own. */
const SEARCH_PATHS: readonly (readonly [string, string])[] = [
  ['nodejs', 'NODE_PATH'],
  ['python', 'PYTHONPATH'],
  ['ruby', 'RUBYLIB'],
];

/**
 * A function, of SAM or of CloudFormation. Undefined where its runtime, handler or environment is computed, and where something else than Lambda's
 * own runtime begins it (`AWS_LAMBDA_EXEC_WRAPPER`: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html).
 * @param properties of the resource @param shared of all functions, by SAM's `Globals`
 */
export function packedFunction(
  properties: Readonly<Record<string, unknown>>,
  shared: Readonly<Record<string, unknown>> = {},
): PackedFunction | undefined {
  const runtime = properties['Runtime'] ?? shared['Runtime'];
  const handler = properties['Handler'] ?? shared['Handler'];
  const variables = variablesOf([shared, properties]);
  if (typeof runtime !== 'string' || variables === undefined || variables.has('AWS_LAMBDA_EXEC_WRAPPER'))
    return undefined;
  const layers = [properties, shared].some(({ Layers: given }) => given !== undefined && listOf(given).length > 0);
  if (runtime.startsWith('provided'))
    return { runtime, handler: 'bootstrap', saidBy: { property: 'Runtime', text: runtime }, layers };
  if (typeof handler !== 'string' || handler === '') return undefined;
  const called = { runtime, handler, saidBy: { property: 'Handler', text: handler }, layers } as const;
  const [, searchPath] = SEARCH_PATHS.find(([start, name]) => runtime.startsWith(start) && variables.has(name)) ?? [];
  return searchPath === undefined ? called : { ...called, searchPath };
}

/** Names of the variables of an environment; undefined where an intrinsic function of the template makes some of them. */
function variablesOf(all: readonly Readonly<Record<string, unknown>>[]): ReadonlySet<string> | undefined {
  const environments = all.map((one) => recordOf(one['Environment']));
  const variables = environments.map((one) => recordOf(one['Variables']));
  if ([...environments, ...variables].some(isComputed)) return undefined;
  return new Set(variables.flatMap((one) => Object.keys(one)));
}

/** `Fn::Transform` may stand beside other members; any other function, and `Ref`, is the only one. */
function isComputed(members: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(members);
  return names.some((name) => name.startsWith('Fn::')) || (names.length === 1 && typeof members['Ref'] === 'string');
}

/** What a function's code lacks of its handler; undefined where it is there, or Lambda finds it elsewhere. @param files names in the zip */
export function missingHandler(called: PackedFunction, files: readonly string[]): MissingHandler | undefined {
  const { runtime, handler } = called;
  // An absolute path leads into a layer (/opt/nodejs/node_modules/datadog-lambda-js/handler.handler).
  if (handler.startsWith('/')) return undefined;
  const rule = called.saidBy.property === 'Runtime' ? anyOf([handler]) : handlerRule(runtime, handler);
  if (rule === undefined || files.some(rule.isThere)) return undefined;
  const source = rule.sources.find((name) => files.includes(name));
  const elsewhere = elsewhereOf(called);
  return {
    expected: rule.expected,
    ...(source === undefined ? {} : { source }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

function elsewhereOf({ layers, searchPath }: PackedFunction): string | undefined {
  const places = [
    ...(layers ? ['one of its layers'] : []),
    ...(searchPath === undefined ? [] : [`where ${searchPath} leads`]),
  ];
  return places.length === 0 ? undefined : places.join(', or from ');
}

function handlerRule(runtime: string, handler: string): HandlerRule | undefined {
  if (runtime.startsWith('nodejs')) return nodeRule(handler);
  if (runtime.startsWith('python')) return pythonRule(handler);
  if (runtime.startsWith('ruby')) return rubyRule(handler);
  if (runtime.startsWith('java')) return javaRule(handler);
  if (runtime.startsWith('dotnet')) return dotnetRule(handler);
  return undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html; the runtime's own client looks into `node_modules`, too. */
function nodeRule(handler: string): HandlerRule {
  const [, folder = '', module = ''] = /^(?:\.\/)?(.*\/)?([^./]*)/.exec(handler) ?? [];
  const path = `${folder}${module}`;
  const packages = [`node_modules/${path}/`, `node_modules/${path}.`];
  // Of a folder, Node.js takes what its package.json says, or its index.
  const inside = ['index.js', 'index.mjs', 'index.cjs', 'package.json'].map((name) => `${path}/${name}`);
  const found = [...['', '.js', '.mjs', '.cjs'].map((ending) => `${path}${ending}`), ...inside];
  return {
    expected: `${path}.js, ${path}.mjs or ${path}.cjs`,
    isThere: (name) => found.includes(name) || packages.some((start) => name.startsWith(start)),
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
      // A folder without __init__ is a package, but none that has a function.
      [path, `${path}/__init__`].some(
        (module) =>
          [`${module}.py`, `${module}.pyc`].includes(name) || (name.startsWith(`${module}.`) && name.endsWith('.so')),
      ),
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

/**
 * The class path is the zip's root and the jars in `lib`; a jar elsewhere is a file like any other. What is packed of a jar is its content.
 * https://docs.aws.amazon.com/lambda/latest/dg/java-package.html
 */
function javaRule(handler: string): HandlerRule {
  const file = `${handler.replace(/::.*$/, '').replaceAll('.', '/')}.class`;
  return {
    expected: `${file} or jar in lib`,
    isThere: (name) => name === file || /^lib\/[^/]+\.jar$/.test(name),
    sources: [],
  };
}

/**
 * With `::` an assembly's method; without, a program: an assembly, or what native AOT compiles, by its own name or as `bootstrap`.
 * https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html, …/dotnet-native-aot.html
 */
function dotnetRule(handler: string): HandlerRule {
  if (!handler.includes('::')) return anyOf([handler, `${handler}.dll`, 'bootstrap']);
  return { expected: 'assembly (.dll) at its root', isThere: (name) => /^[^/]+\.dll$/.test(name), sources: [] };
}

function anyOf(files: readonly string[]): HandlerRule {
  const expected = files.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return { expected, isThere: (name) => files.includes(name), sources: [] };
}
