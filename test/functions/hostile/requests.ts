import fc from 'fast-check';
import { encodeCursor } from '../../../core/contract/api/cursor.ts';

// What a hostile request is made of.

const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((all) => [...all].map((one) => `%${one.toString(16).padStart(2, '0')}`).join(''));
export const oddText = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '.',
    '..',
    '0',
    '-1',
    '1e9',
    'NaN',
    'null',
    '[]',
    '{}',
    '*',
    'x'.repeat(3000),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('staging', 'orders', 'orders-1-a1', 'orders-9-a9', 'Failed'),
);
export const encoded = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))),
  bytes,
  fc.constantFrom('%', '%zz', '%00', '%2f..%2f', '%ed%a0%80', 'a+b', ';'),
);
const keyValue = fc.oneof(
  fc.constantFrom(
    '',
    'release#orders-1-a1',
    'event#00000001',
    'event#',
    'head',
    'day#2026-11-20',
    'day#9999-99-99',
    'day#0000-00-00',
    'day#',
    'live',
    'open#wait',
    'served#orders#staging#222222222222#us-east-1',
    'wait#',
    'service#orders',
    'orders#',
  ),
  oddText,
);
export const key = fc.dictionary(
  fc.constantFrom('pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'holder', '__proto__'),
  keyValue,
  { maxKeys: 5 },
);
/** Anybody can write a cursor with the right digest: these are the lists of the queries below. */
export const lists = [
  ['releases', {}],
  ['releases', { service: 'orders' }],
  ['transitions', 'orders-1-a1'],
  ['live', ''],
  ['live', 'orders'],
  ['approvals'],
];
const cursor = fc.oneof(
  fc.tuple(fc.constantFrom(...lists), key).map(([list, keys]) => encodeCursor(list, keys)),
  fc.constantFrom('e30', 'bnVsbA', 'W10', 'eyJsaXN0IjoiIiwia2V5IjpudWxsfQ'),
);
export const listQuery = fc
  .tuple(fc.constantFrom('', 'service=orders', 'account=222222222222&region=us-east-1'), cursor)
  .map(([filter, text]) => [filter, `cursor=${text}`].join('&'));
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'service',
      'environment',
      'status',
      'limit',
      'cursor',
      'after',
      'at',
      'account',
      'until',
      'weeks',
      'with',
      'r',
      'p',
      'e',
      'k',
      's',
      'service[]',
      '__proto__',
    ),
    encoded,
  ),
  encoded,
);
export const query = fc.oneof(
  listQuery,
  fc.array(parameter, { maxLength: 4 }).map((all) => all.map((pair) => pair.join('=')).join('&')),
);
const approvalSegment = fc.oneof(encoded, fc.constant('0'.repeat(32)));
const releaseSegment = fc.oneof(fc.constant('orders-1-a1'), encoded);
const serviceSegment = fc.oneof(fc.constant('orders'), encoded);
const path = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => `/${all.join('/')}`);

export const readPaths = fc.oneof(
  path('v1', 'releases'),
  path('v1', 'live'),
  path('v1', 'approvals'),
  path('v1', 'whoami'),
  path('v1', 'releases', releaseSegment, 'verification'),
  path('v1', 'releases', releaseSegment),
  path('v1', 'releases', releaseSegment, 'transitions'),
  path('v1', 'releases', releaseSegment, 'approvals'),
  path('v1', 'releases', releaseSegment, 'approvals', approvalSegment),
  path('v1', 'releases', releaseSegment, 'compare', releaseSegment),
  path('v1', 'services', serviceSegment, 'metrics'),
  path('v1', 'environments', encoded, encoded),
  path('v1', encoded),
  path(''),
  path('live'),
  path('services', serviceSegment),
  path('releases', releaseSegment, 'compare'),
  path('releases', releaseSegment),
  path('environments', encoded, encoded),
  path(encoded, encoded),
);
export const decidePaths = fc.oneof(
  path('v1', 'sessions'),
  path('v1', 'releases', releaseSegment, 'approvals', approvalSegment),
  path('v1', 'environments', encoded, encoded, fc.constantFrom('clearance', 'hold', 'hold/release', 'repair')),
  path('v1', encoded),
  path('approvals', approvalSegment),
  path('open', encoded),
  path('sign-out'),
);
export const signInPaths = fc.oneof(path('sign-in'), path('sign-in', 'return'), path('sign-in', encoded));
/** What a browser may bring from an issuer, or from anywhere. @param state that a browser has begun with */
export function signInQuery(state: string): fc.Arbitrary<string> {
  const name = fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'id_token', 'response', 'to');
  const odd = fc.array(
    fc.tuple(fc.oneof(name, encoded), encoded).map((pair) => pair.join('=')),
    { maxLength: 4 },
  );
  const own = fc.constantFrom('', `state=${state}`, `state=${state}&code=${'x'.repeat(43)}`);
  return fc.tuple(own, odd).map(([begun, more]) => [begun, ...more].filter((part) => part !== '').join('&'));
}
const oddJson = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  fc
    .record({
      decision: fc.constantFrom('approve', 'Approve', 1, null, ['approve']),
      reason: fc.oneof(oddText, fc.constant(7), fc.constant({})),
    })
    .map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{"__proto__":{"decision":"approve"}}',
    '{"decision":"approve","reason":"\\ud800"}',
    '{"constructor":1}',
    '[',
    '{',
    '\u0000',
    '['.repeat(5000),
    '{"reason":"\\u001b[2J"}',
  ),
);
const form = fc
  .tuple(fc.constantFrom('decision=', 'decision[]=', '__proto__=', 'decision=hold&reason='), encoded)
  .map((pair) => pair.join(''));
const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded; charset=utf-7',
  'nonsense',
  '',
);
export const content = fc.record({
  body: fc.oneof(
    oddJson,
    form,
    fc.constantFrom('', '--x\r\nContent-Disposition: form-data; name="decision"\r\n\r\napprove\r\n--x'),
  ),
  headers: contentType.map((value) => ({ 'content-type': value })),
  base64: fc.boolean(),
});
