import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { pageHeaders } from './style.ts';

/**
 * Answers with a page, or with 304 where the reader has it. Its tag is of what it shows, without the time at which it was read: a
 * page that nothing changed on keeps it.
 * @param now engine time, for the times that the page tells
 */
export async function answerPage(context: Context, page: string | Promise<string>, now: string): Promise<Response> {
  const html = String(await page);
  const tag = `"${createHash('sha256').update(html).digest('base64url')}"`;
  const headers = { ...pageHeaders, etag: tag };
  const known = (context.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(tag)) return context.body(null, 304, headers);
  return context.html(html.replace('data-now=""', `data-now="${now}"`), 200, headers);
}
