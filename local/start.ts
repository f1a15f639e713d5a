import { CommanderError } from 'commander';
import { CommandError, exitCode } from '../cli/exit-codes.ts';
import { readOptions } from './options.ts';
import { endWhenTold, keepTemporaryFilesTogether } from './own-process.ts';

// `npm start`: runs one scenario on a local AWS, and shows it on the terminal. What it needs takes seconds to load, so its first words
// come before that.

try {
  const options = readOptions(process.argv.slice(2));
  endWhenTold();
  keepTemporaryFilesTogether();
  if (!options.list) (options.json ? process.stderr : process.stdout).write('Sluice on a local AWS. Ctrl-C ends it.\n');
  const { demonstrate } = await import('./demonstration.ts');
  await demonstrate(options);
} catch (error) {
  if (process.argv.includes('--json') && codeOf(error) !== exitCode.ok)
    process.stdout.write(`${JSON.stringify(documentOf(error))}\n`);
  if (error instanceof CommandError) process.stderr.write(`${error.message}\n`);
  else if (!(error instanceof CommanderError))
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(codeOf(error));
}

/** The one document of a run that came to nothing. */
function documentOf(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  return { error: { ...(error instanceof CommandError ? error.details : {}), message } };
}

/** As `sluice` ends: 2 where the input is wrong. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.badInput;
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}
