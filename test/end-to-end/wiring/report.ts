import type { Control, Finding, Findings } from './findings.ts';
import { knowledgeOf, type Knowledge } from './plan.ts';
import type { Wire } from './wire.ts';

/** What a run says at its end. */
export interface Summary {
  readonly lines: readonly string[];
  /** How many wires nobody misses, and no exception names. */
  readonly survivors: number;
}

/** Sums up what is known, and how: by a play, or by IAM's decision alone. */
export function summaryOf(
  wires: readonly Wire[],
  control: Control | undefined,
  findings: Pick<Findings, 'get'>,
): Summary {
  const known = wires.map(({ name, ...wire }) =>
    knowledgeOf({ name, ...wire }, control?.uses[name], findings.get(name)),
  );
  const count = (state: Knowledge['state']): number => known.filter((one) => one.state === state).length;
  const shown = (state: Knowledge['state']): string[] =>
    known.flatMap((one) => (one.state === state && 'finding' in one ? [lineOf(one.finding)] : []));
  const older = known.filter((one) => 'finding' in one && one.finding.stacks !== control?.stacks).length;
  return {
    survivors: count('survived'),
    lines: [
      '',
      ...shown('refused'),
      ...shown('survived'),
      `${wires.length} wires:`,
      `${count('killed')} killed: the probe was played without each, and failed;`,
      `${count('refused')} refused: it was played without each and passed, but a role was refused what it asked for;`,
      `${count('inferred')} inferred: it was not played, but IAM would refuse something in it that nothing else allows;`,
      `${count('survived')} survived: it was played, and nobody missed them;`,
      `${count('excepted')} excepted, by a reason in exceptions.ts;`,
      `${count('not tried')} not tried.`,
      ...(older === 0 ? [] : [`${older} of these were played on stacks that have changed since.`]),
    ],
  };
}

/** One play, on a line. */
export function lineOf({ outcome, seconds, wire, step, reason }: Finding): string {
  const how = step === undefined ? reason : `in "${step}": ${reason}`;
  return `${outcome.padEnd(8)} ${seconds.toFixed(0).padStart(3)} s  ${wire}  (${how})`;
}
