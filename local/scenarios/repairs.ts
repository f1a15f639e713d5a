import { recordedObject } from '../../core/checks/evidence.ts';
import { interventionDocument } from '../../core/contract/api/actions.ts';
import { evidencePage } from '../../core/contract/api/evidence.ts';
import { connectAsReleaseManager } from '../operators.ts';
import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

/** The alarm that a fix would cure keeps the fix out, until a person lets it in. */
export const repairs: Scenario = {
  name: 'repairs',
  description:
    'production’s alarm is firing for an error that version 2 mends: a release manager lets it in, by name and with a reason; users move to it while the alarm still fires, and the bake finds it OK',
  expectedEnds: ['Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const users = await runner.startUsers('production', '333333333333', 10);
    users.orderBody = () => '{"items":';
    await runner.waitForAlarm('production');
    const known = new Set(await runner.releaseIds());
    const fix = runner.pack('v2', acceptMalformedOrders);
    await runner.drop(fix.key, fix.bytes);
    const release = await runner.waitForNewRelease(known);
    await runner.waitForTransition(release, ({ type }) => type === 'alarmFiring');
    const manager = await connectAsReleaseManager(runner.sandbox);
    const body = { release, reason: 'This is what mends it' };
    await manager.call(interventionDocument, 'POST', '/v1/environments/orders/production/repair', body);
    const { transitions } = await runner.follow(release);
    users.stop();
    const letIn = transitions.find(({ type }) => type === 'alarmsOverridden');
    runner.expect(
      letIn?.actor === 'robin@example.com' && letIn.reason === body.reason,
      `the ledger says who let it in, and why: ${letIn?.actor ?? 'nobody'}, "${letIn?.reason ?? ''}"`,
    );
    const judged = transitions.find((one) => one.type === 'judged' && one.environment === 'production');
    const sha256 = recordedObject(judged?.evidence)?.object.sha256 ?? '';
    const evidence = await manager.call(evidencePage, 'GET', `/v1/releases/${release}/evidence/${sha256}`);
    const verdicts = 'verdicts' in evidence ? evidence.verdicts : [];
    const ofAlarm = verdicts.find(({ check }) => check.endsWith(' alarm OrdersErrorAlarm'));
    runner.expect(ofAlarm?.verdict === 'passed' && ofAlarm.sentence === 'is OK.', 'after the bake the alarm is OK');
  },
};

/** A malformed order is refused, where version 1 breaks. */
function acceptMalformedOrders(folder: string): void {
  replaceInFile(folder, 'orders/index.js', "JSON.parse(body || '{}')", "read(body || '{}')");
  replaceInFile(
    folder,
    'orders/index.js',
    'async function takeOrder',
    'function read(text) {\n  try {\n    return JSON.parse(text);\n  } catch {\n    return {};\n  }\n}\n\nasync function takeOrder',
  );
}
