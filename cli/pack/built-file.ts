import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { packProblem } from './problems.ts';
import type { Unreadable } from './application.ts';
import { isFile } from './read-template.ts';

/** What a build tool wrote as JSON, or why it cannot be read. @param build the command that writes it */
export function readBuilt<T>(file: string, schema: z.ZodType<T>, build: string): { readonly content: T } | Unreadable {
  const failed = (what: string): Unreadable => {
    const sentence = `${file} ${what}: build again (${build}).`;
    return { file, problems: [packProblem('pack.build-unreadable', file, sentence)] };
  };
  if (!isFile(file)) return failed('is missing');
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return failed(`is not JSON (${String(error).replace(/^SyntaxError: /, '')})`);
  }
  const reading = schema.safeParse(document);
  if (reading.success) return { content: reading.data };
  const [issue] = reading.error.issues;
  return failed(`is not as it is expected at "${issue?.path.map(String).join('.') ?? ''}" (${issue?.message ?? ''})`);
}
