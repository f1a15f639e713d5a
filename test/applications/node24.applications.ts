import { expect, it } from 'vitest';
import { packHereAndElsewhere } from './same-bytes.ts';
import { applications } from './table.ts';

const [version] = process.versions.node.split('.');
const OTHER = version === '24' ? 'node@20.20.2' : 'node@24.21.0';

it(`applications give the same bytes by Node.js ${process.version} and by ${OTHER}`, async () => {
  const { here, elsewhere } = await packHereAndElsewhere(applications, [
    ...['npx', '--yes', '--loglevel=error', `--package=${OTHER}`, '--', 'node'],
  ]);
  expect(Object.keys(elsewhere)).toHaveLength(30);
  expect(elsewhere).toEqual(here);
});
