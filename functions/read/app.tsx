import { Hono } from 'hono';
import { describeRelease, describeTransition, summarizeRelease } from '../../core/contract/api/documents.ts';
import { describeLive } from '../../core/contract/api/live.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { describeRefusal, notFound, refuse } from '../../engine/http/refusals.ts';
import { Notice } from '../../engine/web/layout.tsx';
import { EnvironmentPage } from '../../engine/web/environment.tsx';
import { EvidenceView } from '../../engine/web/evidence.tsx';
import { ReleaseList } from '../../engine/web/release-list.tsx';
import { ReleasePage } from '../../engine/web/release.tsx';
import { answerPage } from '../../engine/web/answer-page.ts';
import { HomePage } from '../../engine/web/matrix.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { readPageSession } from '../../engine/http/page-session.ts';
import { releasePath } from '../../engine/http/session-cookie.ts';
import { listApprovals, showApproval } from './approvals.ts';
import { findEnvironment } from './environments.ts';
import {
  findEvidence,
  findRelease,
  findUnreached,
  latestTransitions,
  listLive,
  listReleases,
  listTransitions,
} from './releases.ts';
import { readOverview } from './overview.ts';
import { showPlan } from './plans.ts';
import { readCharts, readJourney } from './release-page.ts';
import { readServed } from './served.ts';
import type { ReadServices } from './services.ts';

/** The routes that read: the API, for callers that IAM permits, and the pages, for a session. */
export function createReadApp(services: ReadServices, invocation: InvocationContext): Hono {
  const app = new Hono();
  addApi(app, services, invocation);
  addPages(app, services, invocation);
  app.notFound((context) => refuse(notFound(context)));
  return app;
}

function addApi(app: Hono, services: ReadServices, invocation: InvocationContext): void {
  const api = new Hono();
  api.onError((error) => {
    invocation.log.error('A request was refused', error);
    return refuse(error);
  });
  api.get('/releases', async (context) => {
    const { items, cursor } = await listReleases(services, context.req.query(), invocation.now());
    return context.json({ releases: items.map(summarizeRelease), ...(cursor === undefined ? {} : { cursor }) });
  });
  api.get('/releases/:id', async (context) => {
    const head = await findRelease(services, context.req.param('id'));
    return context.json(describeRelease(head, await findUnreached(services, head)));
  });
  api.get('/releases/:id/transitions', async (context) => {
    const release = context.req.param('id');
    const { items, cursor } = await listTransitions(services, release, context.req.query());
    return context.json({
      release,
      transitions: items.map(describeTransition),
      ...(cursor === undefined ? {} : { cursor }),
    });
  });
  api.get('/releases/:id/evidence/:sha256', async (context) => {
    const { id, sha256 } = context.req.param();
    return context.json(await findEvidence(services, id, sha256, context.req.query()));
  });
  api.get('/releases/:id/approvals', async (context) =>
    context.json(await listApprovals(services, context.req.param('id'), invocation.now())),
  );
  api.get('/releases/:id/approvals/:approval', async (context) => {
    const { id, approval } = context.req.param();
    return context.json(await showApproval(services, id, approval, invocation.now()));
  });
  api.get('/plans/:id', async (context) =>
    context.json(await showPlan(services, context.req.param('id'), context.req.query(), invocation.now())),
  );
  api.get('/live', async (context) => {
    const { items, cursor } = await listLive(services, context.req.query());
    const live = items.map((item) => describeLive(item, invocation.now()));
    return context.json({ live, ...(cursor === undefined ? {} : { cursor }) });
  });
  api.get('/environments/:service/:environment', async (context) =>
    context.json(await findEnvironment(services, context.req.param())),
  );
  api.all('*', (context) => refuse(notFound(context)));
  app.route('/v1', api);
}

function addPages(app: Hono, services: ReadServices, invocation: InvocationContext): void {
  const pages = new Hono<{ Variables: { principal: string } }>();
  pages.onError((error, context) => {
    invocation.log.error('A page was refused', error);
    const { status, document } = describeRefusal(error);
    return context.html(
      <Notice title="Error" bad>
        {document.detail}
      </Notice>,
      status,
      pageHeaders,
    );
  });
  pages.use(async (context, next) => {
    const session = await readPageSession(services.ledger, context, invocation.now());
    if (session?.kind === 'session') {
      context.set('principal', session.principal);
      return next();
    }
    if (session !== undefined) {
      const path = releasePath(session.release);
      if (context.req.path === path || context.req.path.startsWith(`${path}/evidence/`)) return next();
      const sentence = `This session reads ${session.release}, for which you were asked to decide, and nothing else.`;
      return context.html(<Notice title="Not yours to read">{sentence}</Notice>, 403, { ...pageHeaders });
    }
    const sentence = 'These pages open through a one-time link: run "sluice open" and follow the link it prints.';
    return context.html(<Notice title="Please open a session">{sentence}</Notice>, 401, { ...pageHeaders });
  });
  const now = (): string => invocation.now();
  pages.get('/', async (context) => {
    const overview = await readOverview(services, context.req.query(), context.get('principal'), now());
    return answerPage(context, <HomePage {...overview} />, now());
  });
  pages.get('/releases', async (context) => {
    const { service, environment, status } = context.req.query();
    const { items, cursor } = await listReleases(services, context.req.query(), now());
    const filter = { service, environment, status };
    return answerPage(context, <ReleaseList filter={filter} releases={items} next={cursor} />, now());
  });
  pages.get('/releases/:id', async (context) => {
    const head = await findRelease(services, context.req.param('id'));
    const [timeline, unreached, journey] = await Promise.all([
      latestTransitions(services, head, context.req.query()),
      findUnreached(services, head),
      readJourney(services, head, now()),
    ]);
    const charts = await readCharts(services, head, timeline.events);
    return answerPage(context, <ReleasePage {...{ head, timeline, unreached, journey, charts }} />, now());
  });
  pages.get('/releases/:id/evidence/:sha256', async (context) => {
    const { id, sha256 } = context.req.param();
    const found = await findEvidence(services, id, sha256, context.req.query());
    return answerPage(context, <EvidenceView page={found} />, now());
  });
  pages.get('/environments/:service/:environment', async (context) => {
    const found = await findEnvironment(services, context.req.param());
    const served = await readServed(services, found);
    // The strip ends at the hour: the page is the same until something changes.
    const hour = `${now().slice(0, 13)}:59:59.999Z`;
    return answerPage(context, <EnvironmentPage environment={found} served={served} now={hour} />, now());
  });
  app.route('/', pages);
}
