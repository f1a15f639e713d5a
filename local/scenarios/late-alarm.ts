import { giftOrder, failOnGiftOrders } from './gift-orders.ts';
import type { Scenario } from './scenario.ts';

/** Version 2 works until users begin to order gifts, which no check sends. */
export const lateAlarm: Scenario = {
  name: 'late-alarm',
  description:
    'version 2 serves all users and bakes when they begin to order gifts, on which it fails: its alarm ends the bake, and it is rolled back',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const users = await runner.startUsers('production', '333333333333', 10);
    const giftsOrdered = runner.transitions.waitFor('orders-1.1.0-a1', 'bakeStarted').then(() => {
      users.orderBody = giftOrder;
    });
    await runner.releaseVersion('v2', failOnGiftOrders);
    await giftsOrdered;
    users.stop();
  },
};
