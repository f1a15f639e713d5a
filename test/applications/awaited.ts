import type { Feature } from './application.ts';

/**
 * What the local AWS does not do yet. Whoever builds it takes it off this list, and the applications that need it are released. By
 * `AWAITED=none npm run test:applications` all are: those that need it fail with the name of what is missing.
 */
const awaited: readonly Feature[] = ['python', 'schedules'];

/** What of all that is needed is not there yet. */
export function awaitedOf(needs: readonly Feature[] = []): Feature[] {
  return process.env['AWAITED'] === 'none' ? [] : needs.filter((need) => awaited.includes(need));
}
