import * as z from 'zod';

/**
 * The small values everything is made of. The patterns together keep a release id within the 80 characters of an execution
 * name, and let it be taken apart again: a service has no segment that starts with a digit, a version always does.
 */

/** `orders`, `order-history`; at most 30 characters. */
export const serviceName = z
  .string()
  .regex(
    /^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/,
    'must be 1–30 lower-case letters and digits, words joined by "-", each word starting with a letter',
  );

/** `1.4.2`, `2026-11-20.1`; at most 40 characters. */
export const versionName = z
  .string()
  .regex(
    /^[0-9][0-9A-Za-z._-]{0,39}$/,
    'must start with a digit and have at most 40 letters, digits, ".", "_" and "-"',
  );

/** `staging`, `production`; at most 20 characters. */
export const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1–20 lower-case letters, digits and "-", starting with a letter');

export const accountId = z.string().regex(/^[0-9]{12}$/, 'must be an account number of 12 digits');

export const regionName = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/, 'must be the code of an AWS Region, such as "us-east-1"');

/** `<service>-<version>-a<attempt>`. */
export const releaseId = z
  .string()
  .max(80)
  .regex(
    /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*-[0-9][0-9A-Za-z._-]*-a[1-9][0-9]{0,5}$/,
    'must look like "orders-1.4.2-a1"',
  );

/** What `sluice plan` asks for: `plan-` and 32 hex digits. No release is called so. */
export const planningId = z.string().regex(/^plan-[0-9a-f]{32}$/, 'must look like "plan-" and 32 hex digits');

/** Is it such an id, and no release's? */
export function isPlanning(id: string): boolean {
  return planningId.safeParse(id).success;
}

/** SHA-256 in lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 lower-case hex digits');

/** Name of a resource, output or parameter inside a template. */
export const logicalId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,255}$/, 'must be the name of something in the template: letters and digits only');

/** Time in ISO 8601, UTC, with milliseconds: sorts as text. */
export const instant = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/, 'must be a UTC time with milliseconds');

/** One account and region. */
export const targetSchema = z.strictObject({ account: accountId, region: regionName });
export type Target = z.infer<typeof targetSchema>;

/** `<account>/<region>`, as transitions and heads name a target. */
export const targetName = z
  .string()
  .regex(/^[0-9]{12}\/[a-z0-9-]+$/, 'must be "<account>/<region>"')
  .meta({ description: '<account>/<region>' });

/** The text for one target. */
export function nameTarget({ account, region }: Target): string {
  return `${account}/${region}`;
}

/** The target a text names. Throws a ZodError when it names none. */
export function parseTarget(name: string): Target {
  const [account = '', region = ''] = targetName.parse(name).split('/');
  return { account, region };
}
