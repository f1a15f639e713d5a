import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { synthesize } from '../../../local/deploy.ts';
import { exceptionFor } from './exceptions.ts';
import { runProbeInProcess, testMutant, type MutantResult } from './mutant.ts';
import { allWires } from './stacks.ts';
import type { Wire } from './wire.ts';

// `npm run test:wiring`: removes one wire at a time from the synthesized stacks and plays the end-to-end probe without it.
// What was found is kept in node_modules/.cache/wiring, so that a run that was stopped goes on where it stopped.

const CACHE = new URL('../../../node_modules/.cache/wiring/', import.meta.url).pathname;
const FINDINGS = join(CACHE, 'findings.jsonl');
const CONTROL = join(CACHE, 'uses.json');

const findingSchema = z.discriminatedUnion('outcome', [
  z.object({
    wire: z.string(),
    outcome: z.literal('killed'),
    step: z.string(),
    reason: z.string(),
    seconds: z.number(),
  }),
  z.object({ wire: z.string(), outcome: z.literal('survived'), reason: z.string(), seconds: z.number() }),
]);
const usesSchema = z.record(z.string(), z.array(z.string()));

const options = new Command('npm run test:wiring --')
  .description('Removes each wire of the stacks in turn, and tells which of them no end-to-end test misses.')
  .option('--list', 'only list the wires', false)
  .option('--only <pattern>', 'only wires whose kind and name match this regular expression')
  .option('--sample <n>', 'only so many of them, spread evenly', Number)
  .option('--jobs <n>', 'how many at a time', Number, 2)
  .option('--again', 'also those that were tried before', false)
  .option('--survivors', 'only those that survived before', false)
  .option('--fresh', 'forget what was found before', false)
  .option('--report', 'only tell what was found so far', false)
  .parse()
  .opts<{
    list: boolean;
    only?: string;
    sample?: number;
    jobs: number;
    again: boolean;
    survivors: boolean;
    fresh: boolean;
    report: boolean;
  }>();

const folder = join(mkdtempSync(join(tmpdir(), 'sluice-wiring-source-')), 'cdk.out');
try {
  mkdirSync(CACHE, { recursive: true });
  if (options.fresh) for (const file of [FINDINGS, CONTROL]) rmSync(file, { force: true });
  mkdirSync(folder);
  await synthesize(folder);
  process.exitCode = await main(allWires(folder));
} finally {
  rmSync(dirname(folder), { recursive: true, force: true });
}

async function main(wires: readonly Wire[]): Promise<number> {
  const known = readFindings();
  const chosen = choose(wires, known);
  if (options.list) {
    for (const { kind, name } of chosen) log(`${kind.padEnd(15)} ${name}`);
    log(`${chosen.length} wires`);
    return 0;
  }
  if (!options.report) await testAll(chosen, known);
  return summarize(wires, known);
}

function choose(wires: readonly Wire[], known: ReadonlyMap<string, MutantResult>): readonly Wire[] {
  const pattern = new RegExp(options.only ?? '', 'i');
  const matching = wires.filter(({ kind, name }) => pattern.test(`${kind} ${name}`));
  if (options.list) return matching;
  const open = matching.filter(({ name }) => {
    if (options.survivors) return known.get(name)?.outcome === 'survived';
    return (options.again || !known.has(name)) && exceptionFor(name) === undefined;
  });
  const { sample } = options;
  if (sample === undefined || sample >= open.length) return open;
  return open.filter(
    (_, index) => Math.floor((index * sample) / open.length) !== Math.floor(((index - 1) * sample) / open.length),
  );
}

async function testAll(wires: readonly Wire[], known: Map<string, MutantResult>): Promise<void> {
  const uses = await control();
  const queue = [...wires];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let wire = queue.shift(); wire !== undefined; wire = queue.shift()) {
      const finding = await testMutant(folder, wire, uses[wire.name]).catch((error: unknown) => {
        log(`error    ${wire.name}  (${String(error)})`);
      });
      if (finding === undefined) continue;
      known.set(finding.wire, finding);
      appendFileSync(FINDINGS, `${JSON.stringify(finding)}\n`);
      log(`${String(++done).padStart(4)}/${wires.length} ${lineOf(finding)}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
}

/** Plays the probe on the stacks as they are: it must pass, and tells which parts use what. */
async function control(): Promise<Record<string, readonly string[]>> {
  if (existsSync(CONTROL)) return usesSchema.parse(JSON.parse(readFileSync(CONTROL, 'utf8')));
  log('Playing the probe on the stacks as they are …');
  const { verdict, uses = {} } = await runProbeInProcess({ synthesized: folder, uses: true });
  if (verdict.outcome === 'failed') throw new Error(`It fails by itself, in "${verdict.step}": ${verdict.reason}`);
  log(`It passes, in ${verdict.seconds} s.`);
  writeFileSync(CONTROL, JSON.stringify(uses));
  return uses;
}

function readFindings(): Map<string, MutantResult> {
  if (!existsSync(FINDINGS)) return new Map();
  const lines = readFileSync(FINDINGS, 'utf8').trim().split('\n').filter(Boolean);
  return new Map(lines.map((line) => findingSchema.parse(JSON.parse(line))).map((one) => [one.wire, one]));
}

function summarize(wires: readonly Wire[], known: ReadonlyMap<string, MutantResult>): number {
  const found = wires.flatMap(({ name }) => known.get(name) ?? []);
  const survivors = found.filter(({ outcome }) => outcome === 'survived');
  const excepted = wires.filter(({ name }) => exceptionFor(name) !== undefined);
  const unexplained = survivors.filter(({ wire }) => exceptionFor(wire) === undefined);
  log('');
  for (const finding of unexplained) log(lineOf(finding));
  log(
    `${wires.length} wires: ${found.length - survivors.length} killed, ${unexplained.length} survived, ${excepted.length} excepted, ${wires.length - found.length - excepted.filter(({ name }) => !known.has(name)).length} not tried.`,
  );
  return unexplained.length === 0 ? 0 : 1;
}

function lineOf(finding: MutantResult): string {
  const how = finding.outcome === 'killed' ? `in "${finding.step}": ${finding.reason}` : finding.reason;
  return `${finding.outcome.padEnd(8)} ${finding.seconds.toFixed(0).padStart(3)} s  ${finding.wire}  (${how})`;
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
