import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findScenario } from '../../../local/scenarios/all.ts';
import { synthesizeAll } from '../synthesize-all.ts';
import { expectScenarioPasses } from './expect-scenario.ts';

// A sample: `npm run scenarios` plays what other policies make of it, too.
it('targets in waves are rolled back side by side where one of six fails', { tags: 'long' }, async () => {
  const { policy } = findScenario('waves');
  expect(policy).toBeDefined();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-waves-'));
  try {
    await synthesizeAll(folder, new Map([['waves', join('local/scenarios/policies', policy ?? '')]]));
    await expectScenarioPasses('waves', 'max', join(folder, 'waves'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
