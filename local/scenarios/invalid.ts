import { replaceInFile } from '../scenario-runner.ts';
import { unzipSync, zipSync } from 'fflate';
import * as z from 'zod';
import type { Scenario } from './scenario.ts';

/** A broken artifact: nothing is deployed, and the rejection lists every problem at once. */
export const invalid: Scenario = {
  name: 'invalid',
  description:
    'a broken artifact (unknown field, unknown environment, an asset whose digest does not match its name) is rejected',
  expectedEnds: ['Rejected'],
  expectedLive: {},
  run: async (runner) => {
    const good = runner.pack('v1', (folder) => replaceInFile(folder, 'receipts/index.js', 'Total', 'Sum'));
    const files = unzipSync(good.bytes);
    const manifest = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(Buffer.from(files['release.json'] ?? []).toString('utf8')));
    const broken = { ...manifest, colour: 'red', rollout: { unknown: 'AllAtOnce' } };
    const [asset = ''] = Object.keys(files).filter((name) => name.startsWith('assets/'));
    const bytes = zipSync({
      ...files,
      'release.json': Buffer.from(JSON.stringify(broken)),
      [asset]: Buffer.from('tampered'),
    });
    await runner.release(good.key, bytes);
  },
};
