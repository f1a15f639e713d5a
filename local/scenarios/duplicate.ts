import type { Scenario } from './scenario.ts';

/** S3 delivers events at least once, and a team can upload the same artifact again. */
export const duplicate: Scenario = {
  name: 'duplicate',
  description: 'the same object event three times, and the same bytes uploaded again: one release',
  expectedEnds: ['Succeeded'],
  expectedLive: { staging: '1.0.0', production: '1.0.0' },
  run: async (runner) => {
    const { key, bytes } = runner.pack('v1');
    const known = new Set(await runner.releaseIds());
    const dropped = await runner.drop(key, bytes);
    await runner.repeatObjectEvent(dropped);
    await runner.repeatObjectEvent(dropped);
    const id = await runner.waitForNewRelease(known);
    await runner.drop(key, bytes);
    await runner.follow(id);
    await runner.repeatObjectEvent(await runner.drop(key, bytes));
    const releases = await runner.releaseIds();
    if (releases.length !== 1) throw new Error(`One release was expected, and there are ${releases.join(', ')}`);
  },
};
