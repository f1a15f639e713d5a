import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { pack } from '../../cli/pack/pack.ts';
import { packElsewhere } from './pack-elsewhere.ts';
import { inTurn } from './play.ts';
import { applications } from './table.ts';
import { writeApplication } from './write-application.ts';

const OTHER = process.version.startsWith('v24.') ? '20.20.2' : '24.21.0';

it(`applications give the same bytes by Node.js ${process.version} and v${OTHER}`, async () => {
  const folders = await inTurn(applications, (application) => writeApplication(application, '1.0.0'));
  const npx = ['npx', '--yes', '--loglevel=error', `--package=node@${OTHER}`, '--', 'node'];
  const { node, digests } = await packElsewhere(folders, npx);
  expect(node).toBe(`v${OTHER}`);
  expect(digests).toEqual(folders.map((folder) => pack(folder).sha256));
  for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true });
});
