import * as z from 'zod';
import { sessionCookie } from '../../../engine/http/session-cookie.ts';
import { releaseOf, type Filled } from './model.ts';
import { nowOf, releasesOf, type Size, targets, token } from './fill.ts';

/** A kind of request that is measured; each time it may be about something else. */
export interface Request {
  readonly name: string;
  /** @param pick gives one of these, another each time */
  readonly path: (pick: <T>(all: readonly T[]) => T) => string;
  /** Asks for the page after the first. */
  readonly next?: true;
  /** A page of HTML shows more than the least size has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer of a list. */
export const anyPage = z.looseObject({ cursor: z.string().optional() });

const session = { cookie: `${sessionCookie}=${token}` };
const LIMIT = 'limit=4';

/** Every list, page and document that is read, of a ledger of a size. */
export function requestsOf(size: Size): Request[] {
  const all = releasesOf(size);
  // Those at the ends have nothing before them, or behind.
  const some = all.slice(Math.floor(all.length * 0.4), Math.ceil(all.length * 0.6));
  const moment = ({ startedAt, length }: Filled): string =>
    new Date(Date.parse(startedAt) + length * 1000).toISOString();
  const [, where] = targets;
  const place = `account=${where?.account ?? ''}&region=${where?.region ?? ''}`;
  const of = (filled: Filled): string => `/v1/releases/${releaseOf(filled)}`;
  const services = `/v1/services/orders`;
  const environment = `${services}/environments/production`;
  return [
    { name: 'releases', path: () => `/v1/releases?${LIMIT}` },
    { name: 'releases, next page', path: () => `/v1/releases?${LIMIT}`, next: true },
    { name: 'releases, oldest first', path: () => `/v1/releases?${LIMIT}&order=oldest` },
    { name: 'releases by status', path: () => `/v1/releases?${LIMIT}&status=Failed` },
    { name: 'releases by author', path: () => `/v1/releases?${LIMIT}&author=ada` },
    { name: 'releases of a service', path: () => '/v1/releases?limit=4&service=orders' },
    { name: 'releases of a service, next page', path: () => '/v1/releases?limit=4&service=orders', next: true },
    { name: 'a release', path: (pick) => of(pick(some)) },
    { name: 'its transitions', path: (pick) => `${of(pick(some))}/transitions` },
    { name: 'its transitions, next page', path: (pick) => `${of(pick(some))}/transitions`, next: true },
    { name: 'its verification', path: (pick) => `${of(pick(some))}/verification` },
    { name: 'its approvals', path: (pick) => `${of(pick(some))}/approvals` },
    { name: 'one approval', path: (pick) => `${of(pick(some))}/approvals/${'0'.repeat(32)}` },
    { name: 'approvals that wait for me', path: () => '/v1/approvals' },
    { name: 'services', path: () => '/v1/services' },
    { name: 'a service', path: () => services },
    { name: 'an environment of a service', path: () => environment },
    { name: 'its history', path: () => `${environment}/history?${place}&limit=1` },
    { name: 'its history, next page', path: () => `${environment}/history?${place}&limit=1`, next: true },
    { name: 'an environment', path: () => '/v1/environments/orders/production' },
    { name: 'what is live', path: () => '/v1/live' },
    { name: 'what is live of a service', path: () => '/v1/live?service=orders' },
    { name: 'what is live in an account', path: () => '/v1/live?account=333333333333' },
    { name: 'what is live now, by at', path: () => `/v1/live?service=orders&at=${nowOf(size)}` },
    { name: 'what was live of a service', path: (pick) => `/v1/live?service=orders&at=${moment(pick(some))}` },
    { name: 'what was live', path: (pick) => `/v1/live?at=${moment(pick(some))}` },
    { name: 'page: home', path: () => '/', headers: session },
    { name: 'page: releases', path: () => '/releases?limit=4', headers: session },
    { name: 'page: a release', path: (pick) => `/releases/${releaseOf(pick(some))}`, headers: session },
    { name: 'page: an environment', path: () => '/environments/orders/production', headers: session },
  ];
}

/** What is read of one release, whatever its length. */
export function requestsOfRelease(filled: Filled): Request[] {
  const path = `/v1/releases/${releaseOf(filled)}`;
  const middle = Math.max(0, Math.floor(filled.length / 2) - 10);
  return [
    { name: 'a release', path: () => path },
    { name: 'its first transitions', path: () => `${path}/transitions?limit=5` },
    { name: 'the next', path: () => `${path}/transitions?limit=5&after=${middle}` },
    { name: 'its last transitions', path: () => `${path}/transitions?limit=5&after=${filled.length - 5}` },
    { name: 'its transitions, as many as a page has', path: () => `${path}/transitions` },
    { name: 'its approvals', path: () => `${path}/approvals` },
    { name: 'the end of its verification', path: () => `${path}/verification?after=${filled.length - 5}` },
    { name: 'page: a release', path: () => `/releases/${releaseOf(filled)}`, headers: session },
  ];
}
