/** The cookie that a one-time link leaves in the browser: HttpOnly, SameSite=Strict, valid for a working day. */
export const sessionCookie = 'sluice-session';

/** The cookie by which somebody who was asked to approve a release reads it, and nothing else; the browser sends it there alone. */
export const watchCookie = 'sluice-watch';

/** The cookie that a browser keeps while its person is at the issuer. Over TLS nobody but this very host can have set it (`__Host-`). */
export function attemptCookie(secure: boolean): string {
  return secure ? '__Host-sluice-sign-in' : 'sluice-sign-in';
}

/** Where people sign in, where the policy has an OpenID provider. @param to the page that they come back to, by its path and query */
export function signInPath(to: string): string {
  return to === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ to }).toString()}`;
}

/** The page that a request asks for, by its path and query, as the browser wrote them. */
export function askedPage({ url }: Pick<Request, 'url'>): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
