import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { instant } from '../values/identifiers.ts';
import { returnPath } from './return-path.ts';

/** Seconds that a person may take at the issuer. */
export const attemptSeconds = 600;

const secret = z.string().min(32).max(128);

/** What a browser keeps while its person is at the issuer; nobody else has it. */
const attemptSchema = z.strictObject({
  /** Comes back with the answer: it is an answer to this browser's question. */
  state: secret,
  /** Comes back in the ID token: it was made for this question. */
  nonce: secret,
  /** Whoever has the answer needs it, too (PKCE). */
  verifier: secret,
  at: instant,
  /** Where to go afterwards. */
  to: z.string(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** As a cookie has it. */
export function encodeAttempt(attempt: Attempt): string {
  return Buffer.from(JSON.stringify(attempt)).toString('base64url');
}

/** @returns undefined where it is none, or too old */
export function decodeAttempt(text: string | undefined, now: string): Attempt | undefined {
  if (text === undefined || text.length > 4096) return undefined;
  const parsed = attemptSchema.safeParse(parse(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) return undefined;
  const age = (Date.parse(now) - Date.parse(parsed.data.at)) / 1000;
  if (age < 0 || age >= attemptSeconds) return undefined;
  return { ...parsed.data, to: returnPath(parsed.data.to) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Is an answer's state the attempt's? */
export function isAnswerTo({ state }: Attempt, given: string | undefined): boolean {
  const [own, other] = [Buffer.from(state), Buffer.from(given ?? '')];
  return own.length === other.length && timingSafeEqual(own, other);
}
