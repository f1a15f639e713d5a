import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { stage } from './stage.ts';

// `npm run package`: makes cli/dist/sluice-<version>.tgz, and prints its path.

const dist = path.resolve(import.meta.dirname, '..', 'dist');
const staged = path.join(dist, 'package');
await stage(staged);
const { status, stdout } = spawnSync('npm', ['pack', staged, '--pack-destination', dist], {
  cwd: dist,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
});
if (status === 0) process.stdout.write(`${path.join(dist, stdout.trim())}\n`);
process.exitCode = status ?? 1;
