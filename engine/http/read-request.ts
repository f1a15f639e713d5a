import type * as z from 'zod';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { schemaProblems } from '../../core/values/problems.ts';
import { cutText } from '../../core/values/text.ts';

/** Longest list of what is wrong with a request. */
const LONGEST = 1000;

/** A query or body of a request. @param introduction what it must be, `The query is wrong` @throws RequestInvalid that lists everything wrong with it */
export function readRequest<T>(schema: z.ZodType<T>, document: unknown, introduction: string): T {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const sentences = schemaProblems(schema, document, 'request').map(({ message }) => message);
  throw new RequestInvalid(`${introduction}: ${cutText(sentences.join(' '), LONGEST)}`);
}
