import { table } from '../../../cli/output.ts';
import type { BudgetLine } from '../budget-line.ts';
import type { Size } from './fill.ts';
import { type Cost, FilledLedger, named } from './measure.ts';
import type { Filled } from './model.ts';
import { requestsOf, requestsOfRelease } from './requests.ts';

/** Lengths of releases beside the rest: the first of the design's budget, then what fills any page, then the second of the budget. */
const LENGTHS = [20, 100, 10_000] as const;
/** Releases: the first of the design's budget, then what fills any page. */
const SIZES = [10, 100] as const;
const TIMES = 40;

/**
 * Reads every list, page and document from a ledger of ten releases and from one of so many, and from a release of 20 transitions and
 * one of 10,000. @returns budget lines: what takes more read units
 */
export async function measureLedger(size: Size, log: (line: string) => void): Promise<readonly BudgetLine[]> {
  const length = Math.round(size.transitions / size.releases);
  const long = LENGTHS.map((transitions, index): Filled => ({
    ...{ service: 'archive', version: `1.0.${index}`, length: transitions },
    startedAt: '2026-11-01T00:00:01.000Z',
  }));
  const sizes = [...SIZES.map((releases) => ({ releases, transitions: releases * length })), size];
  const costs: Cost[][] = [];
  const ofReleases: Cost[][] = [];
  for (const each of sizes) {
    const ledger = await FilledLedger.fill(each, long, log);
    costs.push(await measureAll(ledger, requestsOf(each)));
    if (each === size) for (const one of long) ofReleases.push(await measureAll(ledger, requestsOfRelease(one)));
    await ledger.close();
  }
  log(drawn('read units of', sizes.map(named), costs));
  log(
    drawn(
      'read units of',
      LENGTHS.map((count) => `${count.toLocaleString('en-US')} transitions`),
      ofReleases,
    ),
  );
  const most = named(size);
  return [
    lineOf(`read units that any list or document takes more at ${most} than at ${SIZES[0]} releases`, isApi, costs),
    lineOf(`read units that any page takes more at ${most} than at ${SIZES[1]} releases`, () => true, costs.slice(1)),
    lineOf(
      `read units that any list or document of a release takes more at 10,000 transitions than at 20`,
      isApi,
      ofReleases,
    ),
    lineOf(
      `read units that any page of a release takes more at 10,000 transitions than at 100`,
      () => true,
      ofReleases.slice(1),
    ),
  ];
}

const isApi = ({ name }: Cost): boolean => !name.startsWith('page: ');

async function measureAll(ledger: FilledLedger, requests: ReturnType<typeof requestsOf>): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const request of requests) costs.push(await ledger.measure(request, TIMES));
  return costs;
}

/** @param costs at the least size, and at the most last */
function lineOf(what: string, counts: (cost: Cost) => boolean, costs: readonly (readonly Cost[])[]): BudgetLine {
  const few = new Map(costs[0]?.map(({ name, units: [, most] }) => [name, most]));
  const more = (costs.at(-1) ?? []).filter(counts).map(({ name, units: [, most] }) => most - (few.get(name) ?? 0));
  return { what, measured: Math.max(...more), budget: 0, unit: '' };
}

function drawn(title: string, columns: readonly string[], costs: readonly (readonly Cost[])[]): string {
  const unitsOf = ({ units: [least, most] }: Cost): string => (least === most ? String(least) : `${least}–${most}`);
  const rows = (costs.at(-1) ?? []).map(({ name, p50, p95 }, index) => [
    ...[name, ...costs.map((all) => all.flatMap((cost, at) => (at === index ? unitsOf(cost) : [])).join(''))],
    ...[p50.toFixed(1), p95.toFixed(1)],
  ]);
  return table([title, ...columns, 'p50 ms', 'p95 ms'], rows);
}
