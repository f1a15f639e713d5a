import { replaceInFile } from '../scenario-runner.ts';
import { goodOrder } from '../simulated-users.ts';
import type { Scenario } from './scenario.ts';

const BROKEN = '{"items":';

/** The alarm is firing before a release begins: first until users stop sending malformed orders, then for good. */
export const alreadyFiring: Scenario = {
  name: 'already-firing',
  description:
    'production’s alarm is firing before version 2 begins: it waits until the alarm is OK; version 2.1 waits for too long and ends Expired',
  expectedEnds: ['Succeeded', 'Succeeded', 'Expired'],
  expectedLive: { staging: '1.1.1', production: '1.1.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const users = await runner.startUsers('production', '333333333333', 10);
    users.orderBody = () => BROKEN;
    await runner.waitForAlarm('production');
    const calmed = runner.transitions.waitFor('orders-1.1.0-a1', 'alarmFiring').then(() => {
      users.orderBody = goodOrder;
    });
    await runner.releaseVersion('v2');
    await calmed;
    users.orderBody = () => BROKEN;
    await runner.waitForAlarm('production');
    await runner.releaseVersion('v2', (folder) => replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"'));
    users.stop();
  },
};
