import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../kernel/errors.ts';
import type { Caller } from '../../../kernel/principal.ts';
import type { Invoked } from '../invoker.ts';
import type { Lambda } from '../lambda.ts';
import { assumeRole } from '../roles.ts';
import { versionOf } from '../store.ts';
import type { MappingRecord } from './mapping.ts';

/** What reads a source for a mapping, until it is stopped. */
export interface Poller {
  start(): void;
  /** Batches that run come to their end; no further one begins. */
  stop(): void;
}

/** A function's role as it reads the source. @throws AwsError where the function is gone, or its role cannot be taken */
export function readerOf({ kernel, store }: Lambda, { settings }: MappingRecord): Caller {
  const record = store.get(settings.target);
  const { role } = versionOf(record, settings.target.qualifier).settings;
  return { ...assumeRole(kernel, role, record), region: record.region };
}

/** Invokes what the mapping names: Lambda itself does, whatever the function's policy says. @throws AwsError when throttled, or the function is gone */
export function invokeTarget(
  { store, invoker }: Lambda,
  { settings }: MappingRecord,
  records: readonly unknown[],
): Promise<Invoked> {
  return invoker.invoke({
    record: store.get(settings.target),
    qualifier: settings.target.qualifier,
    requestId: randomUUID(),
    event: JSON.stringify({ Records: records }),
    clientContext: undefined,
    nested: false,
  });
}

export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException';
}
