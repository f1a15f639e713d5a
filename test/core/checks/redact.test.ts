import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeFunctionError,
  shapeOf,
  shownPath,
  shownUrl,
  showValue,
  withoutAnswer,
} from '../../../core/checks/redact.ts';

describe('a value that was answered', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['s3cr3t', 'a text of 6 characters'],
    [['s3cr3t'], 'a list of 1'],
    [{ s3cr3t: 's3cr3t' }, 'an object of 1 members'],
    [1234, 'a number'],
    [true, 'a boolean'],
  ])('%j is told by its shape', (value, shape) => expect(shapeOf(value)).toBe(shape));

  it('tells nothing of its texts, however they are nested', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(shapeOf([{ value, marker: 'MARKER' }])).toBe('a list of 1');
        expect(shapeOf(value)).toMatch(
          /^(null|an? (text of \d+ characters|list of \d+|object of \d+ members|number|boolean))$/,
        );
      }),
    );
  });

  it('is shown in one short line that does nothing, where it may be', () => {
    expect(showValue('a\n\u202e')).toBe('"a\\n\\u{202e}"');
    expect(showValue('z'.repeat(200))).toHaveLength(120);
    expect(showValue(undefined)).toBe('nothing');
  });
});

describe('an error of a function', () => {
  const of = (errorType: unknown, errorMessage: unknown): string =>
    describeFunctionError(JSON.stringify({ errorType, errorMessage, trace: ['MARKER'] }));

  it('is told by its class and the length of its message', () => {
    expect(of('TypeError', 'MARKER')).toBe('TypeError with a message of 6 characters (its log has more)');
    expect(of('MARKER is secret', '')).toBe('an error (its log has more)');
    expect(of(7, 'MARKER')).toBe('an error (its log has more)');
    expect(describeFunctionError('MARKER')).toBe('an error (its log has more)');
  });

  it('is told in full where it is the words of Lambda, or the check says so', () => {
    const message = '2026-11-20T10:00:00.000Z 6f747e00-0000 Task timed out after 3.00 seconds';
    expect(of('Sandbox.Timedout', message)).toBe('Task timed out after 3.00 seconds');
    expect(describeFunctionError('{"errorMessage":"a\nb"}', true)).toBe('{"errorMessage":"a b"}');
  });
});

describe('an address', () => {
  it.each([
    ['https://user:MARKER@api.example.com/prod/health?key=MARKER#MARKER', 'https://api.example.com/prod/health?…'],
    ['https://hooks.example.com:8443/services/T0MARKER9/abc123def456', 'https://hooks.example.com:8443/services/…/…'],
    ['https://api.example.com/v2/orders/42/index.html', 'https://api.example.com/v2/orders/42/index.html'],
    ['https://api.example.com/averyveryverylongwordwithoutend', 'https://api.example.com/…'],
    ['https://api.example.com/%4dARKER', 'https://api.example.com/…'],
  ])('%s is told without what may be a key', (url, shown) => expect(shownUrl(new URL(url))).toBe(shown));

  it('has no query in any path', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        expect(shownPath(`/health?${query}`)).toBe('/health?…');
      }),
    );
  });
});

it('a reason of CloudFormation does not quote what a custom resource answered', () => {
  const reason = 'Received response status [FAILED] from custom resource. Message returned: MARKER\nMARKER';
  const id = ' (RequestId: 6f747e00-1111-2222-3333-444444444444)';
  const shown =
    'Received response status [FAILED] from custom resource. Message returned: a text of 13 characters, which its log has';
  expect(withoutAnswer(reason)).toBe(shown);
  expect(withoutAnswer(`${reason}${id}`)).toBe(`${shown}${id}`);
  expect(withoutAnswer('Resource creation cancelled')).toBe('Resource creation cancelled');
});
