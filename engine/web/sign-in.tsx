import { signInPath } from '../http/session-cookie.ts';
import { Layout } from './layout.tsx';

/** Leads to the OpenID provider, and back. @param to path and query of the page to come back to */
export function SignInLink({ to }: { readonly to: string }) {
  return (
    <p>
      <a href={signInPath(to)}>Sign in</a>
    </p>
  );
}

/** What the issuer sends the browser back to: a form, which the script sends by itself. @param action with the issuer's answer */
export function Returned({ action }: { readonly action: string }) {
  return (
    <Layout title="Signing in" open>
      <h1>Signing in</h1>
      <p>The OpenID provider has answered. Continue to open the session.</p>
      <form method="post" action={action} data-at-once="">
        <button type="submit">Continue</button>
      </form>
    </Layout>
  );
}

/** Who is signed in, and how to end that. */
export function SignOut({ who, token }: { readonly who: string; readonly token: string }) {
  return (
    <Layout title="Sign out">
      <h1>Sign out</h1>
      <p>
        You read and act as <strong>{who}</strong> in this browser.
      </p>
      <form method="post" action="/sign-out">
        <input type="hidden" name="token" value={token} />
        <button type="submit">Sign out</button>
      </form>
    </Layout>
  );
}
