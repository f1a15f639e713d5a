import { CommandError, exitCode } from '../exit-codes.ts';
import { momentOf } from '../moment.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** When something begins that somebody wrote as a length of time until now (`15m`) or as a moment. @param now milliseconds since the epoch @throws CommandError */
export function sinceWhen(text: string, now: number): number {
  const [, count = '', unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') return now - Number(count) * units[unit];
  if (/^\d{4}-/.test(text)) return Date.parse(momentOf(text));
  throw new CommandError(
    `"${text}" is no time: give a length such as 15m, 2h or 1d, or a moment such as 2026-11-20T09:00:00Z.`,
    exitCode.badInput,
    { code: 'cli.time-unreadable' },
  );
}
