import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { interventionDocument, environmentDocument } from '../../core/contract/api/documents.ts';
import { serviceStackName, targetRoleName } from '../../core/contract/names.ts';
import { releaseManager, watchPages } from '../operators.ts';
import { ENGINE } from '../sandbox.ts';
import { replaceInFile, type Theatre } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const production = { account: '333333333333', region: ENGINE.region };
const role = targetRoleName('cloudformation', production.region);
const stack = serviceStackName('orders', 'production');
const path = '/v1/environments/orders/production';

/** The worst day: version 2 is bad, and meanwhile somebody took away what undoing it takes. */
export const stuckRollback: Scenario = {
  name: 'stuck-rollback',
  description:
    'version 2 is bad in production, and CloudFormation may no longer change functions there: Failed, quarantined, paged; repaired and cleared by a person, who lets version 2.1 in',
  ends: ['Succeeded', 'Failed', 'Succeeded'],
  live: { staging: '1.1.1', production: '1.1.1' },
  play: async (theatre) => {
    const first = theatre.pack('v1');
    await theatre.release(first.key, first.bytes);
    const pages = watchPages(theatre.stage.aws);
    const taken = takeRightsAway(theatre);
    const bad = theatre.pack('v2', badForUsersOf(production.account));
    const failed = await theatre.release(bad.key, bad.bytes);
    await taken();

    const known = new Set(await theatre.releaseIds());
    const fixed = theatre.pack('v2', (folder) => replaceInFile(folder, 'release.json', '"1.1.0"', '"1.1.1"'));
    await theatre.drop(fixed.key, fixed.bytes);
    const next = await theatre.appeared(known);
    await theatre.until(next, ({ type, environment }) => type === 'turnRequested' && environment === 'production');
    expectOf('pages', pages().length, 1);
    expectOf('the page', pages()[0]?.includes(`${failed.release.id} ended as Failed in production`), true);
    const standing = await theatre.stage.engine.call(environmentDocument, 'GET', path);
    expectOf('who left production unclean', standing.quarantine?.release, failed.release.id);
    expectOf('who waits', standing.waiters.map(({ release }) => release).join(), next);

    await repair(theatre);
    const manager = await releaseManager(theatre.stage);
    const reason = 'Permission given back, rollback continued by hand';
    await manager.call(interventionDocument, 'POST', `${path}/clearance`, { reason });
    await theatre.follow(next);
    expectOf('pages', pages().length, 1);
  },
};

/** Version 2 answers badly, but only to those who come by the alias, and only in one account. */
function badForUsersOf(account: string): (folder: string) => void {
  return (folder) => {
    replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${BAD}\n`);
    replaceInFile(folder, 'orders/index.js', 'ACCOUNT', account);
  };
}

const BAD =
  'if (event.ping && /:ACCOUNT:.*:live$/.test(context.invokedFunctionArn)) return { ok: false, version: VERSION };';

/** As soon as traffic moves in production. @returns waits for it, and fails when it did not happen */
function takeRightsAway({ stage: { aws } }: Theatre): () => Promise<void> {
  const iam = aws.client(IAMClient, production);
  let taken: Promise<unknown> | undefined;
  const stop = aws.kernel.onObservation((observation) => {
    if (observation.kind !== 'event' || observation.account !== production.account) return;
    if (observation.source !== 'aws.codedeploy') return;
    stop();
    const Statement = { Effect: 'Deny', Action: 'lambda:UpdateFunctionCode', Resource: '*' };
    taken ??= iam.send(
      new PutRolePolicyCommand({
        RoleName: role,
        PolicyName: 'freeze',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  });
  return async () => {
    if (taken === undefined) throw new Error('No traffic moved in production: nothing was taken away.');
    await taken;
  };
}

/** What a person does by hand: gives the permission back, and lets CloudFormation finish its rollback. */
async function repair({ stage: { aws } }: Theatre): Promise<void> {
  await aws.client(IAMClient, production).send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: 'freeze' }));
  const cloudFormation = aws.client(CloudFormationClient, production);
  const status = async (): Promise<string> => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks?.[0]?.StackStatus ?? 'gone';
  };
  expectOf('the stack', await status(), 'UPDATE_ROLLBACK_FAILED');
  await cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: stack }));
  for (let look = 0; (await status()).endsWith('_IN_PROGRESS') && look < 100; look += 1)
    await aws.clock.sleep(5_000, 'a person looks again');
  expectOf('the stack', await status(), 'UPDATE_ROLLBACK_COMPLETE');
}

function expectOf(what: string, actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${what}: expected ${String(wanted)}, and found ${String(actual)}`);
}
