import { spawnSync } from 'node:child_process';

/** Why tests of Python's functions cannot run on this machine; undefined where they can. */
export const whyNoPython: string | undefined =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0
    ? undefined
    : 'there is no python3 (3.9 or later) on the PATH';

/** The title of tests that take Python: it says why they are skipped where they are. */
export function withPython(title: string): string {
  return whyNoPython === undefined ? title : `${title} (SKIPPED: ${whyNoPython})`;
}
