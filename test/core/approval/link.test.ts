import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  approvalMessage,
  buildApprovalLink,
  keyIdOf,
  parseApprovalLink,
  verifyApprovalLink,
} from '../../../core/approval/link.ts';
import { LinkInvalid } from '../../../core/contract/errors.ts';
import * as s from '../samples.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const claims = {
  person: 'robin@example.com',
  expires: s.moment(3600),
  keyId: keyIdOf('arn:aws:kms:us-east-1:1:key/1234-ab'),
};
const signature = sign('sha256', approvalMessage(s.approval, claims), privateKey).toString('base64url');
const link = { approval: s.approval.approval, release: s.release, ...claims, signature };
const url = new URL(buildApprovalLink('https://api.example.com', link));
const query = Object.fromEntries(url.searchParams);
const now = s.moment(60);

describe('an approval link', () => {
  it('comes back as it was sent, and is genuine', () => {
    expect(url.pathname).toBe(`/approvals/${s.approval.approval}`);
    expect(claims.keyId).toBe('1234-ab');
    const parsed = parseApprovalLink(s.approval.approval, query);
    expect(parsed).toEqual(link);
    expect(() => verifyApprovalLink(parsed, s.approval, { publicKeyPem, now })).not.toThrow();
  });

  it('expires', () => {
    expect(() => verifyApprovalLink(link, s.approval, { publicKeyPem, now: link.expires })).toThrow(
      'This link expired',
    );
  });

  it('is good for its person, approval, digest, change and time only', () => {
    const altered = [
      { ...link, person: 'eve@example.com' },
      { ...link, expires: s.moment(9999) },
      { ...link, keyId: 'other' },
      { ...link, approval: '1'.repeat(32) },
      { ...link, release: 'orders-1.4.3-a1' },
      { ...link, signature: Buffer.alloc(70).toString('base64url') },
    ];
    for (const one of altered) {
      expect(() => verifyApprovalLink(one, s.approval, { publicKeyPem, now })).toThrow('This link was altered');
    }
    for (const approval of [
      { ...s.approval, digest: s.change },
      { ...s.approval, change: s.digest },
      { ...s.approval, environment: 'staging' },
    ]) {
      expect(() => verifyApprovalLink(link, approval, { publicKeyPem, now })).toThrow(LinkInvalid);
    }
  });

  it('is refused when it is incomplete', () => {
    for (const name of ['r', 'p', 'e', 'k', 's']) {
      expect(() => parseApprovalLink(s.approval.approval, { ...query, [name]: undefined })).toThrow(
        'This link is incomplete',
      );
    }
    expect(() => parseApprovalLink('../x', query)).toThrow(LinkInvalid);
  });
});
