import { parseArgs } from 'node:util';
import { measureBundleLines } from './bundles.ts';
import { measureCommand } from './command.ts';
import { measureFurtherTarget } from './further-target.ts';
import { formatInvocations } from './invocations.ts';
import { measureListPages, formatListPages } from './list-pages.ts';
import { formatBudgetLine, type BudgetLine } from './budget-line.ts';
import { formatPrice, measureRelease, releaseLines } from './measure-release.ts';
import type { ReleaseFigures } from './release-figures.ts';

// `npm run bench`: measures the budgets of the design on the local AWS, one line each on standard output, with details on standard
// error. Counts are exact. `-- --releases 1000000` fills the ledger up to the budget's million, which takes minutes and 3 GB of
// memory; the default is a hundred thousand, and the line says which. `-- --bundles` measures only how fast the functions' bundles
// load, and lists what they are made of; `--loads` says how often each is loaded. `-- cli` measures only the package of the command.

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
  await measureCommand(loads, print, log);
  await measureBundleLines({ loads, details: false }, print, log);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    releases: { type: 'string', default: '100000' },
    bundles: { type: 'boolean', default: false },
    loads: { type: 'string', default: '15' },
  },
});
const most = numberOf('releases', 100);
const loads = numberOf('loads', 1);
const [part, ...further] = positionals;
if (further.length > 0 || (part !== undefined && part !== 'cli'))
  throw new Error(`npm run bench -- takes "cli", or no name.`);
if (part === 'cli') await measureCommand(loads, print, log);
else if (values.bundles) await measureBundleLines({ loads, details: true }, print, log);
else await measure([10, Math.round(Math.sqrt(most * 10)), most], loads);
process.exit(0);

function numberOf(option: 'releases' | 'loads', least: number): number {
  const number = Number(values[option]);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${option} takes a number of at least ${least}.`);
}
