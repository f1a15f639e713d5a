import * as z from 'zod';
import { table } from '../../cli/output.ts';
import { engineRoleName, functionNames } from '../../core/contract/names.ts';
import type { Observation } from 'local-aws/observation';
import type { Invocation, ReleaseFigures } from './release-figures.ts';

const invokeInput = z.object({
  FunctionName: z.string(),
  Payload: z.union([z.instanceof(Uint8Array), z.string()]).optional(),
});

const targetFields = { environment: z.string().default(''), account: z.string().default('') };
const stackEvent = z.object({ 'status-details': z.object({ status: z.string() }), 'stack-id': z.string() });
const deploymentEvent = z.object({ state: z.string(), deploymentId: z.string() });
const payload = z.union([
  z
    .object({ task: z.string(), ...targetFields })
    .transform(({ task, environment, account }) => ({ occasion: task, target: `${environment} ${account}` })),
  z.object({ reconcile: z.literal(true) }).transform(() => ({ occasion: 'reconcile', target: '' })),
  z
    .object({ 'detail-type': z.string(), account: z.string(), detail: z.unknown() })
    .transform((event) => ({ occasion: `${event['detail-type']} ${stateOf(event.detail)}`, target: event.account })),
  z.object({ routeKey: z.string() }).transform(({ routeKey }) => ({ occasion: routeKey, target: '' })),
]);

function stateOf(detail: unknown): string {
  const stack = stackEvent.safeParse(detail).data;
  if (stack !== undefined) return `${stack['status-details'].status} of ${stack['stack-id'].split('/')[1] ?? ''}`;
  return deploymentEvent.safeParse(detail).data?.state ?? '';
}

const engineFunctions: ReadonlySet<string> = new Set(functionNames.map(engineRoleName));

/** The invocation of a function of the engine; undefined for any other observation, and for functions of services. */
export function describeInvocation(observation: Observation): Invocation | undefined {
  if (observation.kind !== 'call' || observation.operation !== 'Invoke') return undefined;
  const input = invokeInput.parse(observation.input);
  const name = /(?:function:)?([^:/]+)(?::[^:]+)?$/.exec(input.FunctionName)?.[1] ?? input.FunctionName;
  if (!engineFunctions.has(name)) return undefined;
  const parsed = payload.safeParse(JSON.parse(Buffer.from(input.Payload ?? 'null').toString('utf8'))).data;
  return { name, ...(parsed ?? { occasion: 'called directly', target: '' }) };
}

/** A table of the invocations of a release, by function, occasion and target. */
export function formatInvocations({ invocations, own }: ReleaseFigures): string {
  const groups = new Map<string, { readonly first: Invocation; times: number }>();
  for (const invocation of invocations) {
    const key = [invocation.name, invocation.occasion, invocation.target].join(' ');
    const group = groups.get(key) ?? { first: invocation, times: 0 };
    groups.set(key, { ...group, times: group.times + 1 });
  }
  const rows = [...groups.values()].map(({ first, times }) => [
    first.name,
    first.occasion,
    first.target.trim(),
    `${times}`,
  ]);
  return `${table(['function', 'for', 'where', 'times'], rows)}\n${own.invocations} invocations, the reconciler's left out`;
}
