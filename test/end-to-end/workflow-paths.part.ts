import { allTransitions } from '../../cli/follow.ts';
import { metricIdentities } from '../../core/contract/engine-metrics.ts';
import { releaseDocument, sessionDocument } from '../../core/contract/api/documents.ts';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { defaultStackName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { onApprovalRequest, type ApprovalRequest } from '../../local/approval-requests.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { postDecision } from './approval-link.ts';
import { crawl, type Visited } from './crawler.ts';
import { readEngineMetrics, spellMetric } from './engine-metrics.ts';
import { pathsOf } from './execution-paths.ts';
import { readRowsAtRest } from './ledger-rules.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

// The real state machines with the real functions: which states a release goes through. Each service takes another way, all at
// once in one sandbox.

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
/** What a service's approver does; approves, where nothing is said. */
const approvers = new Map<string, (request: ApprovalRequest) => void>();

beforeAll(async () => {
  // Of the upload whose receiving function died.
  const deadLetters = /sluice-receive.*lost\/1\.0\.0\.zip/;
  sandbox = await enterSandbox({ deadLetters });
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  onApprovalRequest(sandbox.aws, (request) => {
    const decide = approvers.get(request.release.split('-')[0] ?? '') ?? approve;
    decide(request);
  });
});
afterAll(() => sandbox.close());

const approve = (request: ApprovalRequest): void => void request.decide('approve', 'Looks good');

/** Drops a version. @returns the release that comes of it */
async function drop(release: TinyRelease): Promise<string> {
  const { key, bytes } = packTiny(release);
  await sandbox.engine.push(key, bytes);
  return formatReleaseId({ ...release, attempt: 1 });
}

/** Drops a version and waits until its release has ended. */
async function play(release: TinyRelease): Promise<string> {
  const id = await drop(release);
  await recorder.waitFor(id, 'ended');
  return id;
}

const begin = ['Validate artifact', 'For each environment', 'Is approval asked?'];
const asked = ['Look ahead', 'Ask for approval'];
const toTarget = ['Wait for turn', 'For each wave', 'For each target', 'Deploy target'];
const deployed = [...toTarget, 'Did every target deploy?', 'Wave deployed'];
const notDeployed = [...toTarget, 'Do the others continue?', 'Target not deployed'];
const baked = ['For each period', 'Bake or monitor', 'Judge the period'];
const settled = ['For each target to settle', 'Settle target'];
const end = ['Complete', 'Ended clean?', 'Ended'];
const nothingToUndo = ['Plan the rollback', 'For each target to roll back', 'For each target that is kept', ...end];
const undone = [
  'Plan the rollback',
  'For each target to roll back',
  'Roll back target',
  'For each target that is kept',
  ...end,
];

const deployment = {
  machine: 'deploy-target',
  states: ['Prepare and apply', 'Verify new version', 'Shift traffic', 'Check'],
};
const rollback = {
  machine: 'roll-back-target',
  states: ['Restore traffic', 'Restore stack', 'Check what serves'],
};
const release = (...states: string[]): { machine: string; states: string[] } => ({ machine: 'release', states });

// Vitest plays five at a time: those that take longest come first.
describe.concurrent('the states a release goes through', () => {
  it('promoted: staging, then production by approval and canary', async ({ expect: expects }) => {
    await play({ service: 'promoted', version: '1.0.0' });
    const id = await play({ service: 'promoted', version: '1.1.0', answer: '{ ok: "still" }' });
    const staging = [...begin, ...deployed, 'For each period', ...settled];
    const production = ['Is approval asked?', ...asked, ...deployed, ...baked, ...settled];
    expects(await pathsOf(sandbox, id)).toEqual([release(...staging, ...production, ...end), deployment, deployment]);
  });

  it('rolled back: a smoke check fails once users are on the new version', async ({ expect: expects }) => {
    await play({ service: 'unhealthy', version: '1.0.0' });
    const id = await play({
      service: 'unhealthy',
      version: '1.1.0',
      answer: '{ ok: !context.invokedFunctionArn.endsWith(":live") }',
      manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] } },
    });
    expects(await pathsOf(sandbox, id)).toEqual([
      release(...begin, ...asked, ...notDeployed, ...undone),
      deployment,
      rollback,
    ]);
  });

  it('rolled back: changes to data are undone by a function of the new version', async ({ expect: expects }) => {
    const dataChanges = { reversible: false, recovery: 'Function' };
    await play({ service: 'recovered', version: '1.0.0' });
    const id = await play({
      service: 'recovered',
      version: '1.1.0',
      answer: '{ ok: !context.invokedFunctionArn.endsWith(":live") }',
      manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] }, dataChanges },
    });
    const states = ['Restore traffic', 'Restore stack', 'Undo changes to data', 'Restore stack', 'Check what serves'];
    expects(await pathsOf(sandbox, id)).toEqual([
      release(...begin, ...asked, ...notDeployed, ...undone),
      deployment,
      { machine: 'roll-back-target', states },
    ]);
    const told = (await allTransitions(sandbox.engine, id)).map(({ type }) => type);
    const back = ['rollbackStarted', 'trafficRestored', 'recoveryStarted', 'recovered', 'stackRestoreStarted'];
    expects(told.slice(told.indexOf('rollbackStarted'))).toEqual([
      ...[...back, 'stackRestored', 'rolledBack', 'turnGivenBack', 'ended'],
    ]);
  });

  it('not clean: the function that undoes changes to data fails', { tags: 'long' }, async ({ expect: expects }) => {
    const dataChanges = { reversible: false, recovery: 'Function' };
    const id = await play({
      service: 'unrecovered',
      version: '1.0.0',
      answer:
        '(() => { if (event?.idempotencyKey) throw new Error("no backup"); return { ok: !context.invokedFunctionArn.endsWith(":live") }; })()',
      manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] }, dataChanges },
    });
    const left = ['Roll back target', 'Record rollback failure', 'For each target that is kept'];
    expects(await pathsOf(sandbox, id)).toEqual([
      release(
        ...[...begin, ...asked, ...notDeployed, 'Plan the rollback', 'For each target to roll back', ...left],
        ...['Complete', 'Ended clean?', 'Not clean'],
      ),
      deployment,
      { machine: 'roll-back-target', states: ['Restore traffic', 'Restore stack', 'Undo changes to data'] },
    ]);
    const failed = (await allTransitions(sandbox.engine, id)).filter(({ type }) => type === 'rollbackFailed');
    expects(failed.map(({ reason }) => reason)).toEqual([
      expects.stringContaining('failed: Error with a message of 9 characters (its log has more)'),
    ]);
  });

  it(
    'promoted, and left to settle: the engine may not change the stack any more',
    { tags: 'long' },
    async ({ expect: expects }) => {
      await play({ service: 'unsettled', version: '1.0.0' });
      const isProduction = z.object({ StackName: z.string().includes(defaultStackName('unsettled', 'production')) });
      sandbox.aws.faults.atCall(
        'no second change in production',
        {
          service: 'cloudformation',
          operation: 'ExecuteChangeSet',
          input: (input) => isProduction.safeParse(input).success,
          ...{ nth: 2, times: Infinity },
        },
        { kind: 'error', code: 'AccessDenied', status: 403 },
      );
      const id = await play({ service: 'unsettled', version: '1.1.0', answer: '{ ok: "still" }' });
      expects(sandbox.aws.faults.unused()).not.toContain('no second change in production');
      const staging = [...begin, ...deployed, 'For each period', ...settled];
      const production = ['Is approval asked?', ...asked, ...deployed, ...baked, ...settled];
      expects(await pathsOf(sandbox, id)).toEqual([
        release(...staging, ...production, 'Record settle failure', ...end),
        deployment,
        deployment,
      ]);
      const item = await sandbox.engine.call(releaseDocument, 'GET', `/v1/releases/${id}`);
      expects(item.status).toBe('Succeeded');
    },
  );

  it('superseded: a newer one came while it waited for the turn', async ({ expect: expects }) => {
    const holder = await drop({ service: 'queued', version: '1.0.0' });
    await recorder.waitFor(holder, 'bakeStarted');
    const letTimeRun = sandbox.aws.clock.hold();
    const older = await drop({ service: 'queued', version: '1.1.0', answer: '1' });
    await recorder.waitFor(older, 'turnRequested');
    const newer = await drop({ service: 'queued', version: '1.2.0', answer: '2' });
    await recorder.waitFor(older, 'ended');
    letTimeRun();
    await Promise.all([holder, newer].map((id) => recorder.waitFor(id, 'ended')));
    const whole = [release(...begin, ...deployed, ...baked, ...settled, ...end), deployment];
    expects(await pathsOf(sandbox, older)).toEqual([release(...begin, 'Wait for turn', ...nothingToUndo)]);
    expects(await pathsOf(sandbox, holder)).toEqual(whole);
    expects(await pathsOf(sandbox, newer)).toEqual(whole);
  });

  it('asked again: the change is not the one that was approved', async ({ expect: expects }) => {
    await play({ service: 'voided', version: '1.0.0' });
    const log = { Log: { Type: 'AWS::Logs::LogGroup' } };
    const firstAsked = new Promise<ApprovalRequest>((resolve) => approvers.set('voided', resolve));
    const id = await drop({ service: 'voided', version: '1.1.0', answer: '1', resources: log });
    const first = await firstAsked;
    first.decidedElsewhere();
    approvers.delete('voided');
    await addByHand('voided', log);
    await first.decide('approve', 'The new log group is fine');
    await recorder.waitFor(id, 'ended');
    const voided = [...notDeployed];
    expects(await pathsOf(sandbox, id)).toEqual([
      release(...begin, ...asked, ...voided, ...asked, ...deployed, ...baked, ...settled, ...end),
      { machine: 'deploy-target', states: ['Prepare and apply'] },
      deployment,
    ]);
  });

  it(
    'let in by two people, one of security among them; then by nobody, as no permissions change',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const links = linksOf('quorum-1.0.0');
      const asking = new Promise<ApprovalRequest>((resolve) => approvers.set('quorum', resolve));
      const first = await drop({ service: 'quorum', version: '1.0.0' });
      const request = await asking;
      await vi.waitFor(() => expects(links.size).toBe(2), { timeout: 10_000 });
      const manager = await postDecision(links.get('robin@example.com') ?? '', 'approve');
      expects(manager.text).toContain('1 of 1 needed have approved; one of security has to be among them.');
      expects((await postDecision(links.get('sam@example.com') ?? '', 'approve')).text).toContain(
        'Thank you: approved.',
      );
      request.decidedElsewhere();
      await recorder.waitFor(first, 'ended');
      const second = await play({ service: 'quorum', version: '1.1.0', answer: '{ ok: "still" }' });
      const whole = [release(...begin, ...asked, ...deployed, 'For each period', ...settled, ...end), deployment];
      for (const [id, question] of [
        [first, ['approvalRequested', 'approvalGiven', 'approved']],
        [second, ['approvalNotNeeded']],
      ] as const) {
        expects(await pathsOf(sandbox, id)).toEqual(whole);
        const told = (await allTransitions(sandbox.engine, id)).map(({ type }) => type);
        expects(told.filter((type) => type.startsWith('approv'))).toEqual(question);
      }
    },
  );

  it('rolled back: CloudFormation fails at the change in production', async ({ expect: expects }) => {
    const manifest = { parameters: { production: { Timeout: '901' } } };
    const id = await play({ service: 'broken', version: '1.0.0', manifest });
    expects(await pathsOf(sandbox, id)).toEqual([
      release(...begin, ...asked, ...notDeployed, ...undone),
      { machine: 'deploy-target', states: ['Prepare and apply'] },
      rollback,
    ]);
  });

  it('promoted all the same: the function that receives it died each time', async ({ expect: expects }) => {
    const head = { operation: 'HeadObject', role: 'sluice-receive', times: 3 };
    const about = (input: unknown): boolean => JSON.stringify(input).includes('"lost/1.0.0.zip"');
    sandbox.aws.faults.atCall('receive dies three times', { ...head, input: about }, { kind: 'kill', when: 'before' });
    const id = await play({ service: 'lost', version: '1.0.0' });
    const { status } = await sandbox.engine.call(releaseDocument, 'GET', `/v1/releases/${id}`);
    expects(status).toBe('Succeeded');
  });

  it('declined, after scanners followed every link of the mail and a browser every link of the pages', async ({
    expect: expects,
  }) => {
    const crawled: Visited[] = [];
    approvers.set('declined', (one) => {
      void followLinks(one, expects)
        .then((visits) => crawled.push(...visits))
        .finally(() => void one.decide('decline', 'Not today'));
    });
    const id = await play({ service: 'declined', version: '1.0.0' });
    const pages = crawled.flatMap((one) => [...one]);
    expects(pages.filter(([, status]) => status >= 500)).toEqual([]);
    // Whoever asks by HEAD is told what GET tells.
    for (const [page, status] of crawled.flatMap((one) => [...one].filter(([asked]) => asked.startsWith('HEAD '))))
      expects(
        crawled.flatMap((one) => one.get(page.replace('HEAD', 'GET')) ?? []),
        page,
      ).toContain(status);
    // The approval, the link that opens the ledger, and with a session the lists and the release's own page.
    for (const page of ['/approvals/', '/open/', `/releases/${id}`])
      expects(pages).toContainEqual([expects.stringMatching(`^GET .*${page}`), 200]);
    expects(await pathsOf(sandbox, id)).toEqual([release(...begin, ...asked, ...nothingToUndo)]);
  });

  it('rejected: the artifact breaks a rule', async ({ expect: expects }) => {
    const id = await play({ service: 'rejected', version: '1.0.0', manifest: { rollout: { moon: 'AllAtOnce' } } });
    expects(await pathsOf(sandbox, id)).toEqual([release('Validate artifact', ...nothingToUndo)]);
  });

  it('expired: nobody decides, because no e-mail is taken', async ({ expect: expects }) => {
    const about = (input: unknown): boolean => JSON.stringify(input).includes('r=expired-1.0.0');
    const mail = { service: 'ses', operation: 'SendEmail', input: about, times: 1e9 };
    sandbox.aws.faults.atCall('no e-mail is taken', mail, { kind: 'error', code: 'MessageRejected' });
    const alarms: string[] = [];
    sandbox.aws.kernel.onObservation((one) => {
      if (one.kind === 'notification' && one.topicArn.endsWith(':sluice-alarms')) alarms.push(one.message);
    });
    const id = await play({ service: 'expired', version: '1.0.0' });
    expects(await pathsOf(sandbox, id)).toEqual([release(...begin, ...asked, ...nothingToUndo)]);
    const { status, unreached } = await sandbox.engine.call(releaseDocument, 'GET', `/v1/releases/${id}`);
    expects(status).toBe('Expired');
    expects(unreached).toMatchObject([{ to: 'robin@example.com', about: 'approval' }]);
    expects(unreached?.[0]?.problem).toMatch(/^MessageRejected: /);
    expects(unreached?.[0]?.attempts).toBeGreaterThan(1);
    // The engine’s own metrics, from the logs of its functions; the alarm was raised while nobody was told, and people were.
    const own = await readEngineMetrics(sandbox);
    expects(own.get('Releases End=Expired')?.sum).toBeGreaterThan(0);
    expects(own.get('GateSeconds Gate=approval')?.maximum).toBeGreaterThanOrEqual(3_600);
    expects(own.get('Undelivered')?.maximum).toBeGreaterThan(0);
    expects(own.get('ReconcilerLag')?.maximum).toBeLessThan(300);
    expects(alarms.filter((text) => /"AlarmName":"[^"]*Undelivered[^]*"NewStateValue":"ALARM"/.test(text))).not.toEqual(
      [],
    );
  });
});

it('measures nothing but what the engine has a metric for', async () => {
  const known = metricIdentities().map(({ name, dimensions }) => spellMetric(name, dimensions));
  const own = [...(await readEngineMetrics(sandbox)).keys()];
  expect(own.filter((name) => !known.includes(name))).toEqual([]);
  const gated = ['approval', 'turn', 'bake'].map((gate) => `GateSeconds Gate=${gate}`);
  expect(own).toEqual(expect.arrayContaining(['Releases End=Succeeded', 'Releases End=RolledBack', ...gated]));
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});

/** The links that people are mailed about a release, by their addresses, as they come. */
function linksOf(id: string): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  sandbox.aws.kernel.onObservation((one) => {
    const link = one.kind === 'email' ? /https?:\/\/\S+\/approvals\/\S+/.exec(one.text)?.[0] : undefined;
    if (one.kind === 'email' && link?.includes(id) === true) links.set(one.to.join(), link);
  });
  return links;
}

/** Nobody has decided, and nothing is written, whoever follows links. */
async function followLinks({ link, release: id }: ApprovalRequest, expects: typeof expect): Promise<Visited[]> {
  const before = await readRowsAtRest(sandbox, 'declined');
  const { url } = await sandbox.engine.call(sessionDocument, 'POST', '/v1/sessions');
  const scanned = await crawl([link, url, new URL('/', url).toString()]);
  // The link that was looked at opens the ledger still, once.
  const opened = await fetch(url, { method: 'POST', redirect: 'manual' });
  const [cookie] = opened.headers.getSetCookie().map((one) => one.replace(/;.*/, ''));
  const read = await crawl([new URL(`/releases/${id}`, url).toString(), new URL('/', url).toString()], cookie);
  expects(await readRowsAtRest(sandbox, 'declined')).toEqual(before);
  return [scanned, read];
}

/** Somebody changes the stack in production by hand. */
async function addByHand(service: string, resources: object): Promise<void> {
  const stacks = sandbox.aws.client(CloudFormationClient, { account: '333333333333', region: 'us-east-1' });
  const StackName = defaultStackName(service, 'production');
  const { TemplateBody = '' } = await stacks.send(new GetTemplateCommand({ StackName }));
  const template = z.looseObject({ Resources: z.object({}).loose() }).parse(JSON.parse(TemplateBody));
  const changed = { ...template, Resources: { ...template.Resources, ...resources } };
  await stacks.send(
    new UpdateStackCommand({
      StackName,
      TemplateBody: JSON.stringify(changed),
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: Object.keys(z.record(z.string(), z.unknown()).parse(template['Parameters'])).map((ParameterKey) => ({
        ParameterKey,
        UsePreviousValue: true,
      })),
    }),
  );
  for (let status = ''; status !== 'UPDATE_COMPLETE';) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
    status = Stacks?.[0]?.StackStatus ?? '';
  }
}
