/** The longest path and query that is returned to: a page of a list has a cursor in it, and a cookie has room for 4,096 bytes. */
const LONGEST = 2000;

/**
 * Where to go after signing in: a page of this engine, by its path and query; else the first page. Nothing that a browser could read as
 * another host's: no second slash or backslash at its beginning, nothing that is no visible ASCII.
 */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > LONGEST || !/^\/(?![/\\])[\x21-\x5B\x5D-\x7E]*$/.test(asked)) return '/';
  const base = 'https://sluice.invalid';
  const { origin, pathname, search } = new URL(asked, base);
  // A path such as /.//elsewhere is another host's once its dots are gone.
  if (origin !== base || pathname.startsWith('//')) return '/';
  // Neither to what signs in or out again, nor to what is no page of a session.
  return /^\/(sign-in|sign-out|open|approvals|v1|oidc|slack)(\/|$)/.test(pathname) ? '/' : `${pathname}${search}`;
}
