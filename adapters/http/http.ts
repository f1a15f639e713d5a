import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { isNamedHost } from '../../core/checks/host-rule.ts';
import { shapeOf, shownUrl } from '../../core/checks/redact.ts';
import { mayReach as isReachable } from '../../core/checks/address-rule.ts';
import { AddressRefused, guardedLookup, type MayReach, refuseLiteral } from './addresses.ts';

/** One request of a check. */
interface HttpAsk {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Further hosts that it may be redirected to: those in the outputs of the same stack. */
  readonly hosts?: readonly string[] | undefined;
  /** For all of it, redirects and body included. */
  readonly timeoutMilliseconds: number;
}

/** The answer. */
interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB of it. */
  readonly body: string;
}

/** The endpoint did not answer: no address, no connection, a timeout, too many redirects. */
export class HttpFailed extends Error {
  override readonly name = 'HttpFailed';
}

/** The endpoint did not answer in time, or not completely. */
class HttpTimedOut extends Error {
  override readonly name = 'HttpTimedOut';
}

/** HTTP requests to deployed services. */
export interface Http {
  /** @throws HttpFailed, HttpTimedOut, AddressRefused */
  ask(question: HttpAsk): Promise<HttpAnswer>;
}

const bodyLimit = 1024 * 1024;
const redirectLimit = 5;
const idleMilliseconds = 10_000;

/** What the policy lets checks reach. */
export interface HttpRules {
  /** CIDRs that may be reached although they are not public. */
  readonly addresses: readonly string[];
  /** Hosts that checks may be redirected to besides those in the stack's outputs. */
  readonly hosts: readonly string[];
}

export function createHttp(rules: HttpRules): Http {
  const mayReach = (address: string): boolean => isReachable(address, rules.addresses);
  // Connections are reused under these rules only: one that other rules allowed is never reused here.
  const settings = { keepAlive: true, timeout: idleMilliseconds };
  const agents = { 'http:': new PlainAgent(settings), 'https:': new SecureAgent(settings) };
  return {
    ask: async (question) => {
      const signal = AbortSignal.timeout(question.timeoutMilliseconds);
      let [url, method, body] = [new URL(question.url), question.method, question.body];
      for (let hop = 0; hop <= redirectLimit; hop += 1) {
        const headers = sameOrigin(url, question.url) ? question.headers : {};
        const answer = await once({ url, method, headers, body }, { mayReach, agents, signal });
        const location = answer.headers['location'];
        if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
        const next = targetOf(location, url);
        if (hop < redirectLimit) requireAllowed(next, url, question, rules);
        url = next;
        if (answer.status === 303 || (answer.status < 303 && method === 'POST')) [method, body] = ['GET', undefined];
      }
      throw new HttpFailed(`${shownUrl(new URL(question.url))} redirects more than ${redirectLimit} times.`);
    },
  };
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function targetOf(location: string, from: URL): URL {
  try {
    return new URL(location, from);
  } catch (cause) {
    throw new HttpFailed(`${shownUrl(from)} redirects to ${shapeOf(location)}, which is no URL.`, { cause });
  }
}

/** A redirect must not lead to a host that nothing names, from HTTPS to HTTP, or to a URL with credentials. @throws HttpFailed, AddressRefused */
function requireAllowed(to: URL, from: URL, question: HttpAsk, rules: HttpRules): void {
  const what = `${shownUrl(from)} redirects to ${shownUrl(to)}`;
  if (from.protocol === 'https:' && to.protocol === 'http:') throw new HttpFailed(`${what}: from https to http.`);
  if (to.username !== '' || to.password !== '') throw new HttpFailed(`${shownUrl(from)} redirects with credentials.`);
  const own = [new URL(question.url).hostname, ...(question.hosts ?? [])];
  if (own.includes(to.hostname) || isNamedHost(to.hostname, rules.hosts)) return;
  throw new AddressRefused(`${what}, a host that neither the stack's outputs nor the policy's checks.allowHosts name.`);
}

interface Way {
  readonly mayReach: MayReach;
  readonly agents: { readonly 'http:': PlainAgent; readonly 'https:': SecureAgent };
  readonly signal: AbortSignal;
}

async function once(hop: Hop, { mayReach, agents, signal }: Way): Promise<HttpAnswer> {
  const { url, method, headers, body } = hop;
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new HttpFailed(`${shownUrl(url)} is neither http nor https.`);
  refuseLiteral(url, mayReach);
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const options = { method, headers, signal, agent: agents[url.protocol], lookup: guardedLookup(mayReach) };
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const sent = send(url, options, (answer) => void collect(answer).then(resolve, reject));
      sent.on('error', reject).end(body);
    });
  } catch (problem) {
    if (problem instanceof AddressRefused) throw problem;
    const what = `${method} ${shownUrl(url)}`;
    if (signal.aborted) throw new HttpTimedOut(`${what}: no complete answer in time`, { cause: problem });
    const reason = problem instanceof Error ? problem.message : String(problem);
    throw new HttpFailed(`${what}: ${reason}`, { cause: problem });
  }
}

async function collect(answer: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bodyLimit) break; // leaving the loop destroys the stream
  }
  const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).subarray(0, bodyLimit).toString('utf8'),
  };
}

function sameOrigin(url: URL, first: string): boolean {
  return url.origin === new URL(first).origin;
}
