import { replaceInFile } from '../scenario-runner.ts';
import { goodOrder } from '../simulated-users.ts';
import type { Scenario } from './scenario.ts';

const BROKEN = '{"items":';

/** The alarm is red before anything starts: first until users stop sending what nobody can read, then for good. */
export const alreadyRed: Scenario = {
  name: 'already-red',
  description:
    'production’s alarm is red before version 2 begins: it waits, and begins when it is green; the next one waits in vain and ends Expired',
  ends: ['Succeeded', 'Succeeded', 'Expired'],
  live: { staging: '1.1.1', production: '1.1.0' },
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    const users = await theatre.users('production', '333333333333', 10);
    users.ask = () => BROKEN;
    await theatre.alarmTurnsRed('production');
    const calmed = theatre.watch.until('orders-1.1.0-a1', 'alarmRed').then(() => {
      users.ask = goodOrder;
    });
    await theatre.releaseVersion('v2');
    await calmed;
    users.ask = () => BROKEN;
    await theatre.alarmTurnsRed('production');
    await theatre.releaseVersion('v2', (folder) => replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"'));
    users.stop();
  },
};
