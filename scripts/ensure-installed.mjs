// Installs what is missing before `npm start` and `npm test`, so that both work on a fresh clone. Plain JavaScript: nothing is
// installed yet when it runs. All it prints goes to standard error, because `npm start -- --json` owns standard output.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Sluice needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

const lock = createHash('sha256')
  .update(readFileSync(`${root}/package-lock.json`))
  .digest('hex');
const stamp = `${root}/node_modules/.sluice-installed`;
// `--stamp`: npm has just installed what the lockfile says (package.json, postinstall).
if (process.argv.includes('--stamp')) writeFileSync(stamp, lock);
else if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing dependencies (npm ci) …\n');
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) {
    process.stderr.write('npm ci failed; see above.\n');
    process.exit(installed.status ?? 1);
  }
  writeFileSync(stamp, lock);
}
