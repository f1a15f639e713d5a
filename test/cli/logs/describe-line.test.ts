import { expect, it } from 'vitest';
import { describeLine } from '../../../cli/logs/describe-line.ts';

const line = {
  id: '1',
  at: '2026-11-20T10:00:00.000Z',
  source: 'deploy',
  level: 'INFO',
  message: 'Prepared',
  details: {},
};

it('says when, where and what, and what else the line says', () => {
  const place = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
  expect(describeLine({ ...line, ...place, details: { requestId: 'r', changes: 3 } })).toBe(
    '2026-11-20T10:00:00.000Z  deploy            INFO   staging 222222222222/us-east-1  Prepared {"changes":3}',
  );
});

it('shows the stack of an error below it', () => {
  const error = { name: 'Refused', stack: 'Refused: no\n    at here (index.js:1)' };
  expect(describeLine({ ...line, level: 'ERROR', message: 'no', details: { error } })).toBe(
    '2026-11-20T10:00:00.000Z  deploy            ERROR  no\n    Refused: no\n        at here (index.js:1)',
  );
});

it('does nothing to the terminal, whatever was logged', () => {
  const hostile = '\u001b]8;;https://evil.example\u0007x\u202e';
  const shown = describeLine({
    ...line,
    message: `one\n${hostile}`,
    details: { by: hostile, error: { stack: hostile } },
  });
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
