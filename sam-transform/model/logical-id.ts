import { createHash } from 'node:crypto';
import { canonical, isFilled, isText } from './values.ts';

const LENGTH = 10;

/** The first ten digits of the data's SHA-1, by which SAM names what has to be made anew when the data changes. */
export function digest(data: unknown, length = LENGTH): string {
  if (!isFilled(data)) return '';
  return createHash('sha1')
    .update(isText(data) ? data : canonical(data))
    .digest('hex')
    .slice(0, length);
}

/** `prefix` with `name` behind it, or with the name's digest where it is not of letters and digits alone. */
export function suffixed(prefix: string, name: unknown): string {
  const text = isText(name) ? name : '';
  return /^[\p{L}\p{N}]+$/u.test(text) ? `${prefix}${text}` : `${prefix}${digest(text)}`;
}
