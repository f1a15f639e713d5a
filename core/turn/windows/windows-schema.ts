import * as z from 'zod';
import { durationSeconds, isoDuration } from '../../values/duration.ts';

/** Windows of an environment, as the policy writes them: when it may not be changed (`freeze`), and when alone it may (`allow`). */

const cron = z
  .string()
  .max(100)
  .regex(
    /^[0-9A-Za-z*?,/#+-]+(?: [0-9A-Za-z*?,/#+-]+){4}$/,
    'must be a cron of five fields with a space between: minute, hour, day of the month, month, day of the week, such as "0 16 * * 5"',
  );

const localTime = z
  .string()
  .regex(
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$/,
    'must be a local time without an offset, such as "2026-12-20T18:00": "zone" says where it is that time',
  );

const zone = z
  .string()
  .max(60)
  .regex(
    /^(?:UTC|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/,
    'must be a time zone by its place, such as "Europe/Berlin", or "UTC"; offsets and abbreviations know no summer time',
  );

/** Kinds of releases that a window does not count for. */
const except = z
  .array(z.enum(['rollback', 'hotfix']))
  .min(1)
  .exactOptional();

const length = isoDuration.refine((text) => !isoDuration.safeParse(text).success || durationSeconds(text) >= 60, {
  error: 'must be at least a minute',
});

/** It begins whenever the clocks of the zone show what the cron says, and lasts so long, whatever clocks do meanwhile. */
const recurringWindow = z.strictObject({ cron, for: length, zone, except });
export type RecurringWindow = z.infer<typeof recurringWindow>;

/** Once: from one local time until another. */
const singleWindow = z.strictObject({ from: localTime, until: localTime, zone, except });
export type SingleWindow = z.infer<typeof singleWindow>;

const windowSchema = z.union([recurringWindow, singleWindow]);
export type ReleaseWindow = z.infer<typeof windowSchema>;

/** What an environment of the policy says of windows. */
export const windowFields = {
  /** When nothing new begins here; wins over `allow`. */
  freeze: z.array(windowSchema).min(1).max(20).exactOptional(),
  /** When alone something new may begin here. */
  allow: z.array(windowSchema).min(1).max(20).exactOptional(),
};

/** The windows of an environment, in a plan and in a queue. */
export const windowsSchema = z.object(windowFields);
export type Windows = z.infer<typeof windowsSchema>;
