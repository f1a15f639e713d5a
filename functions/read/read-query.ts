import type * as z from 'zod';
import { readRequest } from '../../engine/http/read-request.ts';

/** The parameters of a request, as they stand in its URL. */
export type Query = Readonly<Record<string, string>>;

/** @throws RequestInvalid that lists everything wrong with the query */
export function readQuery<T>(schema: z.ZodType<T>, query: Query): T {
  // An empty form field means "any".
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  return readRequest(schema, given, 'The query is wrong');
}
