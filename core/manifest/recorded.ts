import * as z from 'zod';
import { type Manifest, manifestSchema } from './manifest.ts';

/** Rules about how much a manifest may ask for, by the codes of their problems. */
const limitCodes: readonly unknown[] = [
  'checks-too-long',
  'too-many-headers',
  'too-many-parameters',
  'traffic-too-dense',
  'traffic-too-long',
];

/**
 * A manifest as plans keep it. What one may ask for was more when the plan was made, perhaps, and a release that is under way, or
 * that an alias has to go back to years later, is still carried out by it: a limit that was lowered since refuses no plan.
 */
export const recordedManifest = z.custom<Manifest>((value) => {
  const { error } = manifestSchema.safeParse(value);
  return error === undefined || error.issues.every(isLimit);
}, 'must be a manifest');

function isLimit(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union') return issue.errors.some((form) => form.length > 0 && form.every(isLimit));
  return issue.code === 'too_big' || (issue.code === 'custom' && limitCodes.includes(issue.params?.['code']));
}
