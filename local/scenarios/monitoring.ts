import { giftOrder, failOnGiftOrders } from './gift-orders.ts';
import type { Scenario } from './scenario.ts';

const HOURS = 3;

/** The policy monitors version 2 for six hours after its bake; after three hours users begin to order gifts, on which it fails. */
export const monitoring: Scenario = {
  name: 'monitoring',
  description: `version 2 has served all users for ${HOURS} hours when they begin to order gifts, on which it fails: it is still monitored, and is rolled back`,
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  policy: 'monitoring.json',
  run: async (runner) => {
    const { clock } = runner.sandbox.aws;
    const first = runner.releaseVersion('v1');
    const giftsOrdered = runner.transitions.waitFor('orders-1.1.0-a1', 'monitoringStarted').then(async () => {
      await clock.sleep(HOURS * 3_600_000, 'users order what every version accepts');
      const letTimeRun = clock.hold();
      const users = await runner.startUsers('production', '333333333333', 10);
      users.orderBody = giftOrder;
      letTimeRun();
      return users;
    });
    await runner.transitions.waitFor('orders-1.0.0-a1', 'monitoringStarted');
    // Version 2 requests the turn, which ends the monitoring of version 1.
    await runner.releaseVersion('v2', failOnGiftOrders);
    (await giftsOrdered).stop();
    await first;
  },
};
