import { giftOrder, refuseGifts } from './gift-orders.ts';
import type { Scenario } from './scenario.ts';

/** Version 2 is good until users order what nobody tried. */
export const lateAlarm: Scenario = {
  name: 'late-alarm',
  description:
    'version 2 serves everybody and bakes when users begin to order gifts, which it cannot: its alarm ends the bake, and it is rolled back',
  ends: ['Succeeded', 'RolledBack'],
  live: { staging: '1.1.0', production: '1.0.0' },
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    const users = await theatre.users('production', '333333333333', 10);
    const gifts = theatre.watch.until('orders-1.1.0-a1', 'bakeStarted').then(() => {
      users.ask = giftOrder;
    });
    await theatre.releaseVersion('v2', refuseGifts);
    await gifts;
    users.stop();
  },
};
