import type * as z from 'zod';
import { DataUnreadable, NotInLedger } from '../../core/contract/errors.ts';
import {
  approvalItem,
  type ApprovalItem,
  headItem,
  type LiveItem,
  targetItem,
  type TargetItem,
  turnItem,
  type TurnItem,
} from '../../core/ledger/items.ts';
import {
  approvalPrefix,
  eventPrefix,
  headKey,
  type Key,
  liveInEnvironment,
  livePrefix,
  planKey,
  releasePartition,
  servicePartition,
  targetKey,
  targetPrefix,
  turnKey,
} from '../../core/ledger/keys.ts';
import { servingRow } from '../../core/ledger/live-row.ts';
import { type Plan, planSchema } from '../../core/release/plan.ts';
import { type ReleaseEvent, releaseEventSchema } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { Ledger, StoredItem } from '../../adapters/dynamodb/ledger.ts';
import type { InvocationContext } from '../handler/handler.ts';

/** Parses an item by its schema. @throws DataUnreadable */
export function parseItem<T>(schema: z.ZodType<T>, item: StoredItem): T {
  const { pk, sk, ...rest } = item;
  const parsed = schema.safeParse(rest);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new DataUnreadable(`The ledger's item ${String(pk)} / ${String(sk)} is unreadable: ${problems.join('; ')}.`);
}

/** Parses items each by itself: one that cannot be read is logged, and keeps nobody from the others. */
export function parseReadable<T>(
  schema: z.ZodType<T>,
  items: readonly StoredItem[],
  { log }: Pick<InvocationContext, 'log'>,
): T[] {
  return items.flatMap((item) => {
    try {
      return [parseItem(schema, item)];
    } catch (problem) {
      log.error('An item of the ledger is passed over', problem);
      return [];
    }
  });
}

/** Reads an item that may be absent. @throws DataUnreadable */
export async function readItem<T>(ledger: Ledger, key: Key, schema: z.ZodType<T>): Promise<T | undefined> {
  const item = await ledger.get(key);
  return item === undefined ? undefined : parseItem(schema, item);
}

/** @throws NotInLedger */
export async function readHead(ledger: Ledger, release: string): Promise<ReleaseHead> {
  const head = await readItem(ledger, headKey(release), headItem);
  if (head === undefined) throw new NotInLedger('The ledger has no such release.', { release });
  return head;
}

/** @throws NotInLedger when the release has not been accepted */
export async function readPlan(ledger: Ledger, release: string): Promise<Plan> {
  const plan = await readItem(ledger, planKey(release), planSchema);
  if (plan === undefined) throw new NotInLedger('The release has no plan.', { release });
  return plan;
}

export function readTarget(
  ledger: Ledger,
  release: string,
  target: EnvironmentTarget,
): Promise<TargetItem | undefined> {
  return readItem(ledger, targetKey(release, target), targetItem);
}

/** Every target of an environment that has an item. */
export async function readTargets(ledger: Ledger, release: string, environment: string): Promise<TargetItem[]> {
  const items = await readAll(ledger, releasePartition(release), targetPrefix(environment));
  return items.map((item) => parseItem(targetItem, item));
}

/** Every approval that was requested in an environment of a release. */
export async function readApprovals(ledger: Ledger, release: string, environment: string): Promise<ApprovalItem[]> {
  const items = await readAll(ledger, releasePartition(release), approvalPrefix);
  return items.map((item) => parseItem(approvalItem, item)).filter((approval) => approval.environment === environment);
}

export function readTurn(ledger: Ledger, service: string, environment: string): Promise<TurnItem | undefined> {
  return readItem(ledger, turnKey(service, environment), turnItem);
}

/** What is live in the targets of a service, in the order of their names. @param environment only in this one */
export async function readLive(ledger: Ledger, service: string, environment?: string): Promise<LiveItem[]> {
  const prefix = environment === undefined ? livePrefix : liveInEnvironment(environment);
  return (await readAll(ledger, servicePartition(service), prefix)).flatMap(
    (item) => parseItem(servingRow, item) ?? [],
  );
}

/** All transitions of a release, in order. */
export async function readEvents(ledger: Ledger, release: string): Promise<ReleaseEvent[]> {
  const items = await readAll(ledger, releasePartition(release), eventPrefix);
  return items.map((item) => parseItem(releaseEventSchema, item));
}

/** Every item of a partition whose sort key starts with the prefix. @param after only those behind this key */
export async function readAll(ledger: Ledger, partition: string, prefix: string, after?: Key): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let start: StoredItem | undefined = after === undefined ? undefined : { ...after };
  do {
    const page = await ledger.query(partition, { prefix, start });
    items.push(...page.items);
    start = page.next;
  } while (start !== undefined);
  return items;
}
