import { CommandError, exitCode } from './exit-codes.ts';

/** A moment that somebody wrote, as the API takes it. @throws CommandError */
export function momentOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(
    `"${text}" is no time: give one such as 2026-11-20T09:00:00Z, or a date such as 2026-11-20.`,
    exitCode.badInput,
    { code: 'cli.time-unreadable' },
  );
}
