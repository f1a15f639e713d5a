import { truncateProblems } from '../../core/artifact/listing.ts';
import { locate } from '../../core/artifact/locate.ts';
import { describeLocation, type Location } from '../../core/values/location.ts';
import { menderOf, type Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { findablesOf, type Sources } from '../locate/locate.ts';

/** What is wrong with a file. */
export interface WrongFile {
  /** As a person would look for it. */
  readonly file: string;
  readonly problems: readonly Problem[];
}

/** A problem, the file that it is told under, and where it is. */
interface Located {
  readonly file: string;
  readonly problem: Problem;
  readonly at: readonly Location[];
}

/**
 * Tells everything that is wrong at once, by the file in which it is mended, manifest first.
 * @param files in their order @param sources what of them people write @throws CommandError always
 */
export function refuseWrong(files: readonly WrongFile[], sources: Sources = {}): never {
  const located = locatedIn(files, sources);
  const told = truncateProblems(located.map(({ problem }) => problem));
  const shown = located.filter(({ problem }) => told.includes(problem));
  const names = [...new Set([...files.map(({ file }) => file), ...shown.map(({ file }) => file)])];
  const lines = names.flatMap((name) => {
    const own = shown.filter(({ file }) => file === name);
    return own.length === 0 ? [] : [`${name} cannot be packed:`, ...own.map(describe)];
  });
  const more = told.filter((problem) => !shown.some((one) => one.problem === problem));
  const sentence = [...lines, ...more.map((problem) => describe({ problem, at: [] }))].join('\n');
  const problems = told.map((problem) => {
    const at = shown.find((one) => one.problem === problem)?.at ?? [];
    return at.length === 0 ? problem : { ...problem, at };
  });
  throw new CommandError(sentence, exitCode.badInput, { code: 'cli.cannot-pack', problems });
}

/** What is wrong with a template may be mended in the manifest. */
function locatedIn(files: readonly WrongFile[], sources: Sources): Located[] {
  const documents = findablesOf(sources);
  const manifest = sources.manifest?.file;
  const all = files.flatMap(({ file, problems }) =>
    problems.map((problem): Located => {
      const at = locate(problem, documents);
      return { problem, at, file: at.some((one) => one.file === manifest) ? (manifest ?? file) : file };
    }),
  );
  return [...all.filter(({ file }) => file === manifest), ...all.filter(({ file }) => file !== manifest)];
}

function describe({ problem, at }: Pick<Located, 'problem' | 'at'>): string {
  const { message, code, who } = problem;
  const further = [
    ...(at.length === 0 ? [] : [`at ${at.map(describeLocation).join(', ')}`]),
    ...(who === undefined ? [] : [`to be mended by ${menderOf(problem)}`]),
  ];
  return [`- ${message} [${code}]`, ...(further.length === 0 ? [] : [`  ${further.join('; ')}`])].join('\n');
}
