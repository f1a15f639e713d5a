import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { digestOfProbe, digestOfStacks } from './digests.ts';
import { executions, issuerPort, synthesizeFor, type Execution } from './executions.ts';
import { Findings, type Control } from './findings.ts';
import { runProbeInProcess, testMutant, type Outcome } from './mutant.ts';
import { startIssuer, type TestIssuer } from '../sign-in/signing-in.ts';
import type { Order } from './probe-process.ts';
import { planFor } from './plan.ts';
import { lineOf, summaryOf } from './report.ts';
import { allWires } from './stacks.ts';
import type { Wire } from './wire.ts';

// `npm run test:wiring`: removes wires from the synthesized stacks and plays the end-to-end probe without them.
// What was found is kept in node_modules/.cache/wiring, so that a run that was stopped goes on where it stopped.

const CACHE = new URL('../../../node_modules/.cache/wiring/', import.meta.url).pathname;

interface Options {
  readonly list: boolean;
  readonly execution: Execution;
  readonly only?: string;
  readonly sample?: number;
  readonly jobs: number;
  readonly every: boolean;
  readonly again: boolean;
  readonly survivors: boolean;
  readonly fresh: boolean;
  readonly report: boolean;
}

const options = new Command('npm run test:wiring --')
  .description('Removes each wire of the stacks in turn, and tells which of them no end-to-end test misses.')
  .addOption(
    new Option('--execution <kind>', 'who makes the resources of services').choices(executions).default('builtIn'),
  )
  .option('--list', 'only list the wires', false)
  .option('--only <pattern>', 'only wires whose kind and name match this regular expression')
  .option('--sample <n>', 'only so many of them, spread evenly', Number)
  .option('--jobs <n>', 'how many at a time', Number, 2)
  .option('--every', 'play also without each grant of which IAM’s decision is known', false)
  .option('--again', 'also those that were played before', false)
  .option('--survivors', 'only those that survived before', false)
  .option('--fresh', 'forget what was found before', false)
  .option('--report', 'only tell what was found so far', false)
  .parse()
  .opts<Options>();

const folder = join(mkdtempSync(join(tmpdir(), 'sluice-wiring-source-')), 'cdk.out');
let issuer: TestIssuer | undefined;
try {
  mkdirSync(folder);
  await synthesizeFor(options.execution, folder);
  issuer = await startIssuer(issuerPort);
  process.exitCode = await main(allWires(folder), new Findings(join(CACHE, options.execution), options.fresh));
} finally {
  await issuer?.close();
  rmSync(dirname(folder), { recursive: true, force: true });
}

async function main(wires: readonly Wire[], findings: Findings): Promise<number> {
  if (options.list) {
    const matching = wires.filter(isMatching);
    for (const { kind, name } of matching) log(`${kind.padEnd(15)} ${name}`);
    log(`${matching.length} wires`);
    return 0;
  }
  const digests = { stacks: digestOfStacks(folder), probe: digestOfProbe() };
  const control = findings.control(digests) ?? (options.report ? undefined : await listen(digests));
  if (control !== undefined) findings.keepControl(control);
  if (!options.report && control !== undefined) await testAll(wires, control, findings);
  const { lines, survivors } = summaryOf(wires, control, findings);
  for (const line of lines) log(line);
  return survivors === 0 ? 0 : 1;
}

/** Plays the probe on the stacks as they are: it must pass, and tells which parts use what. */
async function listen(digests: Pick<Control, 'stacks' | 'probe'>): Promise<Control> {
  log('Playing the probe on the stacks as they are …');
  const { verdict, uses = {} } = await runProbeInProcess({ ...stacks(), control: true });
  if (verdict.outcome === 'failed') throw new Error(`It fails by itself, in "${verdict.step}": ${verdict.reason}`);
  log(`It passes, in ${verdict.seconds} s.`);
  return { ...digests, seconds: verdict.seconds, uses };
}

async function testAll(wires: readonly Wire[], control: Control, findings: Findings): Promise<void> {
  const isOpen = ({ name }: Wire): boolean => {
    const known = findings.get(name);
    if (options.survivors) return known?.outcome === 'survived';
    return options.again || known === undefined;
  };
  const plan = planFor(wires.filter(isMatching), control.uses, options.every);
  const [unknown, needed] = [spread(plan.unknown.filter(isOpen)), spread(plan.needed.filter(isOpen))];
  const idle = plan.idle.filter(isOpen);
  log(`To be played without: ${unknown.length} wires of which IAM decides nothing, one at a time;`);
  log(`${idle.length} grants that nothing needed, together; ${needed.length} that something needed, one at a time.`);
  let done = 0;
  const keep = (wire: Wire, outcome: Outcome): void => {
    const finding = { wire: wire.name, stacks: control.stacks, ...outcome };
    findings.add(finding);
    log(`${String(++done).padStart(4)}/${unknown.length + idle.length + needed.length} ${lineOf(finding)}`);
  };
  await testEach(unknown, control, keep);
  await testTogether(idle, control, keep);
  await testEach(needed, control, keep);
}

type Keep = (wire: Wire, outcome: Outcome) => void;

async function testEach(wires: readonly Wire[], control: Control, keep: Keep): Promise<void> {
  const queue = [...wires];
  const work = async (): Promise<void> => {
    for (let wire = queue.shift(); wire !== undefined; wire = queue.shift()) {
      const outcome = await tried([wire], control);
      if (outcome !== undefined) keep(wire, outcome);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
}

/** Where nobody misses many at once, nobody misses any of them; otherwise each half is tried. */
async function testTogether(wires: readonly Wire[], control: Control, keep: Keep): Promise<void> {
  const [only, ...others] = wires;
  if (only === undefined) return;
  const outcome = await tried(wires, control);
  if (outcome === undefined) return;
  if (others.length === 0) return keep(only, outcome);
  if (outcome.outcome === 'survived') {
    const reason = `The whole probe passed without it and ${others.length} others.`;
    for (const wire of wires) keep(wire, { ...outcome, reason });
    return;
  }
  const half = Math.ceil(wires.length / 2);
  await testTogether(wires.slice(0, half), control, keep);
  await testTogether(wires.slice(half), control, keep);
}

async function tried(wires: readonly Wire[], { uses }: Control): Promise<Outcome | undefined> {
  const [only, ...others] = wires;
  const use = only === undefined || others.length > 0 ? undefined : uses[only.name];
  return testMutant(stacks(), wires, use).catch((error: unknown) => {
    log(`error    ${only?.name ?? ''}  (${String(error)})`);
    return undefined;
  });
}

/** What each play is played on, and with. */
function stacks(): Pick<Order, 'synthesized' | 'issuer'> {
  if (issuer === undefined) throw new Error('The OpenID provider has not been started.');
  const { issuer: url, key, certificate, file } = issuer;
  return { synthesized: folder, issuer: { issuer: url, key, certificate, file } };
}

function isMatching({ kind, name }: Wire): boolean {
  return new RegExp(options.only ?? '', 'i').test(`${kind} ${name}`);
}

function spread(wires: readonly Wire[]): readonly Wire[] {
  const { sample = wires.length } = options;
  const place = (index: number): number => Math.floor((index * sample) / wires.length);
  return sample >= wires.length ? wires : wires.filter((_, index) => place(index) !== place(index - 1));
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
