import type { Http } from '../../../adapters/http/http.ts';
import { createHash } from 'node:crypto';
import { zipSync, strToU8 } from 'fflate';
import { readPolicy, type Policy } from '../../../core/policy/policy.ts';
import { correlationItem, type WaitItem, waitItem } from '../../../core/ledger/items.ts';
import { correlationItemKey, waitKey } from '../../../core/ledger/keys.ts';
import { formatCorrelationKey, type CorrelationKey } from '../../../core/ledger/correlation-key.ts';
import type { FunctionName } from '../../../core/contract/names.ts';
import { SlackUnavailable } from '../../../core/contract/errors.ts';
import { openSlack, type SlackAccess } from '../../../adapters/slack/slack.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { openArchive } from '../../../adapters/s3/archive.ts';
import { artifactFilesOf } from '../../../adapters/s3/artifact-files.ts';
import type { Artifacts } from '../../../adapters/s3/artifacts.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import type { BusEvent, Taken } from '../../../adapters/eventbridge/event-bus.ts';
import type { Message } from '../../../adapters/ses/message.ts';
import type { Page } from '../../../adapters/sns/page.ts';
import { completeWait } from '../../../engine/waits/complete-wait.ts';
import { deploy } from '../../../functions/deploy/handler.ts';
import { gate } from '../../../functions/gate/handler.ts';
import { receive } from '../../../functions/receive/receive.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { notify } from '../../../functions/notify/handler.ts';
import { validate } from '../../../functions/validate/validate.ts';
import { validatePlan } from '../../../functions/validate/validate-plan.ts';
import { reconcileWait } from '../../../functions/wake/reconcile-wait.ts';
import { verify } from '../../../functions/verify/handler.ts';
import { grantedLedger } from './granted-ledger.ts';
import { fakeSchedule, fakeWorkflow } from './schedule.ts';
import { FakeTaskAnswers } from './task-answers.ts';
import { FakeClock } from './clock.ts';
import { FakeEvidenceStore } from './evidence-store.ts';
import { FakeTarget } from './target.ts';

const bucket = 'sluice-releases-111111111111-us-east-1';

/** One environment, one target, no approval, unless a test says otherwise. */
export function policyOf(staging: object = {}, more: object = {}): Policy {
  const reading = readPolicy({
    services: { orders: { environments: ['staging'] } },
    environments: {
      staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }], ...staging },
    },
    people: {
      approvers: [
        { name: 'Ada', email: 'ada@example.com' },
        { name: 'Bob', email: 'bob@example.com', principal: 'arn:aws:iam::111111111111:role/keeper' },
      ],
    },
    notify: { email: ['team@example.com'] },
    ...more,
  });
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

/** What every role and function has to have. */
export const anyRole = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
export const ofAnyFunction = {
  Code: { ZipFile: 'exports.handler = async () => 1;' },
  Role: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${AWS::StackName}-orders' },
};

/** A template with one guarded function; `code` is what makes a version another. */
export function templateOf(code: string): { readonly Parameters: object; readonly Resources: object } {
  return {
    Parameters: { SluiceAssetBucket: { Type: 'String' } },
    Resources: {
      Orders: { Type: 'AWS::Lambda::Function', Properties: { ...ofAnyFunction, Description: code } },
      [`Version${code}`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          Name: 'live',
          FunctionName: { Ref: 'Orders' },
          FunctionVersion: { 'Fn::GetAtt': [`Version${code}`, 'Version'] },
        },
      },
    },
  };
}

/** No two tasks have the same token, whichever engine they run in. */
let tokens = 0;

/** The functions with a real ledger and everything else played: a test calls their tasks as the workflow would. */
export class TestEngine {
  readonly clock = new FakeClock();
  readonly answers = new FakeTaskAnswers();
  readonly evidence = new FakeEvidenceStore();
  readonly digests = new FakeEvidenceStore();
  readonly target = new FakeTarget();
  readonly mails: Message[] = [];
  readonly pages: Page[] = [];
  /** The topic of pages does not take anything. */
  pagerBroken = false;
  /** SES takes no e-mail to it. */
  refusedAddress: string | undefined;
  /** What URLs answer. */
  ask: Http['ask'] = () => Promise.reject(new Error('no http here'));
  /** Slack, where a test has it. */
  slack: SlackStandIn | undefined;
  /** The secret of the Slack app cannot be read. */
  slackSecretMissing = false;
  /** What the event bus took. */
  readonly events: BusEvent[] = [];
  /** The event bus takes no more, before it has so many. */
  busFull = Infinity;
  /** Whoever puts events there dies before the answer. */
  busDeaf = false;
  /** Orders to deliver do not arrive. */
  ordersLost = false;
  readonly started: string[] = [];
  readonly ledger: Ledger;
  policy = policyOf();
  /** What lies in the release bucket, by version id. */
  readonly objects: Map<string, Uint8Array>;
  /** When S3 took it, in whole seconds, by version id. */
  readonly uploadedAt = new Map<string, string>();

  constructor(ledger: Ledger, objects = new Map<string, Uint8Array>()) {
    this.ledger = ledger;
    this.objects = objects;
  }

  readonly artifacts: Artifacts = {
    facts: async ({ versionId }) => {
      const bytes = this.objects.get(versionId);
      const sha256 = createHash('sha256')
        .update(bytes ?? '')
        .digest('hex');
      const uploadedAt = this.uploadedAt.get(versionId);
      const time = uploadedAt === undefined ? {} : { uploadedAt };
      return bytes === undefined ? undefined : { size: bytes.length, sha256, ...time };
    },
    open: async ({ versionId }, size) => {
      const bytes = this.objects.get(versionId) ?? new Uint8Array();
      return openArchive((start, end) => Promise.resolve(Buffer.from(bytes.subarray(start, end))), size);
    },
  };

  readonly files = artifactFilesOf(this.artifacts);

  /** Drops an artifact; gives the release. */
  async drop(version: string, template: object, manifest: object = {}): Promise<string> {
    const { key, bytes } = this.pack(version, template, manifest);
    return this.dropBytes(key, `v-${this.objects.size + 1}`, bytes);
  }

  /** What an artifact is, and the key that it is dropped under. */
  pack(version: string, template: object, manifest: object = {}): { readonly key: string; readonly bytes: Uint8Array } {
    const release = {
      service: 'orders',
      version,
      source: { author: 'Bob <bob@example.com>' },
      template: 'template.json',
      checks: { smoke: [{ invoke: 'Orders', expect: { json: { ok: true } } }] },
      ...manifest,
    };
    const files = {
      'release.json': strToU8(JSON.stringify(release)),
      'template.json': strToU8(JSON.stringify(template)),
    };
    // The same content is the same bytes, whenever it is packed.
    const bytes = zipSync(files, { mtime: new Date(1980, 0, 1) });
    return { key: `${release.service}/${version}.zip`, bytes };
  }

  async dropBytes(key: string, versionId: string, bytes: Uint8Array): Promise<string> {
    this.upload(versionId, bytes);
    return this.arrive(key, versionId);
  }

  /** What S3 does before its event comes. */
  upload(versionId: string, bytes: Uint8Array): void {
    this.objects.set(versionId, bytes);
    this.uploadedAt.set(versionId, `${this.clock.now().slice(0, 19)}.000Z`);
  }

  /** The bucket's event comes (again). */
  async arrive(key: string, versionId: string): Promise<string> {
    const detail = { bucket: { name: bucket }, object: { key, 'version-id': versionId } };
    const services = {
      ledger: this.ledgerOf('receive'),
      artifacts: this.artifacts,
      workflow: fakeWorkflow(this.started),
      schedule: fakeSchedule,
      bucket,
      events: this.policy.notify?.events === true,
    };
    const event = { 'detail-type': 'Object Created', detail } as const;
    return (await receive(event, services, this.clock.invocationOf('receive'))).release;
  }

  /** Runs a task as the workflow would; gives what it returns, or what its token is answered, if it is by now. */
  async run(task: string, release: string, more: Readonly<Record<string, string | number>> = {}): Promise<unknown> {
    tokens += 1;
    const token = `token-${tokens}`;
    const input = { task, release, ...placeOf(task), ...tokenOf(task, token), ...more };
    const returned = await this.#invoke(task, input);
    return waiting.includes(task) ? this.answers.given.get(token) : returned;
  }

  /** Runs a task of a plan as its machine would. */
  async runPlan(task: string, plan: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
    if (task === 'validatePlan') {
      const services = { ...this.#services('validate'), policy: this.policy };
      return validatePlan({ task, plan }, services, this.clock.invocationOf('validate'));
    }
    if (task === 'completePlan') {
      const services = { ...this.#services('gate'), notifier: { deliver: () => Promise.resolve() } };
      return gate({ task, plan, error: '', cause: '', ...more }, services, this.clock.invocationOf('gate'));
    }
    const input = { task, plan, ...placeOf(task), ...more };
    return deploy(input, this.#services('deploy'), this.clock.invocationOf('deploy'));
  }

  /** Something happened outside; whoever waits for it is woken, as `wake` would. */
  async wake(correlation: CorrelationKey): Promise<void> {
    const wait = await this.#waitFor(correlation);
    const invocation = this.clock.invocationOf('wake');
    if (wait !== undefined) await completeWait({ ...this.#services('wake'), invocation }, wait);
  }

  /** The reconciler looks at what waits for this. */
  async reconcile(correlation: CorrelationKey): Promise<void> {
    const wait = await this.#waitFor(correlation);
    if (wait !== undefined) await reconcileWait(this.#services('wake'), this.clock.invocationOf('wake'), wait);
  }

  async #waitFor(correlation: CorrelationKey): Promise<WaitItem | undefined> {
    const pointer = await readItem(this.ledger, correlationItemKey(formatCorrelationKey(correlation)), correlationItem);
    return pointer === undefined ? undefined : readItem(this.ledger, waitKey(pointer.release, pointer.wait), waitItem);
  }

  async finishStack(outcome: 'good' | 'bad' = 'good'): Promise<void> {
    const stackId = this.target.stack?.id ?? '';
    await this.wake({ kind: 'stack', stackId, token: this.target.finishStack(outcome) });
  }

  async finishDeployment(status: 'Succeeded' | 'Failed' = 'Succeeded'): Promise<void> {
    await this.wake({ kind: 'deployment', deploymentId: this.target.finishDeployment(status) });
  }

  /** Delivers at once what is ordered, unless orders are lost. */
  readonly notifier = {
    deliver: async (release: string): Promise<void> => {
      if (this.ordersLost) throw new Error('Lambda does not answer.');
      await this.deliver(release);
    },
  };

  /** Delivers the messages of a release that are due. */
  async deliver(release: string): Promise<void> {
    const services = {
      ledger: this.ledgerOf('notify'),
      mail: {
        send: async (message: Message) => {
          if (message.to === this.refusedAddress) throw new Error('Email address is not verified.');
          this.mails.push(message);
          return `<${this.mails.length}@email.amazonses.com>`;
        },
      },
      pager: {
        page: async (page: Page) => {
          if (this.pagerBroken) throw new Error('the topic is gone');
          this.pages.push(page);
        },
      },
      slack: (now: () => string) => openSlack(this.slackAccess, now),
      bus:
        this.policy.notify?.events === undefined
          ? undefined
          : { put: (events: readonly BusEvent[]) => this.#put(events) },
      links: { keyId: 'key', sign: () => Promise.resolve('s'.repeat(60)) },
      apiUrl: 'https://api.example.com',
      signIn: this.policy.oidc !== undefined,
    };
    await notify({ task: 'deliver', release }, services, this.clock.invocationOf('notify'));
  }

  async #put(events: readonly BusEvent[]): Promise<Taken> {
    const some = events.slice(0, Math.max(0, this.busFull - this.events.length));
    this.events.push(...some);
    if (this.busDeaf) throw new Error('The connection was reset.');
    return { taken: some.length, ...(some.length < events.length ? { problem: 'ThrottlingException: too much' } : {}) };
  }

  get slackAccess(): SlackAccess {
    const read = async () => {
      if (this.slackSecretMissing || this.slack === undefined) throw new SlackUnavailable('There is no such secret.');
      const { botToken, signingSecret } = this.slack;
      return { botToken, signingSecret };
    };
    return { secret: { read }, apiUrl: this.slack?.apiUrl ?? 'http://127.0.0.1:9/' };
  }

  /** The ledger with what the role of a function may do. */
  ledgerOf(name: FunctionName): Ledger {
    return grantedLedger(this.ledger, name);
  }

  #services(name: FunctionName) {
    return { ledger: this.ledgerOf(name), evidence: this.evidence, answers: this.answers, artifacts: this.artifacts, open: () => Promise.resolve(this.target), begin: () => undefined }; // prettier-ignore
  }

  async #invoke(task: string, input: object & { readonly release: string }): Promise<unknown> {
    const invocation = (name: FunctionName) => this.clock.invocationOf(name);
    if (task === 'validate') {
      const { release } = input;
      const services = { ...this.#services('validate'), policy: this.policy };
      return validate({ task, release }, services, invocation('validate'));
    }
    if (gateTasks.includes(task)) {
      const services = {
        ...this.#services('gate'),
        notifier: this.notifier,
      };
      return gate(input, services, invocation('gate'));
    }
    if (verifyTasks.includes(task)) {
      return verify(input, { ...this.#services('verify'), http: () => ({ ask: this.ask }) }, invocation('verify'));
    }
    return deploy(input, this.#services('deploy'), invocation('deploy'));
  }
}

const waiting = [
  'askForApproval',
  'askToContinue',
  'waitForTurn',
  'waitForWindow',
  'waitForAlarmsOk',
  'adoptStack',
  'bake',
  'apply',
  'shift',
  'settle',
  'restoreTraffic',
  'restoreStack',
];
const gateTasks = [
  'askForApproval',
  'askToContinue',
  'waitForTurn',
  'waitForWindow',
  'recordSettleFailure',
  'recordRollbackFailure',
  'planRollback',
  'complete',
];
const verifyTasks = ['verifyNewVersion', 'check', 'judge', 'recover', 'checkRollback', 'driveSlice'];
const ofRelease = ['validate', 'planRollback', 'complete'];
const ofEnvironment = ['lookAhead', 'askForApproval', 'waitForTurn', 'bake', 'judge'];

function placeOf(task: string): Readonly<Record<string, string>> {
  if (ofRelease.includes(task)) return {};
  if (ofEnvironment.includes(task)) return { environment: 'staging' };
  return { environment: 'staging', account: '222222222222', region: 'us-east-1' };
}

function tokenOf(task: string, token: string): Readonly<Record<string, string>> {
  return waiting.includes(task) ? { token } : {};
}
