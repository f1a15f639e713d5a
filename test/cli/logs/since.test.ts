import { expect, it } from 'vitest';
import { sinceWhen } from '../../../cli/logs/since.ts';

const now = Date.parse('2026-11-20T10:00:00.000Z');

it.each([
  ['90s', '2026-11-20T09:58:30.000Z'],
  ['15m', '2026-11-20T09:45:00.000Z'],
  ['2h', '2026-11-20T08:00:00.000Z'],
  ['1d', '2026-11-19T10:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T09:30:00+01:00', '2026-11-20T08:30:00.000Z'],
])('%s', (text, wanted) => {
  expect(new Date(sinceWhen(text, now)).toISOString()).toBe(wanted);
});

it.each(['15', 'yesterday', '2026-13-40', '-1h', '1.5h'])('refuses %s', (text) => {
  expect(() => sinceWhen(text, now)).toThrow(
    expect.objectContaining({ exitCode: 2, details: { code: 'cli.time-unreadable' } }),
  );
});
