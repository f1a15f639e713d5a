import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Loader, OnLoadArgs, Plugin } from 'esbuild';
import * as z from 'zod';

/**
 * What libraries bring that no function ever runs, kept out of the bundles. Two ways, both safe when a library changes:
 * an edit that no longer matches changes nothing (the bundle grows, and the test of sizes says so), and whatever is left out
 * says its name when something asks for it after all.
 */
export const trimming: readonly Plugin[] = [credentialsOfOtherPlaces(), leftOutParts(), edits()];

const root = path.resolve(import.meta.dirname, '../..');

function refusal(what: string): string {
  return `throw new Error(${JSON.stringify(`${what} is not part of this function's bundle (infra/bundle-trimming.ts).`)});`;
}

// A function finds its credentials in its environment. How a developer's machine finds them (profiles, single sign-on, a
// browser, instance metadata) would be a sixth of each bundle. The SDK imports these only after the environment had none.
function credentialsOfOtherPlaces(): Plugin {
  const others =
    /^@aws-sdk\/(credential-provider-(ini|sso|process|web-identity|login|http)|token-providers)(\/|$)|^@smithy\/credential-provider-imds(\/|$)/;
  return {
    name: 'credentials-of-other-places',
    setup: (bundling) => {
      bundling.onResolve({ filter: others }, ({ path: name }) => ({ path: name, namespace: 'left-out' }));
      bundling.onLoad({ filter: /./, namespace: 'left-out' }, ({ path: name }) => ({ contents: refusal(name) }));
    },
  };
}

interface Part {
  readonly file: RegExp;
  readonly contents: string;
}

const parts: readonly Part[] = [
  {
    // Event streams (S3 Select, response streaming, live tail): clients prepare for them, no function uses them.
    file: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: `
      const refuse = () => { ${refusal('@smithy/core/event-streams')} };
      export const eventStreamSerdeProvider = () => ({ serialize: refuse, deserialize: refuse });
      export const resolveEventStreamSerdeConfig = (input) =>
        Object.assign(input, { eventStreamMarshaller: input.eventStreamSerdeProvider(input) });
      export class EventStreamSerde { constructor() { refuse(); } }`,
  },
  {
    // Endpoint discovery is for services that demand it (Timestream); DynamoDB's client carries it unused.
    file: /@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/,
    contents: `
      const refuse = () => { ${refusal('@aws-sdk/endpoint-cache')} };
      export class EndpointCache { getEndpoint() { refuse(); } get() { refuse(); } set() { refuse(); } delete() { refuse(); } has() { refuse(); } clear() {} }`,
  },
  {
    // X-Ray's patch for version 2 of the AWS SDK, with all of semver.
    file: /aws-xray-sdk-core\/dist\/lib\/patchers\/aws_p\.js$/,
    contents: `
      const refuse = () => { ${refusal('aws-xray-sdk-core/patchers/aws_p')} };
      module.exports = { captureAWS: refuse, captureAWSClient: refuse };`,
  },
  {
    // What X-Ray asks of instances, containers and Beanstalk, when it is told that it runs there.
    file: /aws-xray-sdk-core\/dist\/lib\/segments\/plugins\/(ec2|ecs|elastic_beanstalk)_plugin\.js$/,
    contents: `module.exports = { getData() { ${refusal('aws-xray-sdk-core/plugins')} } };`,
  },
  {
    // In Lambda the X-Ray SDK puts its local sampler in the place of this one (env/aws_lambda.js) before any request.
    file: /aws-xray-sdk-core\/dist\/lib\/middleware\/sampling\/default_sampler\.js$/,
    contents: `
      const refuse = () => { ${refusal('aws-xray-sdk-core/sampling/default_sampler')} };
      module.exports = { shouldSample: refuse, setLocalRules: refuse, start: refuse };`,
  },
  {
    // The fallback for a Node without OpenSSL.
    file: /@smithy\/core\/dist-es\/submodules\/checksum\/sha256\/Sha256Js\.js$/,
    contents: `export class Sha256Js { constructor() { ${refusal('Sha256Js of @smithy/core')} } }`,
  },
  {
    // For AWS_RETRY_MODE=adaptive, which no function has.
    file: /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/(AdaptiveRetryStrategy|DefaultRateLimiter)\.js$/,
    contents: `
      export class AdaptiveRetryStrategy { constructor() { ${refusal('AdaptiveRetryStrategy of @smithy/core')} } }
      export class DefaultRateLimiter { constructor() { ${refusal('DefaultRateLimiter of @smithy/core')} } }`,
  },
  {
    // How an instance finds its Region; Lambda sets AWS_REGION.
    file: /@smithy\/core\/dist-es\/submodules\/config\/config-resolver\/regionConfig\/getInstanceMetadataRegion\.js$/,
    contents: `export const getInstanceMetadataRegion = async () => undefined;`,
  },
  {
    // X-Ray finds the segment under way by cls-hooked, which follows asynchronous calls with hooks of its own. Node does
    // that itself by now: the same contexts on AsyncLocalStorage, for what X-Ray calls. As there, a context that is entered
    // outside of any is everybody's who has none: in Lambda, X-Ray enters its first so, while the module loads.
    file: /cls-hooked\/context\.js$/,
    contents: `
      const { AsyncLocalStorage } = require('node:async_hooks');
      const namespaces = new Map();
      class Namespace {
        storage = new AsyncLocalStorage();
        entered = undefined;
        get active() { return this.storage.getStore() ?? this.entered; }
        createContext() { return Object.create(this.active ?? null); }
        get(key) { return this.active?.[key]; }
        set(key, value) {
          if (this.active === undefined) throw new Error('No context available. ns.run() or ns.bind() must be called first.');
          return (this.active[key] = value);
        }
        enter(context) {
          if (this.storage.getStore() === undefined) this.entered = context;
          else this.storage.enterWith(context);
        }
        run(work) {
          const context = this.createContext();
          this.storage.run(context, work, context);
          return context;
        }
        runAndReturn(work) {
          const context = this.createContext();
          return this.storage.run(context, work, context);
        }
        runPromise(work) { return this.runAndReturn(work); }
        bind(work, context = this.active ?? this.createContext()) {
          const { storage } = this;
          return function (...values) { return storage.run(context, () => work.apply(this, values)); };
        }
        bindEmitter() { ${refusal('bindEmitter of cls-hooked')} }
      }
      module.exports = {
        getNamespace: (name) => namespaces.get(name),
        createNamespace: (name) => { const made = new Namespace(); namespaces.set(name, made); return made; },
        destroyNamespace: (name) => { namespaces.delete(name); },
        reset: () => { namespaces.clear(); },
      };`,
  },
];

function leftOutParts(): Plugin {
  return {
    name: 'left-out-parts',
    setup: (bundling) => {
      for (const { file, contents } of parts) bundling.onLoad({ filter: file }, () => ({ contents }));
    },
  };
}

interface Edit {
  readonly file: RegExp;
  readonly loader: Loader;
  readonly edit: (source: string, file: string) => string;
}

const librariesEdits: readonly Edit[] = [
  // The SDK names its traits by constants: `{ [_hH]: … }`. A bundler must keep an object with a computed key, so every
  // operation of S3, SES and Lambda would stay. With the same keys written out, those that nobody sends fall away.
  { file: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/, loader: 'js', edit: trimSchemas },
  // Clients read their own version for the user agent; the rest of package.json is not theirs to carry.
  { file: /node_modules\/.*\/package\.json$/, loader: 'json', edit: nameAndVersion },
  // Which parameters X-Ray may show, per operation: those of operations that our sources send are enough.
  { file: /aws-xray-sdk-core\/dist\/lib\/resources\/aws_whitelist\.json$/, loader: 'json', edit: sentOperations },
  // JSON Schemas are written by `npm run schemas`, never by a function; and through an index, a namespace stays whole.
  { file: /zod\/v4\/classic\/schemas\.js$/, loader: 'js', edit: trimZod },
];

function edits(): Plugin {
  return {
    name: 'edits',
    setup: (bundling) => {
      for (const { file, loader, edit } of librariesEdits) {
        bundling.onLoad({ filter: file }, ({ path: name }: OnLoadArgs) => ({
          contents: edit(readFileSync(name, 'utf8'), name),
          loader,
        }));
      }
    },
  };
}

function trimSchemas(source: string, file: string): string {
  return withoutUnnamedErrors(writeKeysOut(source), path.resolve(path.dirname(file), '..'));
}

// A client registers a class for every error its service knows, up to 140, which keeps them all. An error without a class
// arrives as the client's base exception with the same name, message and metadata (so it is for errors newer than a client),
// and retries go by the name. A class stays when our sources name it, when it says itself whether to retry, and when its
// name, by which it is retried, is not the one on the wire.
function withoutUnnamedErrors(source: string, client: string): string {
  const retryable = errorsWithRetry(readFileSync(path.join(client, 'models', 'errors.js'), 'utf8'));
  const byQuery = /AwsQueryProtocol|awsQueryCompatible/.test(
    readFileSync(path.join(client, 'runtimeConfig.shared.js'), 'utf8'),
  );
  const renamed = new Set<string>();
  for (const [, name, code] of source.matchAll(/^export var (\w+)\$ = \[-3, [^;]*?"awsQueryError": \[`([^`]+)`/gm)) {
    if (byQuery && name !== undefined && name !== code && retriedByName.test(name)) renamed.add(name);
  }
  return source.replaceAll(/^n\d+_registry\.registerError\((\w+)\$, \1\);$/gm, (registration, name: string) =>
    ourWords().has(name) || retryable.has(name) || renamed.has(name) ? registration : '',
  );
}

/** Names that the SDK's retries know, and more: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const retriedByName = /Thrott|Limit|Timeout|TooMany|SlowDown|InProgress|PriorRequest/;

function errorsWithRetry(source: string): ReadonlySet<string> {
  const classes = source.split(/^export class /m).filter((text) => text.includes('$retryable'));
  return new Set(classes.map((text) => /^\w+/.exec(text)?.[0] ?? ''));
}

let words: ReadonlySet<string> | undefined;

// Every identifier and word of the functions' sources: generous on purpose.
function ourWords(): ReadonlySet<string> {
  words ??= new Set(
    ['functions', 'engine', 'adapters', 'core'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file))
        .flatMap((file) => readFileSync(path.join(root, folder, file), 'utf8').match(/\w+/g) ?? []),
    ),
  );
  return words;
}

function writeKeysOut(source: string): string {
  const constants = new Map(
    Array.from(
      source.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm),
      ([, name, text]) => [name ?? '', text ?? ''] as const,
    ),
  );
  return source.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
    const text = constants.get(name);
    return text === undefined ? key : `${text}:`;
  });
}

function nameAndVersion(source: string): string {
  const found = /"name": *("[^"]+")/.exec(source);
  const version = /"version": *("[^"]+")/.exec(source);
  return found?.[1] === undefined || version?.[1] === undefined
    ? source
    : `{"name":${found[1]},"version":${version[1]}}`;
}

const shownParameters = z.looseObject({
  services: z.record(z.string(), z.looseObject({ operations: z.record(z.string(), z.unknown()) })),
});

function sentOperations(source: string): string {
  const { services, ...others } = shownParameters.parse(JSON.parse(source));
  const sent = (operation: string): boolean =>
    ourWords().has(`${operation.charAt(0).toUpperCase()}${operation.slice(1)}Command`);
  const kept = Object.entries(services).map(([service, { operations, ...rest }]) => {
    const ours = Object.fromEntries(Object.entries(operations).filter(([operation]) => sent(operation)));
    return [service, { ...rest, operations: ours }] as const;
  });
  return JSON.stringify({ ...others, services: Object.fromEntries(kept) });
}

function trimZod(source: string): string {
  const refuse = `const refuseJsonSchema = () => { ${refusal('JSON Schema of zod')} };`;
  return source
    .replace(
      /^import \{ createStandardJSONSchemaMethod, createToJSONSchemaMethod \} from "\.\.\/core\/to-json-schema\.js";$/m,
      `${refuse} const createStandardJSONSchemaMethod = refuseJsonSchema, createToJSONSchemaMethod = refuseJsonSchema;`,
    )
    .replaceAll(/^ *inst\._zod\.processJSONSchema = .*;$/gm, '')
    .replace(/^import \{ util \} from "\.\.\/core\/index\.js";$/m, 'import * as util from "../core/util.js";')
    .replaceAll('core.util.', 'util.');
}
