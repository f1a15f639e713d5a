import { parseArgs } from 'node:util';
import type { Readings } from 'local-aws/meters';
import { measureBundleLines } from './bundles.ts';
import { measureFurtherTarget } from './further-target.ts';
import { showInvocations } from './invocations.ts';
import { measurePages, showPages } from './ledger-pages.ts';
import { showLine, type Line } from './line.ts';
import { measureRelease, releaseLines } from './release.ts';

// `npm run bench`: the budgets of the design, measured on the local AWS, one line each on standard output; what they are made
// of is told on standard error. Counts are exact. `-- --releases 1000000` fills the ledger up to the budget's million: that
// takes minutes and 3 GB of memory, so it is a hundred thousand otherwise, and the line says which. `-- --bundles` measures only
// how fast the functions' bundles load, and tells what they are made of; `--loads` says how often each is loaded.

const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (line: Line): void => void process.stdout.write(showLine(line));

async function measure(sizes: readonly number[], loads: number): Promise<void> {
  let single: Readings | undefined;
  await measureRelease(tell, async (stage, figures) => {
    single = figures.own;
    for (const line of releaseLines(figures)) print(line);
    tell(showInvocations(figures));
    const { line, pages } = await measurePages(stage, sizes, tell);
    print(line);
    tell(showPages(pages, sizes));
  });
  if (single !== undefined) for (const line of await measureFurtherTarget(single, tell)) print(line);
  await measureBundleLines({ loads, details: false }, print, tell);
}

const { values } = parseArgs({
  options: {
    releases: { type: 'string', default: '100000' },
    bundles: { type: 'boolean', default: false },
    loads: { type: 'string', default: '15' },
  },
});
const most = numberOf('releases', 100);
const loads = numberOf('loads', 1);
if (values.bundles) await measureBundleLines({ loads, details: true }, print, tell);
else await measure([10, Math.round(Math.sqrt(most * 10)), most], loads);
process.exit(0);

function numberOf(option: 'releases' | 'loads', least: number): number {
  const number = Number(values[option]);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${option} takes a number of at least ${least}.`);
}
