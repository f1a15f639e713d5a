import { inUtc } from '../core/contract/api/live-at.ts';
import { CommandError, exitCode } from './exit-codes.ts';

/** A moment as people write it, as the API takes it; without a zone it is UTC, as on the pages. @throws CommandError */
export function momentOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(inUtc(text)) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(
    `"${text}" is no time: give one such as 2026-11-20T09:00:00Z, or a date such as 2026-11-20. Without a zone it is UTC.`,
    exitCode.badInput,
    { code: 'cli.time-unreadable' },
  );
}
