import { createHash } from 'node:crypto';

/** A short digest of a resolved value that says nothing of the order of its keys. Part of logical ids. */
export function digestOf(resolved: unknown): string {
  const text = JSON.stringify(resolved, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
