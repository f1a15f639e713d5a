/** The cookie that a one-time link leaves in the browser: HttpOnly, SameSite=Strict, valid for a working day. */
export const sessionCookie = 'sluice-session';

/** The cookie by which somebody who was asked to approve a release reads it, and nothing else; the browser sends it there alone. */
export const watchCookie = 'sluice-watch';
