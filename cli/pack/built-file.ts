import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { readJson } from '../../core/artifact/json-text.ts';
import { packProblem } from './problems.ts';
import type { Unreadable } from './application.ts';
import { isFile } from './read-template.ts';

/** What is written as JSON for, or by, a build tool, or why it cannot be read. @param advice what to do then */
export function readBuilt<T>(file: string, schema: z.ZodType<T>, advice: string): { readonly content: T } | Unreadable {
  const failed = (what: string): Unreadable => {
    const sentence = `${file} ${what}: ${advice}.`;
    return { file, problems: [packProblem('pack.build-unreadable', file, sentence)] };
  };
  if (!isFile(file)) return failed('is missing');
  const json = readJson(readFileSync(file));
  if ('fault' in json) return failed(json.fault);
  const reading = schema.safeParse(json.document);
  if (reading.success) return { content: reading.data };
  const [issue] = reading.error.issues;
  return failed(`is not as it is expected at "${issue?.path.map(String).join('.') ?? ''}" (${issue?.message ?? ''})`);
}
