import { demandDocument } from '../../core/contract/api/actions.ts';
import { connectAsReleaseManager } from '../operators.ts';
import type { Scenario } from './scenario.ts';

/** What staging would keep for an hour is brought to production at once, with an approval. */
export const hotfix: Scenario = {
  name: 'hotfix',
  description:
    'version 2 bakes in staging for an hour when a release manager promotes it to production as a hotfix: it is approved there, and serves before staging is done',
  expectedEnds: ['Succeeded', 'Succeeded', 'Superseded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  policy: 'hotfix.json',
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const manager = await connectAsReleaseManager(runner.sandbox);
    const known = new Set(await runner.releaseIds());
    const { key, bytes } = runner.pack('v2');
    await runner.drop(key, bytes);
    const slow = await runner.waitForNewRelease(known);
    await runner.transitions.waitFor(slow, 'bakeStarted');
    const body = { version: '1.1.0', hotfix: true, reason: 'Customers cannot pay.' };
    const path = '/v1/environments/orders/production/promote';
    const { release = '' } = await manager.call(demandDocument, 'POST', path, body);
    const { transitions } = await runner.follow(release);
    const [received] = transitions;
    runner.expect(
      received?.actor === 'robin@example.com' && received.reason === body.reason,
      `the ledger says who brought it, and why: ${received?.actor ?? 'nobody'}, "${received?.reason ?? ''}"`,
    );
    await runner.follow(slow);
  },
};
