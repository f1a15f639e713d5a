import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { pack } from '../../cli/pack/pack.ts';
import type { Application } from './application.ts';
import { writeApplication } from './write-application.ts';

const run = promisify(execFile);
const PROGRAM = new URL('pack-elsewhere.ts', import.meta.url).pathname;

/**
 * Packs applications here, and copies of them in another time zone, with another umask, with files listed in another order, and by another
 * Node.js where one is given.
 * @param node the command that runs it @returns digests of both, by application
 */
export async function packHereAndElsewhere(
  applications: readonly Application[],
  node: readonly string[] = [process.execPath],
): Promise<{ readonly here: Record<string, string>; readonly elsewhere: Record<string, string> }> {
  const folders: string[] = [];
  for (const application of applications) folders.push(await writeApplication(application, '1.0.0'));
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'app-elsewhere-'));
  try {
    const copies = copiesIn(place, folders);
    const command = [...node, '--no-warnings', '--import', 'tsx', PROGRAM, ...copies];
    const { stdout } = await run('sh', ['-c', 'umask 077 && exec "$@"', 'sh', ...command], {
      env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' },
    });
    const digests = z.array(z.string()).parse(JSON.parse(stdout));
    const named = (of: (index: number) => string) =>
      Object.fromEntries(applications.map(({ name }, index) => [name, of(index)]));
    return {
      here: named((index) => pack(folders[index] ?? '').sha256),
      elsewhere: named((index) => digests[index] ?? 'none'),
    };
  } finally {
    for (const folder of [...folders.map(dirname), place]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies are written with another umask, later, and from the last file to the first. */
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
