import { AwsError } from '../../kernel/errors.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** Cuts one page out of a list; 0 or nothing means 100, as in AWS. @throws AwsError InvalidToken */
export function page<T>(
  all: readonly T[],
  { maxResults, nextToken }: PageRequest,
): { readonly items: T[]; readonly next: { readonly nextToken?: string } } {
  const size = maxResults === undefined || maxResults === 0 ? 100 : maxResults;
  if (size < 0 || size > 1_000)
    throw new AwsError('ValidationException', `maxResults is not between 0 and 1000: ${size}`);
  const start = nextToken === undefined ? 0 : offset(nextToken);
  const end = start + size;
  const next = end < all.length ? { nextToken: Buffer.from(`after:${end}`).toString('base64') } : {};
  return { items: all.slice(start, end), next };
}

function offset(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  if (match?.[1] === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  return Number(match[1]);
}
