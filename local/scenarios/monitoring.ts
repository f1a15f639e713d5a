import { giftOrder, refuseGifts } from './gift-orders.ts';
import type { Scenario } from './scenario.ts';

const HOURS = 3;

/** Version 2 is good for hours: the policy keeps it armed for six, and users order what nobody tried after three. */
export const armed: Scenario = {
  name: 'armed',
  description: `version 2 has served everybody for ${HOURS} hours when users begin to order gifts, which it cannot: it was still armed, and is rolled back`,
  ends: ['Succeeded', 'RolledBack'],
  live: { staging: '1.1.0', production: '1.0.0' },
  policy: 'monitoring.json',
  play: async (theatre) => {
    const { clock } = theatre.stage.aws;
    const first = theatre.releaseVersion('v1');
    const gifts = theatre.watch.until('orders-1.1.0-a1', 'armed').then(async () => {
      await clock.sleep(HOURS * 3_600_000, 'users order what they always did');
      const letTimeRun = clock.hold();
      const users = await theatre.users('production', '333333333333', 10);
      users.ask = giftOrder;
      letTimeRun();
      return users;
    });
    await theatre.watch.until('orders-1.0.0-a1', 'armed');
    // Version 1 need not stay armed to the end: version 2 asks for the turn.
    await theatre.releaseVersion('v2', refuseGifts);
    (await gifts).stop();
    await first;
  },
};
