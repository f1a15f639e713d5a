import * as z from 'zod';
import { cutText, oneLine, visibleLine } from '../values/text.ts';

/**
 * What a team's functions and endpoints answer may hold secrets, and what is told of a release is kept for years and sent to many:
 * the ledger, pages, mails and logs get the shape of it, not the value. The one place that decides so.
 */

/** Longest value that is shown where a check says that its answers may be kept. */
const LONGEST_KEPT = 300;

/** `a text of 12 characters`, `a list of 3`. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? `an object of ${Object.keys(value).length} members` : `a ${typeof value}`;
}

/** A value in one short line, as it is: of the manifest, or where the check says `keep`. */
export function showValue(value: unknown): string {
  return visibleLine(cutText(value === undefined ? 'nothing' : JSON.stringify(value), 120));
}

const answeredError = z.object({ errorType: z.string().default(''), errorMessage: z.string().default('') });
const className = /^[A-Za-z_$][\w.$]{0,79}$/;

/** Why a function failed: the class of its error, and how long its message is. Lambda's own words say more. @param payload as Lambda gives it */
export function describeFunctionError(payload: string, keep = false): string {
  if (keep) return visibleLine(cutText(oneLine(payload), LONGEST_KEPT));
  const { errorType = '', errorMessage = '' } = answeredError.safeParse(parseJson(payload)).data ?? {};
  const [timedOut] = /Task timed out after [\d.]+ seconds$/.exec(errorMessage) ?? [];
  const kind = className.test(errorType) ? errorType : 'an error';
  const message = errorMessage === '' ? '' : ` with a message of ${errorMessage.length} characters`;
  return timedOut ?? `${kind}${message} (its log has more)`;
}

/** A URL without what may be a key: credentials, query, fragment, and parts of the path that are no plain words. */
export function shownUrl({ protocol, host, pathname, search, hash }: URL): string {
  return `${protocol}//${host}${shownPath(`${pathname}${search}${hash}`)}`;
}

/** A path, likewise. */
export function shownPath(path: string): string {
  const [plain = '', ...rest] = path.split(/[?#]/);
  const parts = plain.split('/').map((part) => (plainWord.test(part) ? part : '…'));
  return `${parts.join('/')}${rest.length === 0 ? '' : '?…'}`;
}

/** `health`, `v2`, `order-history`, `index.html`; nothing that is long, or mixes letters and digits. */
const plainWord = /^(?:[A-Za-z]{1,16}(?:[-_][A-Za-z]{1,16}){0,3}(?:\.[a-z]{1,5})?|v?\d{1,3}|)$/;

/** CloudFormation quotes what the function of a custom resource answered: without that. */
export function withoutAnswer(reason: string): string {
  return reason.replace(
    /(Message returned: )(.*?)( \(RequestId: [\w-]+\))?$/s,
    (_, before: string, answer: string, id = '') => `${before}${shapeOf(answer)}, which its log has${String(id)}`,
  );
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
