import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { committedReadme, readme } from '../scripts/readme.ts';

const root = path.resolve(import.meta.dirname, '..');

it('says what the code implements: `npm run readme` where it does not', async () => {
  expect(committedReadme()).toBe(await readme(committedReadme()));
});

it.each([
  ['first-steps', 'Hello from S3\n'],
  ['transforms', expect.stringMatching(/^\{.*"TopicName":"orders-test".*\}\n$/)],
])('shows the example %s, which runs', async (name, prints) => {
  const example = path.join('examples', `${name}.ts`);
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--import', 'tsx', example], {
    cwd: root,
  });
  expect(stdout).toEqual(prints);
});
