import type { Hono } from 'hono';
import { inUtc, liveAtList } from '../../core/contract/api/live-at.ts';
import { summarizeRelease } from '../../core/contract/api/documents.ts';
import type { Caller } from '../../core/approval/caller.ts';
import type { MetricsDocument } from '../../core/contract/api/metrics.ts';
import { NotInLedger } from '../../core/contract/errors.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { answerPage } from '../../engine/web/answer-page.ts';
import { CompareChoice, ComparePage } from '../../engine/web/compare.tsx';
import { LiveAtPage } from '../../engine/web/live-at.tsx';
import { ServicePage } from '../../engine/web/service.tsx';
import { showComparison } from './comparison.ts';
import { listLive } from './live.ts';
import { showMetrics } from './metrics.ts';
import type { Query } from './read-query.ts';
import { findRelease, listReleases } from './releases.ts';
import { showService } from './service-pages.ts';
import type { ReadServices } from './services.ts';

/** Releases that are offered to compare with. */
const OFFERED = '20';

/** The pages of a service, of two releases compared, and of what was live. @param pages that ask for a session */
export function addLookingBack<Pages extends Hono<{ Variables: { caller: Caller } }>>(
  pages: Pages,
  services: ReadServices,
  invocation: InvocationContext,
): void {
  const now = (): string => invocation.now();
  pages.get('/services/:service', async (context) => {
    const { service } = context.req.param();
    const found = await showService(services, service, now());
    const metrics = await metricsOf(services, service, context.req.query(), now());
    return answerPage(context, <ServicePage found={found} metrics={metrics} />, now());
  });
  pages.get('/releases/:id/compare', async (context) => {
    const id = context.req.param('id');
    const other = context.req.query('with');
    if (other !== undefined && other !== '') {
      const found = await showComparison(services, id, other);
      return answerPage(context, <ComparePage found={found} />, now());
    }
    const { release, service } = await findRelease(services, id);
    const { items } = await listReleases(services, { service, limit: OFFERED }, now());
    const others = items.filter((one) => one.release !== release).map(summarizeRelease);
    return answerPage(context, <CompareChoice release={release} service={service} others={others} />, now());
  });
  pages.get('/live', async (context) => {
    const { at: given = '', service, cursor, ...unknown } = context.req.query();
    const at = given === '' ? now() : inUtc(given);
    const asked = { at, service: service ?? '', cursor: cursor ?? '', ...unknown };
    const { live, cursor: next, at: moment } = liveAtList.parse(await listLive(services, asked, now()));
    return answerPage(context, <LiveAtPage {...{ at: moment, live, next }} service={service} />, now());
  });
}

/** Undefined where the service has no release in any environment. @throws RequestInvalid, NotInLedger of an environment that is named */
async function metricsOf(
  services: ReadServices,
  service: string,
  query: Query,
  now: string,
): Promise<MetricsDocument | undefined> {
  try {
    return await showMetrics(services, service, query, now);
  } catch (problem) {
    if (problem instanceof NotInLedger && query['environment'] === undefined) return undefined;
    throw problem;
  }
}
