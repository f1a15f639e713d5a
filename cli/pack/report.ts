import { truncateProblems } from '../../core/artifact/listing.ts';
import { problemLine, type Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';

/** What is wrong with a file. */
export interface WrongFile {
  /** As a person would look for it. */
  readonly file: string;
  readonly problems: readonly Problem[];
}

/** Tells everything that is wrong at once, by file. @throws CommandError always */
export function refuseWrong(files: readonly WrongFile[]): never {
  const told = truncateProblems(files.flatMap(({ problems }) => problems));
  const lines = files.flatMap(({ file, problems }) => {
    const own = problems.filter((one) => told.includes(one));
    return own.length === 0 ? [] : [`${file} cannot be packed:`, ...own.map(problemLine)];
  });
  const more = told.filter((one) => !files.some(({ problems }) => problems.includes(one)));
  const sentence = [...lines, ...more.map(problemLine)].join('\n');
  throw new CommandError(sentence, exitCode.badInput, { code: 'cli.cannot-pack', problems: told });
}
