import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { readJson } from '../../core/artifact/json-text.ts';
import { versionName } from '../../core/values/identifiers.ts';
import { isInside } from '../pack/root.ts';

/** What the files around an application say of its name and version. */
export interface Named {
  /** The best first. */
  readonly names: readonly string[];
  readonly version: string | undefined;
}

const packageSchema = z.looseObject({ name: z.string().optional(), version: z.string().optional() });

/** Name and version of `package.json`, and the names of the folder and of those that it is in. @param root where these end */
export function namesOf(folder: string, root: string): Named {
  const real = realpathSync(folder);
  const { name, version } = packageIn(real);
  return {
    names: [...(name === undefined ? [] : [name]), ...foldersUpTo(real, root)],
    version: versionName.safeParse(version).data,
  };
}

function packageIn(folder: string): z.infer<typeof packageSchema> {
  const file = join(folder, 'package.json');
  // Not ours to judge: what is in it is used where it can be read.
  if (!existsSync(file)) return {};
  const reading = readJson(readFileSync(file));
  return 'fault' in reading ? {} : (packageSchema.safeParse(reading.document).data ?? {});
}

function foldersUpTo(folder: string, root: string): string[] {
  const above = dirname(folder);
  return [
    basename(folder),
    ...(above !== folder && folder !== root && isInside(root, above) ? foldersUpTo(above, root) : []),
  ];
}
