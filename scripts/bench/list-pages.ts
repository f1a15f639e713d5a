import { DynamoDBClient, GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { table } from '../../cli/output.ts';
import { headIndexKeys, headKey } from '../../core/ledger/keys.ts';
import { ledgerTableName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import type { BudgetLine } from './budget-line.ts';

/**
 * Entries of a page; fewer than half of the fewest releases, so that every page that is read is full and has one after it. The last one
 * of all looks through the empty days before it, however many releases there are.
 */
const LIMIT = 4;
const SERVICE = 'orders';
/** A release that the scenario made: the others are copies of it. */
const MODEL = 'orders-1.1.0-a1';
/** Releases that the scenario made. */
const SCENARIO_RELEASES = 2;
const BATCH = 10_000;

const anyPage = z.looseObject({ cursor: z.string().optional() });

/** Read units of a page, by how many releases the ledger had. */
export interface PageCost {
  readonly page: string;
  readonly units: readonly number[];
}

/** Fills the ledger to each size in turn, and reads every page of the API at each. @param sizes growing numbers of releases */
export async function measureListPages(
  sandbox: Sandbox,
  sizes: readonly number[],
  log: (line: string) => void,
): Promise<{ readonly line: BudgetLine; readonly pages: readonly PageCost[] }> {
  // While time jumps, the reconciler would run and read again and again.
  const letTimeRun = sandbox.aws.clock.hold();
  const pages = new Map<string, number[]>();
  let count = SCENARIO_RELEASES;
  for (const size of sizes) {
    const began = performance.now();
    await addReleases(sandbox, count, size);
    count = size;
    log(`${size} releases in the ledger after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    for (const [page, units] of await readPages(sandbox)) pages.set(page, [...(pages.get(page) ?? []), units]);
  }
  letTimeRun();
  const costs = [...pages].map(([page, units]) => ({ page, units }));
  const more = Math.max(...costs.map(({ units }) => Math.max(...units) - Math.min(...units)));
  const [least, most] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const what = `read units that any page of the ledger takes more at ${named(most)} releases than at ${named(least)}`;
  return { line: { what, measured: more, budget: 0, unit: '' }, pages: costs };
}

const named = (count: number): string => count.toLocaleString('en-US');

/** Reads a page once. The units may include those of another reader at the same time, such as the reconciler. */
async function readOnce(sandbox: Sandbox, path: string): Promise<{ readonly units: number; readonly cursor: string }> {
  const before = sandbox.aws.meters.read({ account: ENGINE.account }).readUnits;
  const { cursor = '' } = await sandbox.engine.call(anyPage, 'GET', path);
  return { units: sandbox.aws.meters.read({ account: ENGINE.account }).readUnits - before, cursor };
}

/** Every page of the API, with the read units it takes: the smaller of two measurements. */
async function readPages(sandbox: Sandbox): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>();
  const read = async (page: string, path: string): Promise<string> => {
    const [first, second] = [await readOnce(sandbox, path), await readOnce(sandbox, path)];
    units.set(page, Math.min(first.units, second.units));
    return encodeURIComponent(first.cursor);
  };
  const all = `/v1/releases?limit=${LIMIT}`;
  const cursor = await read('all releases', all);
  await read('all releases, next page', `${all}&cursor=${cursor}`);
  const ofService = await read('releases of a service', `${all}&service=${SERVICE}`);
  await read('releases of a service, next page', `${all}&service=${SERVICE}&cursor=${ofService}`);
  await read('releases by status', `${all}&status=Failed`);
  await read('one release', `/v1/releases/${MODEL}`);
  await read('its transitions', `/v1/releases/${MODEL}/transitions`);
  await read('what is live', '/v1/live');
  return units;
}

/** Adds copies of the model's head, all of its day, until there are `to` releases. */
async function addReleases(sandbox: Sandbox, from: number, to: number): Promise<void> {
  const dynamodb = sandbox.aws.client(DynamoDBClient, ENGINE);
  const { pk, sk } = headKey(MODEL);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: ledgerTableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  if (Item === undefined) throw new Error(`${MODEL} is not in the ledger.`);
  for (let begin = from; begin < to; begin += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, to - begin) }, (_, index) => copyOf(Item, begin + index));
    await sandbox.aws.loadTable(ENGINE, ledgerTableName, batch);
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
export function formatListPages(pages: readonly PageCost[], sizes: readonly number[]): string {
  const head = ['read units of a page', ...sizes.map((size) => `at ${named(size)} releases`)];
  return table(
    head,
    pages.map(({ page, units }) => [page, ...units.map(String)]),
  );
}
