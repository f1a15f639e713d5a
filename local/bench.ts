import { difference, dollars, type Readings } from './aws/kernel/meters.ts';
import { perform } from './performance.ts';
import { findScenario } from './scenarios/all.ts';
import type { Stage } from './stage.ts';

// `npm run bench`: what a release costs, counted on the local AWS, one line each, against the budget of the design.

/** What only looks on: whoever watches the ledger, and the reconciler, which all open releases share. */
const ONLOOKERS = /^sluice-read$/;

interface Budget {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
}

/** Counts of the second release of `promote`: staging and production, canary, checks, one approval. */
async function countRelease(): Promise<Budget[]> {
  let stage: Stage | undefined;
  let before: Readings | undefined;
  let onlookersBefore: Readings | undefined;
  const read = (): Readings | undefined => stage?.aws.meters.read({ account: stage.account });
  const onlookers = (): Readings | undefined =>
    stage?.aws.meters.read({ account: stage.account, of: (name) => ONLOOKERS.test(name) });
  const performance = await perform({
    scenario: findScenario('promote'),
    pace: 'max',
    audience: {
      dropped: (key) => {
        if (!key.includes('1.1.0')) return;
        before = read();
        onlookersBefore = onlookers();
      },
      transition: () => undefined,
      ended: () => undefined,
    },
    onStage: (set) => {
      stage = set;
    },
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const after = read();
  const onlookersAfter = onlookers();
  await performance.stage.close();
  if (before === undefined || after === undefined || onlookersBefore === undefined || onlookersAfter === undefined) {
    throw new Error('The second release was never dropped.');
  }
  if (performance.disappointments.length > 0) throw new Error(performance.disappointments.join(' '));
  const used = difference(after, before);
  const seen = difference(onlookersAfter, onlookersBefore);
  return [
    { what: 'state transitions of a release', measured: used.stateTransitions, limit: 50, unit: '' },
    {
      what: 'invocations of a release (without onlookers)',
      measured: used.invocations - seen.invocations,
      limit: 30,
      unit: '',
    },
    { what: 'write units of a release', measured: used.writeUnits, limit: 300, unit: '' },
    { what: 'price of a release', measured: dollars(used), limit: 0.002, unit: ' dollars' },
  ];
}

for (const { what, measured, limit, unit } of await countRelease()) {
  const shown = Number.isInteger(measured) ? String(measured) : measured.toFixed(6);
  process.stdout.write(`${measured <= limit ? 'within' : 'OVER  '}  ${what}: ${shown}${unit} of ${limit}${unit}\n`);
}
