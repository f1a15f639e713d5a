import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run test:alone`: installs and tests a copy of each workspace that needs nothing else of the repository, where nothing else of it is. */
const root = fileURLToPath(new URL('..', import.meta.url));

for (const name of ['local-aws', 'sam-transform']) {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  try {
    const filter = (file: string): boolean => path.basename(file) !== 'node_modules';
    cpSync(path.join(root, name), folder, { recursive: true, filter });
    for (const args of [['install', '--no-audit', '--no-fund'], ['test']])
      execFileSync('npm', args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
