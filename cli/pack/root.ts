import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CommandError, exitCode } from '../exit-codes.ts';

/**
 * The folder that all code has to be in, as it really is, without links: the one that is given, else the repository that the
 * application is in, else the application's own folder. @throws CommandError
 */
export function rootOf(folder: string, given: string | undefined): string {
  const application = realpathSync(folder);
  if (given === undefined) return repositoryOf(application) ?? application;
  if (!existsSync(given) || !statSync(given).isDirectory())
    throw new CommandError(`There is no folder ${given} for --root.`, exitCode.badInput, {
      code: 'cli.folder-missing',
    });
  const root = realpathSync(given);
  if (isInside(root, application)) return root;
  throw new CommandError(`${folder} is not inside ${given}: --root names a folder that it is in.`, exitCode.badInput, {
    code: 'cli.root-elsewhere',
  });
}

/** Is a path in a folder, or the folder itself? Both without links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = resolve(dirname(folder));
  return above === folder ? undefined : repositoryOf(above);
}
