import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const answer = z.object({ node: z.string(), digests: z.array(z.string()) });
const run = promisify(execFile);
const PROGRAM = new URL('elsewhere.ts', import.meta.url).pathname;

/**
 * Packs copies of folders, each in a repository of its own, in another time zone and language, with another umask, with files listed in
 * another order, and by another Node.js where one is given.
 * @param node the command that runs it @returns the digests in the folders' order, and the version of Node.js
 */
export async function packElsewhere(
  folders: readonly string[],
  node: readonly string[] = [process.execPath],
): Promise<z.infer<typeof answer>> {
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'app-elsewhere-'));
  try {
    const command = [...node, '--no-warnings', '--import', 'tsx', PROGRAM, ...copiesIn(place, folders)];
    const { stdout } = await run('sh', ['-c', 'umask 077 && exec "$@"', 'sh', ...command], {
      env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' },
    });
    return answer.parse(JSON.parse(stdout));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Copies are written with another umask, and later. */
function copiesIn(place: string, folders: readonly string[]): string[] {
  const before = process.umask(0o077);
  try {
    return folders.map((folder) => {
      const repository = join(place, basename(dirname(folder)));
      cpSync(dirname(folder), repository, { recursive: true });
      return join(repository, basename(folder));
    });
  } finally {
    process.umask(before);
  }
}
