import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from '../pack/root.ts';

/** The schema's name, in the package and as a copy. */
export const editorSchemaFile = 'release.schema.json';

/** Where an editor finds the schema of a manifest. */
export interface EditorSchema {
  /** What `$schema` says: a path from the manifest. */
  readonly path: string;
  /** A file that has to be written beside the manifest for it. */
  readonly copy?: Uint8Array;
}

/**
 * The schema of this command, as everybody who has the application's files finds it: in the package, where that is a dependency of the
 * application (or both are in one repository); else in a copy beside the manifest, because nobody else has this machine's paths.
 * @param root folder of the repository, without links
 */
export function editorSchema(folder: string, root: string): EditorSchema {
  const real = realpathSync(folder);
  const installed = [...upTo(real, root)]
    .map((one) => join(one, 'node_modules', 'sluice', editorSchemaFile))
    .find((file) => existsSync(file));
  const own = ownSchema();
  const found = installed ?? (isInside(root, own) ? own : undefined);
  if (found !== undefined) return { path: asPath(relative(real, found)) };
  return { path: `./${editorSchemaFile}`, copy: readFileSync(own) };
}

/** The schema that goes with this command: in its package, or in the repository that it runs from. */
function ownSchema(folder = dirname(fileURLToPath(import.meta.url))): string {
  const file = join(folder, editorSchemaFile);
  const above = dirname(folder);
  return above === folder || existsSync(file) ? file : ownSchema(above);
}

function upTo(folder: string, root: string): string[] {
  const above = dirname(folder);
  return folder === root || above === folder ? [folder] : [folder, ...upTo(above, root)];
}

function asPath(path: string): string {
  const plain = path.split(sep).join('/');
  return plain.startsWith('.') ? plain : `./${plain}`;
}
