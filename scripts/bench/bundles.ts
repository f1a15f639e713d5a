import type { BundleContents } from '../../infra/bundling/bundle-contents.ts';
import { measureBundles } from '../../infra/bundling/measure-bundles.ts';
import type { BudgetLine } from './budget-line.ts';

const budget = 2;
const originsShown = 15;

/**
 * The bundles of all functions: load time by that of three SDK clients is a budget, sizes are logged.
 * @param loads how often each is loaded
 * @param details whether to list what each bundle is made of
 */
export async function measureBundleLines(
  { loads, details }: { readonly loads: number; readonly details: boolean },
  print: (line: BudgetLine) => void,
  log: (text: string) => void,
): Promise<void> {
  for await (const measure of measureBundles('policy.json', loads)) {
    const { name, contents, milliseconds, millisecondsOfClients, ratio } = measure;
    print({ what: `time to load ${name}, by three SDK clients`, measured: ratio, budget, unit: '×' });
    log(
      `${name}: ${kilobytes(contents.bytesAtStart)} at the start, ${kilobytes(contents.bytes)} in all; ` +
        `median ${milliseconds.toFixed(0)} ms, three SDK clients ${millisecondsOfClients.toFixed(0)} ms`,
    );
    if (details) log(showOrigins(contents));
  }
}

function showOrigins({ origins }: BundleContents): string {
  const lines = origins
    .slice(0, originsShown)
    .map(
      ({ name, bytes, bytesAtStart }) =>
        `  ${kilobytes(bytesAtStart).padStart(9)} of ${kilobytes(bytes).padStart(9)}  ${name}`,
    );
  return ['  at the start, of all', ...lines].join('\n');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
