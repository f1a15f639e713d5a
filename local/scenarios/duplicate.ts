import type { Scenario } from './scenario.ts';

/** At least once is not exactly once. */
export const duplicate: Scenario = {
  name: 'duplicate',
  description: 'the same object event three times, and the same bytes uploaded again: one release',
  ends: ['Succeeded'],
  live: { staging: '1.0.0', production: '1.0.0' },
  play: async (theatre) => {
    const { key, bytes } = theatre.pack('v1');
    const known = new Set(await theatre.releaseIds());
    const dropped = await theatre.drop(key, bytes);
    await theatre.repeatObjectEvent(dropped);
    await theatre.repeatObjectEvent(dropped);
    const id = await theatre.appeared(known);
    await theatre.drop(key, bytes);
    await theatre.follow(id);
    await theatre.repeatObjectEvent(await theatre.drop(key, bytes));
    const releases = await theatre.releaseIds();
    if (releases.length !== 1) throw new Error(`One release was expected, and there are ${releases.join(', ')}`);
  },
};
