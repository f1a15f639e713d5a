import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { problemType } from '../../core/contract/api/documents.ts';
import { cutText } from '../../core/values/text.ts';
import { homePath } from '../web/paths.ts';
import { Notice } from '../web/layout.tsx';
import { SignInLink } from '../web/sign-in.tsx';
import { pageHeaders } from '../web/style.ts';
import { notFound, refuse } from './refusals.ts';
import type { FindSigningIn } from './signing-in.ts';

const HTML = 'text/html';

/**
 * Answers that there is nothing: a page to browsers, a problem document to everything else. It reads nothing but whether people sign in, and
 * tells nobody whether something is at a path that looks like this one.
 */
export function answerNotHere(request: Request, signIn?: FindSigningIn): Response | Promise<Response> {
  const app = new Hono();
  app.notFound(async (context) => {
    const { req } = context;
    const wanted = accepts(context, { header: 'Accept', supports: [HTML, problemType, 'application/json'], default: problemType }); // prettier-ignore
    if (wanted !== HTML) return refuse(notFound(req), req);
    const page = (
      <Notice title="There is nothing here" bad open>
        <p>
          This address leads to no page: <code>{cutText(req.path, 100)}</code>. It may be mistyped, or cut by a mail
          program.
        </p>
        <p>
          <a href={homePath}>What is live</a>
        </p>
        {(await signIn?.()) === undefined ? null : <SignInLink to={homePath} />}
      </Notice>
    );
    return context.html(page, 404, { ...pageHeaders });
  });
  return app.fetch(request);
}
