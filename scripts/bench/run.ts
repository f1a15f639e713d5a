import { parseArgs } from 'node:util';
import { measureBundleLines } from './bundles.ts';
import { measureCommand } from './command.ts';
import { measureFurtherTarget } from './further-target.ts';
import { formatInvocations } from './invocations.ts';
import { measureListPages, formatListPages } from './list-pages.ts';
import { formatBudgetLine, type BudgetLine } from './budget-line.ts';
import { formatPrice, measureRelease, releaseLines } from './measure-release.ts';
import { measureSam } from './sam.ts';
import type { ReleaseFigures } from './release-figures.ts';

// `npm run bench`: measures the budgets of the design on the local AWS, one line each on standard output, with details on standard
// error. Counts are exact. `-- --releases 1000000` fills the ledger up to the budget's million, which takes minutes and 3 GB of
// memory; the default is a hundred thousand, and the line says which. `-- --bundles` measures only how fast the functions' bundles
// load, and lists what they are made of; `--loads` says how often each is loaded. `-- --sam` measures only what SAM adds to a release,
// `-- cli` only the package of the command.
// `npm run bench -- ledger` fills a ledger with 1,000,000 transitions of 20,000 releases (`--transitions`, `--releases`), and compares
// what reading it costs with a ledger of ten, and a release of 10,000 transitions with one of 20.

const log = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (line: BudgetLine): void => void process.stdout.write(formatBudgetLine(line));

async function measure(sizes: readonly number[], loads: number): Promise<void> {
  let single: ReleaseFigures | undefined;
  await measureRelease(log, async (sandbox, figures) => {
    single = figures;
    for (const line of releaseLines(figures)) print(line);
    log(formatPrice(figures));
    log(formatInvocations(figures));
    const { line, pages } = await measureListPages(sandbox, sizes, log);
    print(line);
    log(formatListPages(pages, sizes));
  });
  if (single !== undefined) for (const line of await measureFurtherTarget(single, log)) print(line);
  for (const line of await measureSam(log)) print(line);
  await measureCommand(loads, print, log);
  await measureBundleLines({ loads, details: false }, print, log);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    releases: { type: 'string' },
    transitions: { type: 'string' },
    bundles: { type: 'boolean', default: false },
    sam: { type: 'boolean', default: false },
    loads: { type: 'string' },
  },
});
const loads = numberOf('loads', 1, 15);
const [part, ...further] = positionals;
if (further.length > 0) throw new Error('npm run bench takes one name: "ledger", "cli", or none.');
if (part === 'ledger') {
  const releases = numberOf('releases', 100, 20_000);
  const size = { releases, transitions: numberOf('transitions', 20 * releases, 50 * releases) };
  for (const line of await (await import('./ledger/run.ts')).measureLedger(size, log)) print(line);
} else if (part === 'cli') await measureCommand(loads, print, log);
else if (part !== undefined) throw new Error(`There is no bench "${part}": name "ledger", "cli", or nothing.`);
else if (values.sam) for (const line of await measureSam(log)) print(line);
else if (values.bundles) await measureBundleLines({ loads, details: true }, print, log);
else {
  const most = numberOf('releases', 100, 100_000);
  await measure([10, Math.round(Math.sqrt(most * 10)), most], loads);
}
process.exit(0);

function numberOf(option: 'releases' | 'loads' | 'transitions', least: number, otherwise: number): number {
  const number = Number(values[option] ?? otherwise);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${option} takes a number of at least ${least}.`);
}
