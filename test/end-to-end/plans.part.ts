import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { ListChangeSetsCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseList } from '../../core/contract/api/documents.ts';
import { planAsked, type PlanDocument, planDocument } from '../../core/contract/api/plans.ts';
import { planKey } from '../../core/artifact/plan-key.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { onApprovalRequest } from '../../local/approval-requests.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { sluice } from '../cli/command.ts';
import { readWholeLedger } from './ledger-rules.ts';
import { dropTiny, readEnd } from './release-end.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

// `sluice plan`: what an artifact would change that nobody has released, and what is left of having looked: nothing.

const production = '333333333333';
const folder = mkdtempSync(join(tmpdir(), 'sluice-plans-'));

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, production);
  onApprovalRequest(sandbox.aws, (request) => void request.decide('approve', 'Looks good'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sandbox.close();
});

const table = (key: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  },
});

/** The command, as whoever deployed the engine. */
async function plan(release: TinyRelease, ...more: readonly string[]) {
  const file = join(folder, `${release.service}-${release.version}.zip`);
  writeFileSync(file, packTiny(release).bytes);
  return sluice(sandbox.environment, ...more, 'plan', file);
}

/** The same without a process. */
async function planned(release: TinyRelease): Promise<PlanDocument> {
  const { bytes } = packTiny(release);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { service } = release;
  const { versionId } = await sandbox.engine.push(planKey(service, sha256), bytes);
  const asked = await sandbox.engine.call(planAsked, 'POST', '/v1/plans', { service, sha256, versionId });
  for (;;) {
    const found = await sandbox.engine.call(planDocument, 'GET', `/v1/plans/${asked.plan}`);
    if (found.state !== 'asked' && found.state !== 'looking') return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** All that the ledger has of a service, but for plans themselves. */
async function known(service: string): Promise<string[]> {
  const { items } = await readWholeLedger(sandbox);
  const mine = items.filter((item) => JSON.stringify(item).includes(`"${service}"`));
  return mine.map(({ pk, sk }) => `${String(pk)} ${String(sk)}`).filter((key) => !key.startsWith('plan#'));
}

async function changeSetsOf(StackName: string): Promise<string[]> {
  const { Summaries = [] } = await administrator.cloudFormation.send(new ListChangeSetsCommand({ StackName }));
  return Summaries.map(({ ChangeSetName = '' }) => ChangeSetName);
}

const stacks = ['open', 'production'].map((environment) => defaultStackName('planned', environment));
/** Once nothing is under way: an empty stack is deleted in a moment. */
const statuses = () => Promise.all(stacks.map((stack) => administrator.waitUntilAtRest(stack)));

describe('a plan', () => {
  it('of a service that is new: says what would be made, and leaves nothing', async () => {
    const ran = await plan({ service: 'planned', version: '1.0.0', resources: { Orders: table('id') } });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/^Plan of planned 1\.0\.0 \(plan-[0-9a-f]{32}\)\n\nopen\n/);
    for (const line of [
      '  Version: nothing (the first release there) → 1.0.0',
      '  What is lost: nothing that Sluice knows of',
      '  Approval: nobody is asked',
      '  Approval: 1 of robin@example.com',
      '  333333333333/us-east-1',
      '    Added',
      '      - Orders (AWS::DynamoDB::Table)',
      'Nothing was changed, and no release has begun.',
    ])
      expect(ran.stdout.split('\n')).toContain(line);
    expect(await statuses()).toEqual(['gone', 'gone']);
    expect(await known('planned')).toEqual([]);
    // The object's event begins nothing, under no name.
    for (const service of ['planned', 'unknown']) {
      const { releases } = await sandbox.engine.call(releaseList, 'GET', `/v1/releases?service=${service}`);
      expect(releases).toEqual([]);
    }
  });

  it('whose template is refused: every problem, and nothing is looked at', async () => {
    const Impossible = { Type: 'AWS::Sluice::Nothing', Properties: {} };
    const ran = await plan({ service: 'planned', version: '1.0.0', resources: { Impossible } }, '--json');
    expect(ran.code).toBe(7);
    expect(ran.stderr).toMatch(/would be rejected:.*Impossible/s);
    const found = planDocument.parse(JSON.parse(ran.stdout));
    expect([found.state, found.targets]).toEqual(['rejected', []]);
    expect(await statuses()).toEqual(['gone', 'gone']);
  });

  it(
    'that replaces a table: says so where people would decide, and that it is refused where nobody would',
    { tags: 'long' },
    async () => {
      const first = await dropTiny(sandbox.engine, { service: 'planned', version: '1.0.0', resources: { Orders: table('id') } }); // prettier-ignore
      expect((await readEnd(sandbox.engine, recorder, first)).end).toBe('Succeeded');
      const before = [await statuses(), await known('planned')];
      const ran = await plan(
        { service: 'planned', version: '1.1.0', resources: { Orders: table('number') } },
        '--json',
      );
      expect(ran.code).toBe(1);
      const [inOpen, inProduction] = planDocument.parse(JSON.parse(ran.stdout)).targets;
      expect(inOpen).toMatchObject({ environment: 'open', state: 'refused', inService: { version: '1.0.0' } });
      expect(inOpen?.refusals?.map(({ code }) => code)).toEqual(['SLUICE-401']);
      expect(inOpen?.refusals?.[0]?.sentence).toMatch(/Orders.+is replaced by a new, empty one.+requires no approval for open/); // prettier-ignore
      expect(inProduction).toMatchObject({ environment: 'production', state: 'seen' });
      for (const target of [inOpen, inProduction]) {
        const lost = target?.change?.warnings.filter(({ code }) => code === 'stateful-replaced');
        expect(lost?.map(({ logicalId }) => logicalId)).toEqual(['Orders']);
      }
      expect([await statuses(), await known('planned')]).toEqual(before);
      for (const stack of stacks) expect(await changeSetsOf(stack)).toEqual([]);
    },
  );

  it(
    'beside a release under way does not disturb it, whether the stack is there or not',
    { tags: 'long' },
    async () => {
      for (const version of ['1.0.0', '1.1.0']) {
        const id = await dropTiny(sandbox.engine, { service: 'beside', version });
        const plans: PlanDocument[] = [];
        for (let number = 1; number <= 3; number += 1)
          plans.push(await planned({ service: 'beside', version: `2.0.${number}` }));
        const release = await readEnd(sandbox.engine, recorder, id);
        expect([release.end, release.reason]).toEqual(['Succeeded', '']);
        expect(plans.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      }
      expect(await administrator.waitUntilAtRest(defaultStackName('beside', 'open'))).toBe('UPDATE_COMPLETE');
      expect(await changeSetsOf(defaultStackName('beside', 'open'))).toEqual([]);
    },
  );

  it('whose function dies each time leaves nothing once its machine has ended', { tags: 'long' }, async () => {
    const about = (input: unknown): boolean => JSON.stringify(input).includes('sluice-dying-open');
    sandbox.aws.faults.atCall(
      'killed when a change set of a plan was made',
      { service: 'cloudformation', operation: 'DescribeChangeSet', input: about, times: Infinity },
      { kind: 'kill', when: 'before' },
    );
    const found = await planned({ service: 'dying', version: '1.0.0' });
    expect(found).toMatchObject({ state: 'done', targets: [{ environment: 'open', state: 'unseen' }] });
    expect(await administrator.waitUntilAtRest(defaultStackName('dying', 'open'))).toBe('gone');
    expect(await known('dying')).toEqual([]);
  });
});

it('breaks no rule', async () => {
  sandbox.aws.faults.assertAllHappened();
  const mine = (release: string): boolean => /^(planned|beside|dying)-/.test(release);
  expect(await rules.brokenRules(mine)).toEqual([]);
});
