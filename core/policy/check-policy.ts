import type { Problem } from '../values/problems.ts';
import { windowProblems } from '../turn/windows/window-problems.ts';
import { type PolicyReading, readPolicy } from './policy.ts';

/**
 * Reads a parsed `policy.json` before it is deployed: all that `readPolicy` reads, and the windows, which functions need not follow
 * again when they start.
 * @param now ISO 8601: windows may be over
 */
export function checkPolicy(document: unknown, now: string): PolicyReading {
  const reading = readPolicy(document);
  if ('problems' in reading) return reading;
  const problems: Problem[] = Object.entries(reading.policy.environments).flatMap(([name, { freeze, allow }]) =>
    windowProblems(
      { name, ...(freeze === undefined ? {} : { freeze }), ...(allow === undefined ? {} : { allow }) },
      now,
    ),
  );
  return problems.length === 0 ? reading : { problems };
}
