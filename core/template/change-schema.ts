import * as z from 'zod';
import { sha256 } from '../values/identifiers.ts';

/** One resource that a release would change, as an approver reads it. */
export const resourceChangeSchema = z.strictObject({
  action: z.enum(['Add', 'Modify', 'Remove', 'Import', 'Dynamic', 'SyncWithActual']),
  logicalId: z.string(),
  type: z.string(),
  replacement: z.enum(['True', 'False', 'Conditional']).exactOptional(),
});
export type ResourceChange = z.infer<typeof resourceChangeSchema>;

/** A parameter whose value a release would change, as an approver reads it. */
const parameterChangeSchema = z.strictObject({
  name: z.string(),
  /** Who gives the new value; `removed` where the template has no such parameter any more. */
  source: z.enum(['manifest', 'default', 'removed']),
  /** Absent where it is new. Long values are cut, and those of secrets left out. */
  before: z.string().exactOptional(),
  /** Absent where it is removed. */
  after: z.string().exactOptional(),
});
export type ParameterChange = z.infer<typeof parameterChangeSchema>;

/** Something the approver must not overlook. */
const changeWarningSchema = z.strictObject({
  code: z.enum([
    'stateful-replaced',
    'stateful-removed',
    // What it holds is kept, but those who use it find an empty one, or none.
    'stateful-emptied',
    'stateful-left',
    'resource-replaced',
    'replaced-at-once',
    'permissions-changed',
    'permissions-widened',
    'permissions-narrowed',
    'permissions-cut',
    'event-source-changed',
    'custom-resource-changed',
    'custom-by-former-version',
    'moves-all-at-once',
    'goes-around-alias',
    'takes-over-at-once',
    'removed-after-bake',
    'added-after-bake',
    'comes-twice',
    'alarm-left-out',
    'alarm-changed',
    'runtime-closed',
    // Lambda lets no function go back to the runtime that it leaves.
    'runtime-left',
    'parameter-default',
    'hidden-value-kept',
    'taken-over',
    'not-looked-at',
  ]),
  logicalId: z.string(),
  sentence: z.string(),
});
export type ChangeWarning = z.infer<typeof changeWarningSchema>;

/** What would change in one target. */
export const changeSummarySchema = z.strictObject({
  /** Same digest, same change: an approval is for exactly this. */
  digest: sha256,
  resources: z.array(resourceChangeSchema),
  /** Absent where none changes, and in releases older than this. */
  parameters: z.array(parameterChangeSchema).exactOptional(),
  warnings: z.array(changeWarningSchema),
  /** How many roles and users get the permissions boundary from the engine, in a sentence; absent where none does. */
  boundary: z.string().exactOptional(),
  /** There is more to it, which cannot be told yet: approval is requested again once it can. */
  partial: z.literal(true).exactOptional(),
});
export type ChangeSummary = z.infer<typeof changeSummarySchema>;
