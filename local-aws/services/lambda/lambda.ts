import type { Kernel } from '../../kernel/kernel.ts';
import type { PolicyDocument } from '../../kernel/principal.ts';
import type { Authorization, Call } from '../../kernel/service.ts';
import type { TableStream } from '../dynamodb/streams.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import type { CodeStore } from './code.ts';
import type { Invoker } from './invoker.ts';
import type { LayerStore } from './layers/store.ts';
import { arnOf, readReference } from './names.ts';
import type { Mappings } from './event-sources/mapping.ts';
import type { EnvironmentPool } from './pool.ts';
import type { FunctionRecord, FunctionStore } from './store.ts';
import type { FunctionUrls } from './urls/urls.ts';

/** What the operations of Lambda share. */
export interface Lambda {
  readonly kernel: Kernel;
  readonly store: FunctionStore;
  readonly code: CodeStore;
  readonly layers: LayerStore;
  readonly pool: EnvironmentPool;
  readonly invoker: Invoker;
  readonly asynchronous: AsynchronousInvocations;
  readonly sources: Mappings;
  readonly urls: FunctionUrls;
  /** The stream of that ARN; undefined where there is none. */
  readonly streams: (arn: string) => TableStream | undefined;
}

/** The resource policy of a function, or of the version or alias a qualifier names. */
export function policyOf(record: FunctionRecord, qualifier: string | undefined): PolicyDocument | undefined {
  const statements = record.policies.get(qualifier ?? '')?.statements ?? [];
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** Asks for an action on the function an input names, its resource policy included. */
export function ask(
  { store }: Lambda,
  action: string,
  input: { readonly FunctionName?: string | undefined; readonly Qualifier?: string | undefined },
  { caller }: Call,
): Authorization {
  const reference = readReference(input.FunctionName, caller, input.Qualifier);
  const record = store.find(reference);
  return {
    action: `lambda:${action}`,
    resource: arnOf(reference, reference.qualifier),
    resourcePolicy: record === undefined ? undefined : policyOf(record, reference.qualifier),
  };
}

/** Asks for iam:PassRole, which AWS demands of whoever gives a function its role. */
export function askPassRole(role: string | undefined): readonly Authorization[] {
  if (role === undefined) return [];
  return [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'lambda.amazonaws.com' } }];
}

/** One page of a list; markers are positions. */
export function page<T>(
  all: readonly T[],
  marker: string | undefined,
  most: number | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const from = Number(marker ?? 0);
  const to = from + (most ?? 50);
  return { items: all.slice(from, to), next: to < all.length ? String(to) : undefined };
}
