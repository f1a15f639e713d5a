import { describe, expect, it } from 'vitest';
import { type Caller, nameCaller, personOf, wayOf } from '../../../core/approval/caller.ts';

const principal = 'arn:aws:iam::111111111111:role/release-manager';
const ada = { name: 'Ada', email: 'ada@example.com', principal };
const signedIn = { issuer: 'https://issuer.example.com', subject: '248289761001', named: 'Ada' };

describe('who calls', () => {
  it.each<[Caller, string, string]>([
    [{ principal }, principal, 'iam'],
    [{ addressee: 'Ada@example.com' }, 'link to Ada@example.com', 'link'],
    [{ addressee: 'Ada@example.com', shownIn: 'slack' }, 'link shown in Slack to Ada@example.com', 'slack'],
    [{ email: 'Ada@example.com', signedIn }, '248289761001 of https://issuer.example.com', 'oidc'],
  ])('is a person whom the policy lists, by a name and a way: %j', (caller, name, way) => {
    expect(personOf([ada], caller)).toBe(ada);
    expect(personOf([], caller)).toBeUndefined();
    expect([nameCaller(caller), wayOf(caller)]).toEqual([name, way]);
  });
});
