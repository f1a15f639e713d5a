import { Hono } from 'hono';
import type { Caller } from '../../core/approval/caller.ts';
import { apiRoutes, routerPath } from '../../core/contract/api/routes.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { conditional, revalidated } from '../../engine/http/conditional.ts';
import { answerNotHere } from '../../engine/http/not-here.tsx';
import { describeRefusal, notFound, refuse } from '../../engine/http/refusals.ts';
import { Notice } from '../../engine/web/layout.tsx';
import { EnvironmentPage } from '../../engine/web/environment.tsx';
import { EvidenceView } from '../../engine/web/evidence.tsx';
import { ReleaseList } from '../../engine/web/release-list.tsx';
import { ReleasePage } from '../../engine/web/release.tsx';
import { releasePath } from '../../engine/web/paths.ts';
import { answerPage } from '../../engine/web/answer-page.ts';
import { HomePage } from '../../engine/web/matrix.tsx';
import { SignInLink } from '../../engine/web/sign-in.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { readPageSession } from '../../engine/http/page-session.ts';
import { askedPage } from '../../engine/http/session-cookie.ts';
import { answers, asked, type Asked } from './answers.ts';
import { findEnvironment } from './environments.ts';
import { addLookingBack } from './look-back.tsx';
import { readOverview } from './overview.ts';
import { readCharts, readJourney } from './release-page.ts';
import { findEvidence, findRelease, findUnreached, latestTransitions, listReleases } from './releases.ts';
import { readServed } from './served.ts';
import type { ReadServices } from './services.ts';

/** The routes that read: the API, for callers that IAM permits, and the pages, for a session. @param caller as it was verified */
export function createReadApp(services: ReadServices, invocation: InvocationContext, caller?: Caller): Hono {
  const app = new Hono();
  addApi(app, { services, invocation, caller });
  addPages(app, services, invocation);
  app.notFound(({ req }) => answerNotHere(req.raw, services.signIn));
  return app;
}

function addApi(app: Hono, from: Pick<Asked, 'services' | 'invocation' | 'caller'>): void {
  const api = new Hono();
  api.onError((error, context) => {
    from.invocation.log.error('A request was refused', error);
    return refuse(error, context.req);
  });
  const byOperation = new Map(Object.entries(answers));
  for (const [operation, route] of Object.entries(apiRoutes)) {
    const answer = byOperation.get(operation);
    if (answer === undefined) continue;
    api.get(routerPath(route), conditional, async (context) =>
      context.json(await answer(asked(from, context)), 200, revalidated),
    );
  }
  api.all('/v1/*', ({ req }) => refuse(notFound(req), req));
  app.route('/', api);
}

function addPages(app: Hono, services: ReadServices, invocation: InvocationContext): void {
  const pages = new Hono<{ Variables: { caller: Caller } }>();
  pages.onError((error, context) => {
    invocation.log.error('A page was refused', error);
    const { status, document } = describeRefusal(error);
    return context.html(
      <Notice title={status === 404 ? 'There is nothing here' : 'This page does not open'} bad>
        {document.detail}
      </Notice>,
      status,
      pageHeaders,
    );
  });
  pages.use(async (context, next) => {
    const session = await readPageSession(services, context, invocation.now());
    if (session?.kind === 'session') {
      context.set('caller', session.caller);
      return next();
    }
    if (session !== undefined && isOf(session.release, context.req.path)) return next();
    const signIn = await services.signIn?.();
    if (session !== undefined) {
      const sentence = `This session reads ${session.release}, for which you were asked to decide, and nothing else.`;
      const page = (
        <Notice title="Not yours to read">
          {sentence}
          {signIn === undefined ? null : <SignInLink to={askedPage(context.req)} />}
        </Notice>
      );
      return context.html(page, 403, { ...pageHeaders });
    }
    const page =
      signIn === undefined ? (
        <Notice title="Please open a session" open>
          These pages open through a one-time link: run "sluice open". Where releases are told in Slack, Details there
          opens them, too.
        </Notice>
      ) : (
        <Notice title="Please sign in" open>
          Sign in to read this page. Without an account, run "sluice open".
          <SignInLink to={askedPage(context.req)} />
        </Notice>
      );
    return context.html(page, 401, { ...pageHeaders });
  });
  const now = (): string => invocation.now();
  pages.get('/', async (context) => {
    const overview = await readOverview(services, context.req.query(), context.get('caller'), now());
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
  addLookingBack(pages, services, invocation);
  app.route('/', pages);
}

/** Is it a page of this release, which somebody who was asked to approve it reads? */
function isOf(release: string, asked: string): boolean {
  const path = releasePath(release);
  return asked === path || asked.startsWith(`${path}/evidence/`);
}
