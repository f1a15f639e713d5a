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

/** Something the approver must not overlook. */
const changeWarningSchema = z.strictObject({
  code: z.enum([
    'stateful-replaced',
    'stateful-removed',
    'resource-replaced',
    'permissions-changed',
    'permissions-widened',
    'permissions-narrowed',
    'permissions-cut',
    'event-source-changed',
    'moves-all-at-once',
    'removed-after-bake',
    'alarm-left-out',
    'alarm-changed',
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
  warnings: z.array(changeWarningSchema),
  /** How many roles and users get the permissions boundary from the engine, in a sentence; absent where none does. */
  boundary: z.string().exactOptional(),
});
export type ChangeSummary = z.infer<typeof changeSummarySchema>;
