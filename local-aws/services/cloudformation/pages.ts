import { validationError } from './errors.ts';

const PAGE = 100;

/** One page of a list, and the token of the next. @throws AwsError ValidationError for a token it did not give */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0) throw validationError('NextToken is invalid');
  const end = from + PAGE;
  return { items: all.slice(from, end), next: end < all.length ? String(end) : undefined };
}
