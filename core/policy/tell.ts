import * as z from 'zod';

/** What people are told of, besides what they are asked: how an approval stands, and how a release ends. */
export const occasions = [
  'asked',
  'decided',
  'expired',
  'superseded',
  'cancelled',
  'rolledBack',
  'failed',
  'succeeded',
] as const;
export type Occasion = (typeof occasions)[number];

/** Occasions of which `notify.email` is told where the policy says nothing else. */
export const toldUnlessSaid: readonly Occasion[] = ['rolledBack', 'failed'];

/** Who is told: groups of `people`, `@notify` (the addresses of `notify.email`), `@author` (if it is one of `people`). */
export const toldSchema = z
  .array(
    z.string().regex(/^(@notify|@author|[a-z][a-z0-9-]{0,39})$/, 'must be a group of "people", "@notify" or "@author"'),
  )
  .max(20);

export const tellSchema = z.strictObject({
  asked: toldSchema.exactOptional(),
  decided: toldSchema.exactOptional(),
  expired: toldSchema.exactOptional(),
  superseded: toldSchema.exactOptional(),
  cancelled: toldSchema.exactOptional(),
  rolledBack: toldSchema.exactOptional(),
  failed: toldSchema.exactOptional(),
  succeeded: toldSchema.exactOptional(),
} satisfies Record<Occasion, unknown>);
export type TellRules = z.infer<typeof tellSchema>;

/** The groups among those who are told. */
export function groupsIn(told: readonly string[]): string[] {
  return told.filter((name) => !name.startsWith('@'));
}
