/**
 * Schedule expressions of EventBridge rules and EventBridge Scheduler: `rate()`, `cron()`, `at()`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';

/** When something recurs. Times are engine time, milliseconds since the epoch. */
export interface Recurrence {
  readonly kind: 'rate' | 'cron' | 'at';
  /** The first time after `after`; undefined when there is none. */
  next(after: number): number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads a schedule expression; undefined where it is not valid. `anchor` is the first time of a rate, `timezone` (IANA) where
 * the hands of cron() and at() stand.
 */
export function readSchedule(expression: string, anchor: number, timezone = 'UTC'): Recurrence | undefined {
  const [, kind, body = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return readRate(body, anchor);
    case 'cron':
      return readCron(body, timezone);
    case 'at':
      return readAt(body, timezone);
    default:
      return undefined;
  }
}

function readRate(body: string, anchor: number): Recurrence | undefined {
  const [, count = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const length = UNITS[unit];
  // AWS wants `1 minute` and `2 minutes`.
  if (length === undefined || (count === '1') === (plural === 's')) return undefined;
  const period = Number(count) * length;
  return { kind: 'rate', next: (after) => anchor + Math.max(0, Math.floor((after - anchor) / period) + 1) * period };
}

/** The largest value of each field: minutes, hours, day of month, month, day of week, year. */
const LARGEST = [59, 23, 31, 12, 7, 2199];

function readCron(body: string, timezone: string): Recurrence | undefined {
  const fields = body.split(' ');
  const [, , dayOfMonth, , dayOfWeek] = fields;
  // One of the two days has to be left open, by `?`.
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const pattern = fields.map((field, index) => cronField(field, index)).join(' ');
  try {
    const cron = new Cron(`0 ${pattern}`, { timezone, paused: true, alternativeWeekdays: true, mode: '7-part' });
    return { kind: 'cron', next: (after) => cron.nextRun(new Date(after))?.getTime() };
  } catch {
    return undefined;
  }
}

/** AWS's way of writing a cron field in croner's: `?` is any, `5/10` runs to the end, a lone `L` is the week's last day. */
function cronField(field: string, index: number): string {
  if (field === '?') return '*';
  if (index === 4 && field === 'L') return '7';
  return field.replace(/(^|,)(\d+)\/(\d+)/g, `$1$2-${LARGEST[index] ?? ''}/$3`);
}

function readAt(body: string, timezone: string): Recurrence | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return undefined;
  try {
    const at = Temporal.PlainDateTime.from(body).toZonedDateTime(timezone).epochMilliseconds;
    return { kind: 'at', next: (after) => (at > after ? at : undefined) };
  } catch {
    return undefined;
  }
}
