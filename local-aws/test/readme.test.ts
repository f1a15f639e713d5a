import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { committedReadme, readme } from '../scripts/readme.ts';

const root = path.resolve(import.meta.dirname, '..');

it('says what the code implements: `npm run readme` where it does not', async () => {
  expect(committedReadme()).toBe(await readme(committedReadme()));
});

it('opens with an example that runs', async () => {
  const example = path.join('examples', 'first-steps.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--import', 'tsx', example], {
    cwd: root,
  });
  expect(stdout).toBe('Hello from S3\n');
});
