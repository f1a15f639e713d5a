import { DynamoDBClient, GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { table } from '../../cli/output.ts';
import { headIndexKeys, headKey } from '../../core/ledger/keys.ts';
import { ledgerTableName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { ENGINE, type Stage } from '../../local/sandbox.ts';
import type { Line } from './budget-line.ts';

/** Entries of a page; fewer than the fewest releases, so that every page is full. */
const LIMIT = 5;
const SERVICE = 'orders';
/** A release that was really played: what the others are copied from. */
const PLAYED = 'orders-1.1.0-a1';
/** Releases that the scenario left in the ledger. */
const PLAYED_RELEASES = 2;
const BATCH = 10_000;

const anyPage = z.looseObject({ cursor: z.string().optional() });

/** Read units of a page, by how many releases the ledger had. */
export interface PageCost {
  readonly page: string;
  readonly units: readonly number[];
}

/** Fills the ledger to each size in turn, and reads every page of the API at each. @param sizes growing numbers of releases */
export async function measurePages(
  stage: Stage,
  sizes: readonly number[],
  tell: (line: string) => void,
): Promise<{ readonly line: Line; readonly pages: readonly PageCost[] }> {
  // Time that jumps would have the reconciler read meanwhile, again and again.
  const letTimeRun = stage.aws.clock.hold();
  const pages = new Map<string, number[]>();
  let there = PLAYED_RELEASES;
  for (const size of sizes) {
    const began = performance.now();
    await addReleases(stage, there, size);
    there = size;
    tell(`${size} releases in the ledger after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    for (const [page, units] of await readPages(stage)) pages.set(page, [...(pages.get(page) ?? []), units]);
  }
  letTimeRun();
  const costs = [...pages].map(([page, units]) => ({ page, units }));
  const more = Math.max(...costs.map(({ units }) => Math.max(...units) - Math.min(...units)));
  const [least, most] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const what = `read units that any page of the ledger takes more at ${named(most)} releases than at ${named(least)}`;
  return { line: { what, measured: more, budget: 0, unit: '' }, pages: costs };
}

const named = (count: number): string => count.toLocaleString('en-US');

/** A page read once. The units may be too many: something else, such as the reconciler, may have read at the same time. */
async function readOnce(stage: Stage, path: string): Promise<{ readonly units: number; readonly cursor: string }> {
  const before = stage.aws.meters.read({ account: ENGINE.account }).readUnits;
  const { cursor = '' } = await stage.engine.call(anyPage, 'GET', path);
  return { units: stage.aws.meters.read({ account: ENGINE.account }).readUnits - before, cursor };
}

/** Every page of the API, and the read units it takes: the fewer of two times. */
async function readPages(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>();
  const read = async (page: string, path: string): Promise<string> => {
    const [first, second] = [await readOnce(stage, path), await readOnce(stage, path)];
    units.set(page, Math.min(first.units, second.units));
    return encodeURIComponent(first.cursor);
  };
  const all = `/v1/releases?limit=${LIMIT}`;
  const cursor = await read('all releases', all);
  await read('all releases, next page', `${all}&cursor=${cursor}`);
  const ofService = await read('releases of a service', `${all}&service=${SERVICE}`);
  await read('releases of a service, next page', `${all}&service=${SERVICE}&cursor=${ofService}`);
  await read('releases by status', `${all}&status=Failed`);
  await read('one release', `/v1/releases/${PLAYED}`);
  await read('its transitions', `/v1/releases/${PLAYED}/transitions`);
  await read('what is live', '/v1/live');
  return units;
}

/** Adds copies of the played release's head, all of its day, until there are `to` releases. */
async function addReleases(stage: Stage, from: number, to: number): Promise<void> {
  const dynamodb = stage.aws.client(DynamoDBClient, ENGINE);
  const { pk, sk } = headKey(PLAYED);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: ledgerTableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  if (Item === undefined) throw new Error(`${PLAYED} is not in the ledger.`);
  for (let begin = from; begin < to; begin += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, to - begin) }, (_, index) => copyOf(Item, begin + index));
    await stage.aws.loadTable(ENGINE, ledgerTableName, batch);
  }
}

function copyOf(head: Record<string, AttributeValue>, number: number): Record<string, AttributeValue> {
  const version = `2.0.${number}`;
  const release = formatReleaseId({ service: SERVICE, version, attempt: 1 });
  const startedAt = head['startedAt']?.S ?? '';
  const texts = {
    ...headKey(release),
    release,
    version,
    ...headIndexKeys({ release, service: SERVICE, startedAt, ended: true }),
  };
  return { ...head, ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])) };
}

/** A table of what every page took at every size. */
export function showPages(pages: readonly PageCost[], sizes: readonly number[]): string {
  const head = ['read units of a page', ...sizes.map((size) => `at ${named(size)} releases`)];
  return table(
    head,
    pages.map(({ page, units }) => [page, ...units.map(String)]),
  );
}
