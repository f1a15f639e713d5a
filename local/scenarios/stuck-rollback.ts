import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { interventionDocument } from '../../core/contract/api/actions.ts';
import { environmentDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName, executionRoleName } from '../../core/contract/names.ts';
import { connectAsReleaseManager, recordPages } from '../operators.ts';
import { ENGINE } from '../sandbox.ts';
import { replaceInFile, type ScenarioRunner } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const production = { account: '333333333333', region: ENGINE.region };
const role = executionRoleName(production.region, 'orders');
const stack = defaultStackName('orders', 'production');
const path = '/v1/environments/orders/production';

/** Version 2 is bad, and CloudFormation has lost a permission that its rollback needs. */
export const stuckRollback: Scenario = {
  name: 'stuck-rollback',
  description:
    'version 2 is bad in production, and CloudFormation may no longer change functions there: Failed, quarantined, paged; an operator repairs the stack and clears the environment for version 2.1',
  expectedEnds: ['Succeeded', 'Failed', 'Succeeded'],
  expectedLive: { staging: '1.1.1', production: '1.1.1' },
  run: async (runner) => {
    const first = runner.pack('v1');
    await runner.release(first.key, first.bytes);
    const pages = recordPages(runner.sandbox.aws);
    const denied = denyWhenTrafficShifts(runner);
    const bad = runner.pack('v2', badForUsersOf(production.account));
    const failed = await runner.release(bad.key, bad.bytes);
    await denied();

    const known = new Set(await runner.releaseIds());
    const fixed = runner.pack('v2', (folder) => replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"'));
    await runner.drop(fixed.key, fixed.bytes);
    const next = await runner.waitForNewRelease(known);
    await runner.waitForTransition(
      next,
      ({ type, environment }) => type === 'turnRequested' && environment === 'production',
    );
    expectEqual('pages', pages().length, 1);
    expectEqual('the page', pages()[0]?.includes(`${failed.release.id} ended as Failed in production`), true);
    const standing = await runner.sandbox.engine.call(environmentDocument, 'GET', path);
    expectEqual('the release that quarantined production', standing.quarantine?.release, failed.release.id);
    expectEqual('the waiting releases', standing.waiters.map(({ release }) => release).join(), next);

    await repair(runner);
    const manager = await connectAsReleaseManager(runner.sandbox);
    const reason = 'Permission given back, rollback continued by hand';
    await manager.call(interventionDocument, 'POST', `${path}/clearance`, { reason });
    await runner.follow(next);
    expectEqual('pages', pages().length, 1);
  },
};

/** Version 2 gives bad answers, but only through the alias, and only in one account. */
function badForUsersOf(account: string): (folder: string) => void {
  return (folder) => {
    replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${BAD}\n`);
    replaceInFile(folder, 'orders/index.js', 'ACCOUNT', account);
  };
}

const BAD =
  'if (event.ping && /:ACCOUNT:.*:live$/.test(context.invokedFunctionArn)) return { ok: false, version: VERSION };';

/** Denies CloudFormation changes to functions once traffic shifts in production. @returns waits for that, and fails without it */
function denyWhenTrafficShifts({ sandbox: { aws } }: ScenarioRunner): () => Promise<void> {
  const iam = aws.client(IAMClient, production);
  let denied: Promise<unknown> | undefined;
  const stop = aws.kernel.onObservation((observation) => {
    if (observation.kind !== 'event' || observation.account !== production.account) return;
    if (observation.source !== 'aws.codedeploy') return;
    stop();
    const Statement = { Effect: 'Deny', Action: 'lambda:UpdateFunctionCode', Resource: '*' };
    denied ??= iam.send(
      new PutRolePolicyCommand({
        RoleName: role,
        PolicyName: 'freeze',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  });
  return async () => {
    if (denied === undefined) throw new Error('No traffic shifted in production: no permission was denied.');
    await denied;
  };
}

/** The manual repair: restores the permission, and lets CloudFormation finish its rollback. */
async function repair({ sandbox: { aws } }: ScenarioRunner): Promise<void> {
  await aws.client(IAMClient, production).send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: 'freeze' }));
  const cloudFormation = aws.client(CloudFormationClient, production);
  const status = async (): Promise<string> => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks?.[0]?.StackStatus ?? 'gone';
  };
  expectEqual('the stack', await status(), 'UPDATE_ROLLBACK_FAILED');
  await cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: stack }));
  for (let look = 0; (await status()).endsWith('_IN_PROGRESS') && look < 100; look += 1)
    await aws.clock.sleep(5_000, 'the operator reads the status again');
  expectEqual('the stack', await status(), 'UPDATE_ROLLBACK_COMPLETE');
}

function expectEqual(what: string, actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${what}: expected ${String(wanted)}, and found ${String(actual)}`);
}
