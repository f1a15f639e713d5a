import type { Position } from '../values/place-tree.ts';
import { placesIn } from '../values/positions.ts';
import { problemLine, type Problem } from '../values/problems.ts';

/** A policy as its team has it, to name lines of it. */
interface PolicySource {
  /** As a person would look for it. */
  readonly file: string;
  readonly text: string;
}

/** Where in a policy a problem is mended. */
interface PolicyLocation extends Partial<Position> {
  readonly file: string;
  /** In the document: `environments.production.waves[0]`; absent where it is the whole file. */
  readonly place?: string;
}

/** Problems of a policy, each with where it is: of what is missing, what it is missing in. */
export function locatePolicyProblems(
  problems: readonly Problem[],
  { file, text }: PolicySource,
): (Problem & { readonly at: readonly PolicyLocation[] })[] {
  const { positionOf } = placesIn(text);
  return problems.map((problem) => {
    const { path } = problem;
    const place = path === '' ? {} : { place: path };
    return { ...problem, who: 'platform', at: [{ file, ...place, ...positionOf(path) }] };
  });
}

/** The same as a terminal lists them: `- … (at policy.json:12:7) [policy.group-unknown]`. */
export function policyProblemLines(problems: readonly Problem[], source: PolicySource): string[] {
  return locatePolicyProblems(problems, source).map(({ at, ...problem }) =>
    problemLine({
      ...problem,
      places: at.map(({ file, line, column }) => [file, line, column].filter(isSaid).join(':')),
    }),
  );
}

function isSaid(part: string | number | undefined): boolean {
  return part !== undefined;
}
