/** The cookie that a one-time link leaves in the browser: HttpOnly, SameSite=Strict, valid for a working day. */
export const sessionCookie = 'sluice-session';
