import { parseArgs } from 'node:util';
import { measureBundles } from '../../infra/bundling/measure-bundles.ts';
import type { Readings } from '../../local-aws/kernel/meters.ts';
import { measureFurtherTarget } from './further-target.ts';
import { formatInvocations } from './invocations.ts';
import { measureListPages, formatListPages } from './list-pages.ts';
import { formatBudgetLine, type BudgetLine } from './budget-line.ts';
import { measureRelease, releaseLines } from './measure-release.ts';

// `npm run bench`: measures the budgets of the design on the local AWS, one line each on standard output, with details on standard
// error. Counts are exact. `-- --releases 1000000` fills the ledger up to the budget's million, which takes minutes and 3 GB of
// memory; the default is a hundred thousand, and the line says which.

const log = (text: string): void => void process.stderr.write(`${text}\n`);

async function bundleLines(): Promise<BudgetLine[]> {
  const measures = await measureBundles('policy.json');
  return measures.flatMap(({ name, bytes, milliseconds }) => [
    { what: `bundle of ${name}`, measured: bytes / 1000, budget: 500, unit: ' KB' },
    { what: `time to load ${name}`, measured: milliseconds, budget: 150, unit: ' ms' },
  ]);
}

async function measure(sizes: readonly number[], print: (line: BudgetLine) => void): Promise<void> {
  let single: Readings | undefined;
  await measureRelease(log, async (sandbox, figures) => {
    single = figures.own;
    for (const line of releaseLines(figures)) print(line);
    log(formatInvocations(figures));
    const { line, pages } = await measureListPages(sandbox, sizes, log);
    print(line);
    log(formatListPages(pages, sizes));
  });
  if (single !== undefined) for (const line of await measureFurtherTarget(single, log)) print(line);
  for (const line of await bundleLines()) print(line);
}

const { values } = parseArgs({ options: { releases: { type: 'string', default: '100000' } } });
const most = Number(values.releases);
if (!Number.isInteger(most) || most < 100) throw new Error('--releases takes a number of at least 100.');
await measure([10, Math.round(Math.sqrt(most * 10)), most], (line) => process.stdout.write(formatBudgetLine(line)));
process.exit(0);
