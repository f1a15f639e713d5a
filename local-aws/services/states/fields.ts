/** Fields that states have in both query languages. */
import * as z from 'zod';
import { isJson, type Json } from './json.ts';

export const json = z.custom<Json>(isJson, 'Expected a JSON value');
export const name = z.string().min(1).max(80);
export const assign = z.custom<Readonly<Record<string, Json>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value),
  'Expected an object of variables',
);
export const LONGEST = 99_999_999;

/** A numeric offset or Z is required: https://www.rfc-editor.org/rfc/rfc3339 */
export const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().min(1).max(LONGEST).default(1),
  MaxAttempts: z.int().min(0).max(LONGEST).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});

export const caught = { Comment: z.string().optional(), ErrorEquals: z.array(z.string()).min(1), Next: name };
export const comment = { Comment: z.string().optional() };
export const moving = { Next: name.optional(), End: z.literal(true).optional() };
