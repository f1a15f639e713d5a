import * as z from 'zod';

/** What a permissions boundary takes from somebody, as far as names of actions tell; resources and conditions are not compared. */

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
});
const statements = z.union([statement.transform((one) => [one]), z.array(statement)]);
const document = z.object({ Statement: statements });

/** What a role or user may do by its policies. */
export interface Granted {
  /** Its policies' documents, parsed. */
  readonly documents: readonly unknown[];
  /** Policies that the engine may not read. */
  readonly unreadable: readonly string[];
}

/**
 * Actions that a role's policies allow and the boundary does not, in words: names and patterns; of a pattern of which the
 * boundary has some, "in part". Empty where nothing is cut.
 * @throws ZodError for what is no policy document
 */
export function findCut({ documents, unreadable }: Granted, boundary: unknown): string[] {
  const kept = allowedBy(boundary);
  const granted = [...new Set(documents.flatMap(allowedBy))].sort();
  return [
    ...granted.flatMap((action) => {
      if (kept.some((pattern) => covers(pattern, action))) return [];
      return [kept.some((one) => covers(action, one)) ? `${action} in part` : action];
    }),
    ...unreadable.map((policy) => `what ${policy} allows, which the engine may not read`),
  ];
}

/** What is allowed to all but some actions counts as all. */
function allowedBy(policy: unknown): string[] {
  return document
    .parse(policy)
    .Statement.filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action = ['*'] }) => Action);
}

/** Does a pattern match all that another one matches? IAM compares actions without regard to case. */
function covers(pattern: string, other: string): boolean {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '[^*]');
  return new RegExp(`^${text}$`, 'i').test(other);
}
