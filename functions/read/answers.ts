import type { Context } from 'hono';
import type { Caller } from '../../core/approval/caller.ts';
import { describeRelease, describeTransition, summarizeRelease } from '../../core/contract/api/documents.ts';
import type { OperationOf } from '../../core/contract/api/routes.ts';
import { describeSource } from '../../core/contract/api/source.ts';
import { planKey } from '../../core/ledger/keys.ts';
import { planSchema } from '../../core/release/plan.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { listApprovals, showApproval } from './approvals.ts';
import { findEnvironment } from './environments.ts';
import { listLive } from './live.ts';
import { verifyRelease } from './verification.ts';
import { listWaiting } from './waiting.ts';
import { listHistory, listServices, showService, showServiceEnvironment } from './service-pages.ts';
import { showComparison } from './comparison.ts';
import { showMetrics } from './metrics.ts';
import { showPlan } from './plans.ts';
import { findSeries } from './release-page.ts';
import { findEvidence, findRelease, findUnreached, listReleases, listTransitions } from './releases.ts';
import type { ReadServices } from './services.ts';

/** A request of the API that reads. */
export interface Asked {
  readonly services: ReadServices;
  readonly invocation: InvocationContext;
  /** As it was verified. */
  readonly caller: Caller | undefined;
  /** A parameter of the path, decoded; empty where the route has none of that name. */
  readonly path: (name: string) => string;
  readonly query: Readonly<Record<string, string>>;
}

/** What a context of the router asks. */
export function asked(from: Pick<Asked, 'services' | 'invocation' | 'caller'>, { req }: Context): Asked {
  return { ...from, path: (name) => req.param(name) ?? '', query: req.query() };
}

function environmentOf(path: Asked['path']): { readonly service: string; readonly environment: string } {
  return { service: path('service'), environment: path('environment') };
}

/** What each route that reads answers. */
export const answers: Readonly<Record<OperationOf<'read'>, (asked: Asked) => object | Promise<object>>> = {
  // Asked for seldom: it is no part of what is loaded at the start.
  describeApi: async () => (await import('../../openapi.json', { with: { type: 'json' } })).default,
  listReleases: async ({ services, query, invocation }) => {
    const { items, ...next } = await listReleases(services, query, invocation.now());
    return { releases: items.map(summarizeRelease), ...next };
  },
  getRelease: async ({ services, path }) => {
    const head = await findRelease(services, path('id'));
    const [missed, series, plan] = await Promise.all([
      findUnreached(services, head),
      findSeries(services, head),
      readItem(services.ledger, planKey(head.release), planSchema),
    ]);
    const source = plan === undefined ? {} : { source: describeSource(plan.manifest.source) };
    return { ...describeRelease(head, missed, series), ...source };
  },
  listTransitions: async ({ services, path, query }) => {
    const { items, ...next } = await listTransitions(services, path('id'), query);
    return { release: path('id'), transitions: items.map(describeTransition), ...next };
  },
  verifyRelease: ({ services, path, query, invocation }) =>
    verifyRelease(services, path('id'), query, invocation.now()),
  listApprovals: ({ services, caller, query, invocation }) => listWaiting(services, caller, query, invocation.now()),
  listServices: ({ services, query }) => listServices(services, query),
  getService: ({ services, path, invocation }) => showService(services, path('service'), invocation.now()),
  getMetrics: ({ services, path, query, invocation }) =>
    showMetrics(services, path('service'), query, invocation.now()),
  compareReleases: ({ services, path }) => showComparison(services, path('id'), path('other')),
  getServiceEnvironment: ({ services, path, invocation }) =>
    showServiceEnvironment(services, environmentOf(path), invocation.now()),
  listHistory: ({ services, path, query }) => listHistory(services, environmentOf(path), query),
  getEvidence: ({ services, path, query }) => findEvidence(services, path('id'), path('sha256'), query),
  listReleaseApprovals: ({ services, path, invocation }) => listApprovals(services, path('id'), invocation.now()),
  getApproval: ({ services, path, invocation }) =>
    showApproval(services, path('id'), path('approval'), invocation.now()),
  getPlan: ({ services, path, query, invocation }) => showPlan(services, path('id'), query, invocation.now()),
  listLive: ({ services, query, invocation }) => listLive(services, query, invocation.now()),
  getEnvironment: ({ services, path }) => findEnvironment(services, environmentOf(path)),
};
