import type { Problem } from '../values/problems.ts';
import { windowProblems } from '../turn/windows/window-problems.ts';
import { restsOnLeftOut } from './left-out.ts';
import { consistencyProblems, type Policy, type PolicyReading, readPolicy } from './policy.ts';
import { wellFormedParts } from './well-formed.ts';

/**
 * Reads a parsed `policy.json` before it is deployed: all that `readPolicy` reads, and the windows, which functions need not follow
 * again when they start. Where the form of something is wrong, what of the rest does not fit together is told of, too.
 * @param now ISO 8601: windows may be over
 */
export function checkPolicy(document: unknown, now: string): PolicyReading {
  const reading = readPolicy(document);
  if ('policy' in reading) {
    const problems = policyWindowProblems(reading.policy, now);
    return problems.length === 0 ? reading : { problems };
  }
  const named = new Set(reading.problems.map(keyOf));
  const further = problemsOfParts(document, now).filter((one) => !named.has(keyOf(one)));
  return { problems: [...reading.problems, ...further] };
}

/** What does not fit together, for certain: whatever the parts will say that have the wrong form now. */
function problemsOfParts(document: unknown, now: string): Problem[] {
  const parts = wellFormedParts(document);
  if (parts === undefined) return [];
  const { policy, leftOut } = parts;
  return [...consistencyProblems(policy), ...policyWindowProblems(policy, now)].filter(
    (one) => !restsOnLeftOut(one, leftOut),
  );
}

function policyWindowProblems({ environments }: Policy, now: string): Problem[] {
  return Object.entries(environments).flatMap(([name, { freeze, allow }]) =>
    windowProblems(
      { name, ...(freeze === undefined ? {} : { freeze }), ...(allow === undefined ? {} : { allow }) },
      now,
    ),
  );
}

function keyOf({ code, path, message }: Problem): string {
  return JSON.stringify([code, path, message]);
}
