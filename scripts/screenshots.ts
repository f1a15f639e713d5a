import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** `npm run screenshots [-- FOLDER]`: a picture of each page, at 1280 and 390 pixels, in light and dark. The tests in the browser take them. */

const folder = path.resolve(process.argv[2] ?? 'screenshots');
mkdirSync(folder, { recursive: true });
const vitest = path.resolve('node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'browser'], {
  stdio: 'inherit',
  env: { ...process.env, SCREENSHOTS: folder },
});
const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
process.stdout.write(`${pictures.length} pictures in ${folder}\n`);
process.exitCode = status ?? 1;
