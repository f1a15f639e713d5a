import fc from 'fast-check';
import { expect, it } from 'vitest';
import { returnPath } from '../../../core/sign-in/return-path.ts';

it.each([
  ['/', '/'],
  ['/releases/orders-1-a1/approvals/00', '/releases/orders-1-a1/approvals/00'],
  ['/releases?service=orders&status=Failed', '/releases?service=orders&status=Failed'],
  [`/releases?cursor=${'x'.repeat(1500)}`, `/releases?cursor=${'x'.repeat(1500)}`],
  ['/releases/%C3%BC', '/releases/%C3%BC'],
])('%s is a page to come back to', (path, expected) => expect(returnPath(path)).toBe(expected));

it.each([
  ...['//evil.example', '/\\evil.example', '/.//evil.example', '/x/../..//evil.example', '/\t/evil.example'],
  ...[
    'https://evil.example',
    'javascript:alert(1)',
    '',
    'releases',
    '/sign-in',
    '/sign-in/return?code=1',
    '/sign-out',
    '/open/x',
  ],
  ...['/v1/releases', `/${'x'.repeat(2000)}`, '/ü', '/%5cevil\n'],
])('%s is not', (path) => expect(returnPath(path)).toBe('/'));

it('never leads to another host', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '@',
    ':',
    '?',
    '#',
    'evil.example',
    '\t',
    '\n',
    'https:',
    'a',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const path = returnPath(parts.join(''));
      expect(path).toMatch(/^\/(?![/\\])/);
      expect(new URL(path, 'https://api.example.com').origin).toBe('https://api.example.com');
    }),
  );
});
