import type { Kernel } from '../../kernel/kernel.ts';
import type { FunctionsPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { aliasOperations } from './aliases.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import { CodeStore } from './code.ts';
import { concurrencyOperations, reservedIn } from './concurrency.ts';
import { eventInvokeOperations } from './event-invoke.ts';
import { EventSources } from './event-sources/event-sources.ts';
import { eventSourceOperations } from './event-sources/operations.ts';
import { functionOperations } from './functions.ts';
import { invokeOperation } from './invoke.ts';
import { Invoker } from './invoker.ts';
import { layerOperations } from './layers/operations.ts';
import { layerPermissionOperations } from './layers/permissions.ts';
import { LayerStore } from './layers/store.ts';
import type { Lambda } from './lambda.ts';
import { permissionOperations } from './permissions.ts';
import { EnvironmentPool } from './pool.ts';
import { type Binaries, Runtimes } from './runtimes/runtimes.ts';
import { FunctionStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { urlOperations } from './urls/operations.ts';
import { FunctionUrls } from './urls/urls.ts';
import { versionOperations } from './versions.ts';

const DOCUMENTATION = `Lambda: functions from zip packages, run on Node.js (nodejs18.x to nodejs24.x) and on the python3 that is there (python3.x; other runtimes deploy, and invoking them says why they cannot run), versions, aliases with one weighted
version, synchronous and asynchronous invocation, reserved concurrency, resource policies, function URLs (buffered answers), destinations, dead letters, event source mappings of queues and of streams of tables, layers, tags.
Each execution environment is a process of its own. https://docs.aws.amazon.com/lambda/latest/api/Welcome.html`;

export interface LambdaOptions {
  /** What functions run on. */
  readonly binaries: Binaries;
  /** Draws the version of a weighted alias; tests hand in their own. */
  readonly random: () => number;
  /** Finds streams of tables, which event source mappings read. */
  readonly streams: Lambda['streams'];
}

/** Lambda. @param options what functions run on, and what draws the version of a weighted alias */
export function createLambda(
  kernel: Kernel,
  { binaries, random, streams }: LambdaOptions,
): { services: Service[]; port: FunctionsPort } {
  const store = new FunctionStore();
  const code = new CodeStore(kernel);
  const layers = new LayerStore();
  const pool = new EnvironmentPool(kernel, new Runtimes(binaries), code);
  const invoker = new Invoker(kernel, pool, random, (where) => reservedIn(store, where));
  const asynchronous = new AsynchronousInvocations(kernel, store, invoker);
  const sources: EventSources = new EventSources(() => lambda);
  const urls = new FunctionUrls(() => lambda);
  const lambda: Lambda = { kernel, store, code, layers, pool, invoker, asynchronous, sources, urls, streams };
  const service: Service = {
    signingName: 'lambda',
    documentation: DOCUMENTATION,
    operations: [
      ...functionOperations(lambda),
      ...versionOperations(lambda),
      ...aliasOperations(lambda),
      invokeOperation(lambda),
      ...permissionOperations(lambda),
      ...concurrencyOperations(lambda),
      ...eventInvokeOperations(lambda),
      ...eventSourceOperations(lambda),
      ...layerOperations(lambda),
      ...layerPermissionOperations(lambda),
      ...urlOperations(lambda),
      ...tagOperations(lambda),
    ],
    // Versions and aliases go by the tags of their function.
    tagsOf: (arn) => store.tagsOf(arn),
    close: async () => {
      sources.close();
      await urls.close();
      pool.close();
      code.close();
    },
  };
  return { services: [service], port: { kill: (executionEnvironment) => pool.kill(executionEnvironment) } };
}
