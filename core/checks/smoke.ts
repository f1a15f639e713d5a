import { findDifferences, show } from './json-difference.ts';
import { checkName } from './schema.ts';
import type { SmokeCheck } from './schema.ts';
import type { Verdict } from './verdict.ts';

/** What came back from a function or a URL, or why nothing did. */
export type SmokeAnswer =
  | { readonly kind: 'function'; readonly payload: string; readonly functionError?: string; readonly version?: string }
  | { readonly kind: 'http'; readonly status: number; readonly body: string }
  /** Refused, timed out, not resolvable: the new version did not answer. */
  | { readonly kind: 'unanswered'; readonly sentence: string };

/** Judges a smoke check by its answer. */
export function judgeSmoke(check: SmokeCheck, answer: SmokeAnswer): Verdict {
  const name = checkName(check);
  const failures = smokeFailures(check, answer);
  return failures.length === 0
    ? { check: name, verdict: 'passed', sentence: 'answered as expected' }
    : { check: name, verdict: 'failed', sentence: `${failures.join('; ')}.` };
}

function smokeFailures(check: SmokeCheck, answer: SmokeAnswer): string[] {
  switch (answer.kind) {
    case 'unanswered':
      return [answer.sentence];
    case 'function':
      if (answer.functionError !== undefined) return [`the function failed: ${shorten(answer.payload)}`];
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
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [`expected JSON, got ${show(body)}`];
  }
  return findDifferences(expected, json).map(({ sentence }) => sentence);
}

function shorten(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
