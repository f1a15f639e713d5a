import { findDifferences } from './json-difference.ts';
import { describeFunctionError, shapeOf, showValue } from './redact.ts';
import { checkName, DEFAULT_RETRY } from './schema.ts';
import type { SmokeCheck } from './schema.ts';
import { cutText } from '../values/text.ts';
import type { Verdict } from './verdict.ts';

/** The answer of a function or a URL, or why there is none. */
export type SmokeAnswer =
  | { readonly kind: 'function'; readonly payload: string; readonly functionError?: string; readonly version?: string }
  | { readonly kind: 'http'; readonly status: number; readonly body: string }
  /** Refused, timed out, not resolvable: the new version did not answer. */
  | { readonly kind: 'unanswered'; readonly sentence: string };

/** One attempt at a smoke check. */
export interface SmokeAttempt {
  readonly answer: SmokeAnswer;
  /** From the request to the answer or the timeout. */
  readonly milliseconds: number;
  /** Its number, from 1. */
  readonly attempt: number;
}

/** Judges a smoke check by its last attempt. */
export function judgeSmoke(check: SmokeCheck, { answer, milliseconds, attempt }: SmokeAttempt): Verdict {
  const limit = check.expect?.withinMilliseconds;
  const took = Math.round(milliseconds);
  const about = {
    check: checkName(check),
    measured: { milliseconds: took, attempts: attempt },
    ...(limit === undefined ? {} : { limits: { withinMilliseconds: limit } }),
  };
  const failures = smokeFailures(check, answer);
  if (answer.kind !== 'unanswered' && limit !== undefined && took > limit) {
    failures.push(`answered after ${took} ms, allowed ${limit} ms`);
  }
  const times = attempt === 1 ? '' : ` (attempt ${attempt})`;
  if (failures.length > 0) return { ...about, verdict: 'failed', sentence: `${failures.join('; ')}${times}.` };
  const allowed = limit === undefined ? '' : `, allowed ${limit} ms`;
  return { ...about, verdict: 'passed', sentence: `answered as expected in ${took} ms${allowed}${times}.` };
}

/** A verdict is a sentence that people read: of an answer that is all wrong, it tells the beginning. */
const MOST_DIFFERENCES = 20;
const LONGEST_DIFFERENCE = 500;

const SHORTEST_PAUSE = 1000;
const LONGEST_PAUSE = 10_000;

/**
 * Milliseconds to wait before the next attempt at a smoke check that failed: one second at first, then twice as long each
 * time, at most ten; undefined when there is none.
 * @param elapsed milliseconds since the first attempt began
 */
export function pauseBeforeRetry({ retry = DEFAULT_RETRY }: SmokeCheck, attempt: number, elapsed: number) {
  const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (attempt - 1));
  return attempt >= retry.attempts || elapsed + pause > 1000 * retry.withinSeconds ? undefined : pause;
}

function smokeFailures(check: SmokeCheck, answer: SmokeAnswer): string[] {
  switch (answer.kind) {
    case 'unanswered':
      return [answer.sentence];
    case 'function':
      if (answer.functionError !== undefined)
        return [`the function failed: ${describeFunctionError(answer.payload, check.keep)}`];
      return bodyFailures(check, answer.payload);
    case 'http':
      return [...statusFailures(check, answer.status), ...bodyFailures(check, answer.body)];
  }
}

function statusFailures(check: SmokeCheck, status: number): string[] {
  const expected = 'http' in check ? (check.expect?.status ?? 200) : 200;
  return status === expected ? [] : [`expected status ${expected}, got ${status}`];
}

function bodyFailures(check: SmokeCheck, body: string): string[] {
  const expected = check.expect?.json;
  if (expected === undefined) return [];
  const tell = check.keep === true ? showValue : shapeOf;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [`expected JSON, got ${tell(body)}`];
  }
  const differences = findDifferences(expected, json, tell).map(({ sentence }) =>
    cutText(sentence, LONGEST_DIFFERENCE),
  );
  const more =
    differences.length > MOST_DIFFERENCES ? [`${differences.length - MOST_DIFFERENCES} more differences`] : [];
  return [...differences.slice(0, MOST_DIFFERENCES), ...more];
}
