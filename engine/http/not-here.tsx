import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { problemType } from '../../core/contract/api/documents.ts';
import { engineRoutes, methodsAt, routesByToken, signInRoutes } from '../../core/contract/api/http-routes.ts';
import { MethodNotTaken, type NotInLedger } from '../../core/contract/errors.ts';
import { cutText } from '../../core/values/text.ts';
import { homePath } from '../web/paths.ts';
import { Notice } from '../web/layout.tsx';
import { SignInLink } from '../web/sign-in.tsx';
import { pageHeaders } from '../web/style.ts';
import { describeRefusal, notFound, refuse } from './refusals.ts';
import type { FindSigningIn } from './signing-in.ts';

const HTML = 'text/html';

/**
 * Answers a request that is on no route: that there is nothing, or which methods its path takes. A page to browsers, a problem document to
 * everything else. It reads nothing but whether people sign in, and tells nobody what is at a path: the routes are public.
 */
export function answerNotHere(request: Request, signIn?: FindSigningIn): Response | Promise<Response> {
  const app = new Hono();
  app.notFound(async (context) => {
    const { req } = context;
    const { error, headers } = await refusalFor(req, signIn);
    const wanted = accepts(context, { header: 'Accept', supports: [HTML, problemType, 'application/json'], default: problemType }); // prettier-ignore
    if (wanted !== HTML) return refuse(error, req, headers);
    const page = (
      <Notice title={error.name === 'NotInLedger' ? 'There is nothing here' : 'This page does not open'} bad open>
        {error.name === 'NotInLedger' ? <Nowhere path={req.path} /> : <p>{error.message}</p>}
        <p>
          <a href={homePath}>What is live</a>
        </p>
        {(await signIn?.()) === undefined ? null : <SignInLink to={homePath} />}
      </Notice>
    );
    return context.html(page, describeRefusal(error).status, { ...pageHeaders, ...headers });
  });
  return app.fetch(request);
}

function Nowhere({ path }: { readonly path: string }) {
  return (
    <p>
      This address leads to no page: <code>{cutText(path, 100)}</code>. It may be mistyped, or cut by a mail program.
    </p>
  );
}

interface Asked {
  readonly method: string;
  readonly path: string;
}

/** A path that takes this very method is one that came on another route, and stays hidden: API Gateway reads paths otherwise. */
async function refusalFor(
  { method, path }: Asked,
  signIn: FindSigningIn | undefined,
): Promise<{ readonly error: NotInLedger | MethodNotTaken; readonly headers: Readonly<Record<string, string>> }> {
  const methods = await methodsTaken(path, signIn);
  if (methods.length === 0 || methods.includes(method)) return { error: notFound({ method, path }), headers: {} };
  const error = new MethodNotTaken(
    `There is nothing at ${method} ${cutText(path, 100)}: this address takes ${methods.join(' and ')}.`,
  );
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6
  return { error, headers: { allow: methods.join(', ') } };
}

async function methodsTaken(path: string, signIn: FindSigningIn | undefined): Promise<readonly string[]> {
  const always = methodsAt(path, engineRoutes);
  const [bySignIn, byToken] = [methodsAt(path, signInRoutes), methodsAt(path, routesByToken)];
  if (always.length > 0 || bySignIn.length + byToken.length === 0) return always;
  const signing = await signIn?.();
  if (signing === undefined) return [];
  return signing.tokens === undefined ? bySignIn : [...bySignIn, ...byToken];
}
