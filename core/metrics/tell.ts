import { spellSeconds } from '../values/duration.ts';

/** What was measured, as far as it is told in words: of a week, or of several. */
interface Measured {
  readonly deployments: number;
  readonly failures: number;
  readonly changeFailurePercent?: number | undefined;
  readonly leadTime?: { readonly seconds: number } | undefined;
  readonly timeToRestore?: { readonly seconds: number } | undefined;
  readonly unrestored: number;
}

/** One row of a table of weeks. */
interface ToldMeasures {
  readonly deployments: string;
  readonly failed: string;
  readonly leadTime: string;
  readonly timeToRestore: string;
}

/** Stands where there is nothing to measure. */
export const NOTHING = '–';

/** Why it stands there. */
export const whyNothing = 'no deployment, or none that failed or came to all users.';

/** A week without deployments has the number 0, and nothing else to tell: 0 % of nothing is no good rate. */
export function tellMeasures(measured: Measured): ToldMeasures {
  const { deployments, failures, changeFailurePercent = 0, leadTime } = measured;
  const failed = failures === 0 ? '0' : `${failures} (${changeFailurePercent} %)`;
  return {
    deployments: String(deployments),
    failed: deployments === 0 ? NOTHING : failed,
    leadTime: leadTime === undefined ? NOTHING : shortTime(leadTime.seconds),
    timeToRestore: restoring(measured),
  };
}

function restoring({ timeToRestore, unrestored }: Measured): string {
  if (timeToRestore !== undefined) return shortTime(timeToRestore.seconds);
  return unrestored === 0 ? NOTHING : 'not yet';
}

/** The two largest units are enough: `1 d 4 h`. */
function shortTime(seconds: number): string {
  return spellSeconds(seconds).split(' ').slice(0, 4).join(' ');
}
