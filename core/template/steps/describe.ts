import type { StepsDone } from './chain.ts';

const mostNamed = 10;

/** What was done to a template, one line a step that did something: for the ledger. */
export function describeSteps({
  rename,
  stamp,
  boundary,
  switchedOff,
  postpone,
  widen,
  keep,
  undoable,
  pin,
  import: imported,
}: StepsDone): readonly string[] {
  const renamed = rename.flatMap((ids) => [...ids].map(([from, to]) => `${from} as ${to}`));
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['rename', renamed],
    ['stamp', namesOf(stamp)],
    ['boundary', namesOf(boundary)],
    ['switchedOff', switchedOff.map(([logicalId]) => logicalId)],
    ['postpone', postpone.resources.map(([logicalId]) => logicalId)],
    ['widen', namesOf(widen)],
    ['keep', keep.resources],
    ['undoable', undoable],
    ['pin', namesOf(pin)],
    ['import', imported.map(({ logicalId, physicalId }) => `${logicalId} as ${physicalId}`)],
  ];
  return steps.flatMap(([step, names]) => (names.length === 0 ? [] : [`${step}: ${list(names)}`]));
}

function namesOf(found: readonly { readonly logicalId: string }[]): readonly string[] {
  return found.map(({ logicalId }) => logicalId);
}

function list(names: readonly string[]): string {
  const rest = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : [];
  return [...names.slice(0, mostNamed), ...rest].join(', ');
}
