import { etag } from 'hono/etag';

/**
 * Gives an answer a strong ETag, the SHA-256 of its body, and answers 304 to who has that already. What is read for it is what is
 * read for the answer. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export const conditional = etag({ generateDigest: (body) => crypto.subtle.digest('SHA-256', Uint8Array.from(body)) });

/** May be kept by the caller alone, and is asked for again each time. */
export const revalidated = { 'cache-control': 'private, no-cache' } as const;
