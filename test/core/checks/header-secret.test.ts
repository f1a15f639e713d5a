import { describe, expect, it } from 'vitest';
import {
  headerFromSecret,
  isCredentialHeader,
  parseSecretArn,
  type SecretReading,
  type SecretReference,
  secretIdIn,
} from '../../../core/checks/header-secret.ts';

const id = 'orders/smoke';
const arn = 'arn:aws:secretsmanager:us-east-1:222222222222:secret:orders/smoke-AbC123';

describe('a header that holds a credential', () => {
  it.each([
    ...['Authorization', 'authorization', 'Cookie', 'X-Api-Key', 'apikey', 'X-Auth-Token', 'PRIVATE-TOKEN', 'X-Token'],
    ...['Proxy-Authorization', 'X-Amz-Security-Token', 'Ocp-Apim-Subscription-Key', 'X-Client-Secret', 'X-Password'],
    ...['X-Functions-Key', 'DD-API-KEY', 'X-JWT', 'X-Hub-Signature', 'X-Access-Key', 'X-Key', 'X-Credentials'],
  ])('is known by its name: %s', (name) => {
    expect(isCredentialHeader(name)).toBe(true);
  });

  it.each(['Accept', 'Idempotency-Key', 'Cache-Key', 'X-Request-Id', 'Content-Type', 'X-Tokenizer', 'Authority'])(
    'is not taken for one: %s',
    (name) => {
      expect(isCredentialHeader(name)).toBe(false);
    },
  );
});

describe('a secret', () => {
  it('is asked for by its name, with the environment’s in it, or by its ARN', () => {
    expect(secretIdIn({ secret: 'sluice-orders-{environment}/{environment}' }, 'staging')).toBe(
      'sluice-orders-staging/staging',
    );
    expect(secretIdIn({ secret: arn }, 'staging')).toBe(arn);
    expect(parseSecretArn(arn)).toEqual({ region: 'us-east-1', account: '222222222222', name: 'orders/smoke' });
    expect(parseSecretArn(id)).toBeUndefined();
  });

  const text = (value: string): SecretReading => ({ kind: 'text', text: value });
  it.each<[string, SecretReference, SecretReading, string]>([
    ['its whole text', { secret: id }, text('t0ken'), 't0ken'],
    ['a member of its object', { secret: id, key: 'token' }, text('{"token":"t0ken","other":1}'), 't0ken'],
    ['what follows a scheme', { secret: id, key: 'a.b', scheme: 'Bearer' }, text('{"a.b":"t0ken"}'), 'Bearer t0ken'],
    ['an object as text', { secret: id }, text('{"token":"t0ken"}'), '{"token":"t0ken"}'],
  ])('gives a header %s', (_, reference, reading, value) => {
    expect(headerFromSecret(reference, id, reading)).toEqual({ value });
  });

  const marker = 'MARKER';
  it.each<[SecretReference, SecretReading, string]>([
    [{ secret: id }, { kind: 'missing' }, 'the secret "orders/smoke" does not exist there: make it, or correct its'],
    [{ secret: id }, { kind: 'deleted' }, 'is going to be deleted: restore it'],
    [{ secret: id }, { kind: 'valueless' }, 'has no value: give it one'],
    [{ secret: id }, { kind: 'denied' }, 'may not be read: it must have a name of the service'],
    [{ secret: id }, { kind: 'undecryptable' }, 'cannot be decrypted: its key is disabled'],
    [{ secret: id }, { kind: 'binary' }, 'is binary, and a header takes text'],
    [{ secret: id }, { kind: 'unreadable', error: 'ThrottlingException' }, 'could not be read (ThrottlingException)'],
    [{ secret: id }, text(''), 'the secret "orders/smoke" is empty: give it a value'],
    [{ secret: id }, text(`${marker}\n`), 'has line breaks or other characters that no header takes'],
    [{ secret: id }, text(`${marker}ä`), 'no header takes'],
    [{ secret: id }, text(marker.repeat(1000)), 'is longer than 4096 characters'],
    [{ secret: id, key: 'token' }, text(marker), 'is no JSON object, so it has no "token"'],
    [{ secret: id, key: 'token' }, text(`["${marker}"]`), 'is no JSON object'],
    [{ secret: id, key: 'token' }, text(`{"other":"${marker}"}`), 'has no "token": correct "key" in the manifest'],
    [{ secret: id, key: 'toString' }, text(`{"other":"${marker}"}`), 'has no "toString"'],
    [{ secret: id, key: 'token' }, text(`{"token":{"a":"${marker}"}}`), '"token" of the secret "orders/smoke" is no'],
    [{ secret: id, key: 'token' }, text('{"token":""}'), '"token" of the secret "orders/smoke" is empty'],
  ])('that gives none says why, and not what it holds: %j %j', (reference, reading, sentence) => {
    const found = headerFromSecret(reference, id, reading);
    expect('lack' in found ? found.lack : '').toContain(sentence);
    expect(JSON.stringify(found)).not.toContain(marker);
  });
});
