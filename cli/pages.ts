import type * as z from 'zod';
import type { Engine } from './engine.ts';

/** Everything that a list of the API has, page after page. @param of what of a page is listed */
export async function everyPage<Page extends { readonly cursor?: string }, One>(
  engine: Engine,
  schema: z.ZodType<Page>,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  of: (page: Page) => readonly One[],
): Promise<One[]> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const found: One[] = [];
  let cursor: string | undefined;
  do {
    const asked = new URLSearchParams(given);
    if (cursor !== undefined) asked.set('cursor', cursor);
    const page = await engine.call(schema, 'GET', asked.size === 0 ? path : `${path}?${asked.toString()}`);
    found.push(...of(page));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
