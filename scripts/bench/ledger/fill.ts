import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  blockKey,
  interventionKey,
  liveIndexKeys,
  liveKey,
  messageKey,
  servedKey,
  sessionKey,
  turnKey,
  versionKey,
  waitIndexKeys,
  waitKey,
} from '../../../core/ledger/keys.ts';
import type { EnvironmentTarget } from '../../../core/contract/tasks.ts';
import { historyOf, releaseOf, type Filled, type Row } from './model.ts';

/** The services that serve, and where: the same at every size, so that only history grows. One has all releases. */
const services = ['billing', 'invoices', 'orders', 'payments', 'users'] as const;
const SERVICE = 'orders';
export const targets: readonly EnvironmentTarget[] = [
  { environment: 'staging', account: '222222222222', region: 'us-east-1' },
  { environment: 'production', account: '333333333333', region: 'us-east-1' },
];
/** No release is older than the engine. */
const FIRST_DAY = Date.parse('2026-11-01T00:00:00.000Z');
const DAY = 86_400_000;
/** At the least size every release is of one day; else so many days have some. */
const DAYS = 60;
/** Of things that a person did to an environment, or that stay blocked there: so many for each release of a service. */
const OTHERS = 0.1;
/** Of those at least: what a document shows at most. */
const FEWEST = 20;
/** Decisions that wait. */
const WAITING = 5;
export const token = 'bench';
export const reader = 'arn:aws:sts::111111111111:assumed-role/release-manager/robin';

/** How much there is. */
export interface Size {
  readonly releases: number;
  readonly transitions: number;
}

/** The releases of a ledger of a size, the oldest first. */
export function releasesOf({ releases, transitions }: Size): Filled[] {
  const days = releases < DAYS * 10 ? 1 : DAYS;
  const length = Math.round(transitions / releases);
  return Array.from({ length: releases }, (_, number) => ({
    service: SERVICE,
    version: `1.0.${number}`,
    length,
    startedAt: new Date(FIRST_DAY + Math.floor((number * days * DAY) / releases)).toISOString(),
  }));
}

/** The moment at which a ledger of a size is read: the end of its last day. */
export function nowOf(size: Size): string {
  const last = releasesOf(size).at(-1)?.startedAt ?? '';
  return `${last.slice(0, 10)}T23:59:59.000Z`;
}

/** Everything in a ledger of a size, release after release, and what is beside them. */
export function* rowsOf(size: Size, long: readonly Filled[]): Generator<Row> {
  for (const filled of [...releasesOf(size), ...long]) {
    yield* historyOf(filled);
    yield* besides(filled);
  }
  for (const filled of long)
    for (let number = 0; number < filled.length / 100; number += 1) yield messageOf(filled, number);
  yield* estate(size);
}

/** What a release leaves in its service: its version, and what served. */
function* besides(filled: Filled): Generator<Row> {
  const { service, version, startedAt, length } = filled;
  const release = releaseOf(filled);
  yield {
    ...versionKey(service, version),
    ...{ service, version, attempts: 1, release, arrivals: { [`v-${version}`]: release } },
  };
  for (const where of targets) {
    for (const [cause, second] of [
      ['changed', length - 3],
      ['settleStarted', length - 2],
    ] as const) {
      const at = new Date(Date.parse(startedAt) + second * 1000).toISOString();
      yield {
        ...servedKey(service, where, at, cause),
        service,
        ...where,
        at,
        cause,
        by: release,
        live: live(filled, at),
      };
    }
  }
}

function live({ service, version }: Filled, since: string) {
  return { release: releaseOf({ service, version }), version, since, stackId: 'stack', aliases: [], fence: 1 };
}

function messageOf({ service, version, startedAt }: Filled, sequence: number): Row {
  const release = releaseOf({ service, version });
  const about = { kind: 'reminder', approval: '0'.repeat(32), sequence: sequence + 1 };
  const key = messageKey(release, `reminder-${about.approval}-${sequence + 1}`);
  return { ...key, release, about, pending: [], attempts: 1, notBefore: startedAt, closedAt: startedAt };
}

/** What is there once: what serves, whose turn it is, what people did and blocked, what waits, and a session. */
function* estate(size: Size): Generator<Row> {
  const releases = releasesOf(size);
  const newest = releases.at(-1);
  if (newest === undefined) throw new Error('There is a release.');
  const others = Math.max(FEWEST, Math.round(size.releases * OTHERS));
  for (const service of services)
    for (const where of targets) {
      const { environment } = where;
      const filled = { ...newest, service };
      const index = liveIndexKeys(service, environment, where);
      yield { ...liveKey(service, where), ...index, service, ...where, ...live(filled, newest.startedAt) };
      yield { ...turnKey(service, environment), service, environment, fence: 1 };
      for (let number = 0; number < others; number += 1) yield* interventionOf(service, environment, number);
    }
  for (const filled of releases.slice(-WAITING)) yield waitOf(filled);
  const createdAt = new Date(FIRST_DAY).toISOString();
  yield { ...sessionKey(token), kind: 'session', person: reader, createdAt, expiresAt: 4_000_000_000 };
}

/** What a person did: a hold, and a version that is blocked since. */
function* interventionOf(service: string, environment: string, number: number): Generator<Row> {
  const [at, id] = [new Date(FIRST_DAY + number * 1000).toISOString(), String(number)];
  const said = { by: 'robin@example.com', reason: 'It is slow for some customers.' };
  yield { ...interventionKey(service, environment, at, id), kind: 'held', at, principal: reader, ...said };
  const version = `0.9.${number}`;
  const release = releaseOf({ service, version });
  yield { ...blockKey(service, environment, version), version, release, at, ...said };
}

function waitOf(filled: Filled): Row {
  const [release, wait] = [releaseOf(filled), 'askForApproval-production'];
  const deadline = new Date(Date.parse(filled.startedAt) + DAY).toISOString();
  const about = { wait, release, environment: 'production', task: 'askForApproval', token: 'token' };
  const correlation = `approval ${'0'.repeat(32)}`;
  const keys = { ...waitKey(release, wait), ...waitIndexKeys(deadline, release, wait) };
  return { ...keys, ...about, correlation, registeredAt: filled.startedAt, deadline };
}

/** As a document client writes it. */
export function itemOf(row: Row): Record<string, AttributeValue> {
  const given = Object.entries(row).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  if (typeof value !== 'object' || value === null) return { NULL: true };
  return { M: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, attributeOf(member)])) };
}
