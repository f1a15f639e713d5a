import type * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import { badRequest } from '../api-gateway/errors.ts';

/** A part of an OpenAPI document. @throws AwsError BadRequestException @throws NotImplemented for what a strict schema does not know */
export function read<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw new NotImplemented(`${issue.keys.join(', ')} in ${where}`);
  throw badRequest(
    `Invalid OpenAPI input: ${[where, ...(issue?.path ?? []).map(String)].join('.')}: ${issue?.message ?? ''}`,
  );
}
