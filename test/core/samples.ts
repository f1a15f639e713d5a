import type { EventDraft, EventType, ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { appendEvent } from '../../core/release/transition.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { readPolicy } from '../../core/policy/policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';

/** Plain values that tests of core start from. */

export const release = 'orders-1.4.2-a1';
export const staging = '222222222222/us-east-1';
export const production = '333333333333/us-east-1';
export const digest = 'a'.repeat(64);
export const change = 'c'.repeat(64);

/** The moment `seconds` after the sample release began. */
export function moment(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 20, 9) + seconds * 1000).toISOString();
}

export const manifest: Manifest = {
  service: 'orders',
  version: '1.4.2',
  source: { author: 'Ada Author <ada@example.com>', commit: 'abc1234' },
  template: 'template.json',
};

/** A policy like the repository's own. */
export function samplePolicy(changes: Record<string, unknown> = {}): Policy {
  const reading = readPolicy({
    services: { orders: { environments: ['staging', 'production'] } },
    environments: {
      staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] },
      production: {
        waves: [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }],
        rollout: { atLeast: 'Canary10Percent5Minutes' },
        bake: 'PT10M',
        approval: { from: ['release-managers'] },
      },
    },
    people: { 'release-managers': [{ name: 'Robin Release', email: 'robin@example.com' }] },
    ...changes,
  });
  if ('problems' in reading) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.policy;
}

export const approval: ApprovalItem = {
  approval: '0'.repeat(32),
  release,
  environment: 'production',
  state: 'open',
  digest,
  change,
  author: 'Ada Author <ada@example.com>',
  selfApproval: false,
  required: 1,
  people: [
    { name: 'Robin Release', email: 'Robin@example.com', principal: 'arn:aws:iam::111111111111:role/release-manager' },
    { name: 'Ada Author', email: 'ada@example.com' },
    { name: 'Max Manager', email: 'max@example.com' },
  ],
  requestedAt: moment(0),
  deadline: moment(3600),
  decisions: [],
};

const by = { actor: 'sluice-deploy' };

/** A draft of every type of event, about staging and its target unless said otherwise. */
export function draft(
  type: EventType,
  about: { environment?: string; target?: string; fence?: number } = {},
): EventDraft {
  const { environment = 'staging', fence = 1 } = about;
  const target = about.target ?? (environment === 'staging' ? staging : production);
  const common = { ...by, at: moment(1) };
  const inEnvironment = { ...common, environment };
  const closed = {
    until: moment(100_000),
    why: 'the freeze "0 16 * * 5" for PT60H (Europe/Berlin)',
    zone: 'Europe/Berlin',
  };
  switch (type) {
    case 'received': {
      const artifact = {
        bucket: 'sluice-releases',
        key: 'orders/1.4.2.zip',
        versionId: 'v1',
        size: 1000,
        sha256: digest,
      };
      return { type, ...common, evidence: { release, service: 'orders', version: '1.4.2', attempt: 1, artifact } };
    }
    case 'rejected':
      return { type, ...common, evidence: { problems: [{ code: 'artifact.empty', path: '', message: 'Empty.' }] } };
    case 'accepted': {
      const onFailure = 'rollBackAll' as const;
      const environments = [
        { name: 'staging', approval: false, bakes: false, onFailure, waves: [[staging]] },
        { name: 'production', approval: true, bakes: true, onFailure, waves: [[production]] },
      ];
      return { type, ...common, evidence: { plan: digest, author: 'ada@example.com', environments } };
    }
    case 'failed':
      return { type, ...common, reason: 'It broke.', evidence: { error: 'ChangeFailed' } };
    case 'cancelled':
      return { type, ...common };
    case 'ended':
      return { type, ...common, evidence: { status: 'Succeeded' } };
    case 'approvalRequested':
      return { type, ...inEnvironment, evidence: { approval: approval.approval, change } };
    case 'approvalNotNeeded':
      return { type, ...inEnvironment, evidence: { change, when: ['permissions'] } };
    case 'approvalReminded':
      return { type, ...inEnvironment, evidence: { approval: approval.approval, people: ['max@example.com'] } };
    case 'approvalGiven':
      return { type, ...inEnvironment, evidence: { approval: approval.approval, given: 1, required: 2 } };
    case 'approved':
      return { type, ...inEnvironment, evidence: { approval: approval.approval, change, digest } };
    case 'declined':
    case 'approvalExpired':
      return { type, ...inEnvironment, evidence: { approval: approval.approval } };
    case 'decisionRequested':
    case 'continued':
      return { type, ...inEnvironment, target, evidence: { approval: approval.approval } };
    case 'alarmFiring':
      return {
        type,
        ...inEnvironment,
        target,
        evidence: { alarms: [{ check: 'alarm Errors', sentence: 'is in alarm.' }] },
      };
    case 'alarmsOverridden':
      return { type, ...inEnvironment, evidence: { alarms: ['alarm Errors is in alarm.'], principal: 'arn' } };
    case 'windowClosed':
      return { type, ...inEnvironment, evidence: { closed } };
    case 'windowOverridden':
      return { type, ...inEnvironment, evidence: { closed, principal: 'arn' } };
    case 'stackBusy':
      return { type, ...inEnvironment, target, evidence: { stack: 'sluice-orders', status: 'UPDATE_IN_PROGRESS' } };
    case 'adoptionStarted':
      return { type, ...inEnvironment, target, evidence: { stack: 'sluice-orders', boundary: 'arn' } };
    case 'aliasesRestoring': {
      const moves = [{ functionName: 'sluice-orders', aliasName: 'live', from: '5', to: '4' }];
      return { type, ...inEnvironment, target, evidence: { moves } };
    }
    case 'alarmsOk':
    case 'stackAvailable':
    case 'aliasesRestored':
    case 'stackFirst':
    case 'adopted':
    case 'adoptionFailed':
    case 'checkFailed':
    case 'inconclusive':
      return { type, ...inEnvironment, target };
    case 'monitoringStarted':
      return { type, ...inEnvironment, evidence: { seconds: 21_600 } };
    case 'turnTaken':
      return { type, ...inEnvironment, evidence: { fence } };
    case 'superseded':
      return { type, ...inEnvironment, evidence: { by: 'orders-1.4.3-a1' } };
    case 'lookingAhead':
    case 'approvalVoided':
    case 'turnRequested':
    case 'bakeStarted':
    case 'judged':
    case 'windowOpened':
    case 'monitoringEnded':
    case 'turnGivenBack':
      return { type, ...inEnvironment };
    default:
      return { type, ...inEnvironment, target };
  }
}

/** Events and the head they fold to. */
export interface Story {
  readonly head: ReleaseHead;
  readonly events: readonly ReleaseEvent[];
}

/** Goes on with a story; throws when an event may not follow. */
export function tell(story: Story | undefined, ...drafts: readonly EventDraft[]): Story {
  let head = story?.head;
  const events = [...(story?.events ?? [])];
  for (const next of drafts) {
    const appended = appendEvent(head, next);
    head = appended.head;
    events.push(appended.event);
  }
  if (head === undefined) throw new Error('A story needs an event.');
  return { head, events };
}

const deployment: readonly EventType[] = [
  'preparing',
  'prepared',
  'changeStarted',
  'changed',
  'verified',
  'shiftStarted',
  'shifted',
  'checked',
];

function armsInProduction(event: EventDraft): EventDraft {
  if (event.type !== 'accepted') return event;
  const environments = event.evidence.environments.map((one) =>
    one.name === 'production' ? { ...one, monitors: true as const } : one,
  );
  return { ...event, evidence: { ...event.evidence, environments } };
}

/** Drafts of some types in one environment. */
export function drafts(environment: string, ...types: readonly EventType[]): EventDraft[] {
  return types.map((type) => draft(type, { environment }));
}

/** Up to the accepted plan. */
export const accepted = tell(undefined, draft('received'), draft('accepted'));
/** Staging is deployed and checked; the turn is held. */
export const stagingChecked = tell(
  accepted,
  ...drafts('staging', 'lookingAhead', 'turnRequested', 'turnTaken', ...deployment),
);
/** Staging is done. */
export const stagingDone = tell(stagingChecked, ...drafts('staging', 'settleStarted', 'settled', 'turnGivenBack'));
/** Production waits for a person. */
export const productionAsked = tell(stagingDone, ...drafts('production', 'lookingAhead', 'approvalRequested'));
/** Production's turn is held, nothing touched. */
export const productionHeld = tell(productionAsked, ...drafts('production', 'approved', 'turnRequested', 'turnTaken'));
/** Production serves the new version and bakes. */
export const productionBaking = tell(productionHeld, ...drafts('production', ...deployment, 'bakeStarted'));
/** Everything is done but the end. */
export const productionDone = tell(
  productionBaking,
  ...drafts('production', 'judged', 'settleStarted', 'settled', 'turnGivenBack'),
);
/** Production serves the new version, and is monitored. */
export const productionMonitoring = tell(
  undefined,
  draft('received'),
  armsInProduction(draft('accepted')),
  ...drafts('staging', 'lookingAhead', 'turnRequested', 'turnTaken', ...deployment),
  ...drafts('staging', 'settleStarted', 'settled', 'turnGivenBack'),
  ...drafts('production', 'lookingAhead', 'approvalRequested', 'approved', 'turnRequested', 'turnTaken'),
  ...drafts('production', ...deployment, 'bakeStarted', 'judged', 'monitoringStarted'),
);
export const succeeded = tell(productionDone, draft('ended'));
