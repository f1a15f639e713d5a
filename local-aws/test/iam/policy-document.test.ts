import { expect, it } from 'vitest';
import { parsePolicyDocument, type DocumentKind } from '../../services/iam/policy-document.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const text = (changed: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...changed }] });

it.each<[string, string, DocumentKind, RegExp]>([
  ['no JSON', '{', 'identity', /invalid Json/],
  ['an element that does not exist', text({ Resources: '*' }), 'identity', /Syntax errors in policy.*Resources/],
  ['an action without a vendor', text({ Action: 'GetObject' }), 'identity', /prefaced by a vendor/],
  [
    'a resource that is no ARN',
    text({ Resource: 'bucket' }),
    'identity',
    /Resource bucket must be in ARN format or "\*"/,
  ],
  ['no resource', text({ Resource: undefined }), 'identity', /must contain resources/],
  ['a principal where none belongs', text({ Principal: '*' }), 'identity', /should not specify a principal/],
  [
    'an unknown condition operator',
    text({ Condition: { StringSame: { 'aws:username': 'a' } } }),
    'identity',
    /Invalid Condition type : StringSame/,
  ],
  [
    'a resource in a trust policy',
    text({ Principal: '*', Action: 'sts:AssumeRole' }),
    'trust',
    /prohibited field Resource/,
  ],
  [
    'a trust policy that trusts nobody',
    text({ Action: 'sts:AssumeRole', Resource: undefined }),
    'trust',
    /Missing required field Principal/,
  ],
])('refuses %s', (_, document, kind, message) => {
  const parse = (): unknown => parsePolicyDocument(document, kind);
  expect(parse).toThrow(message);
  expect(parse).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
});

it('refuses by name what it does not know', () => {
  const condition = { Condition: { Bool: { 'aws:IsMoonlight': 'true' } } };
  expect(() => parsePolicyDocument(text(condition), 'identity')).toThrow('aws:IsMoonlight');
  expect(() => parsePolicyDocument(text({ Principal: { Federated: 'accounts.google.com' } }))).toThrow('Federated');
});

it('takes an ARN with fewer than six fields of an identity alone', () => {
  for (const Resource of ['arn:aws:sns', 'arn:aws:sns:*', 'arn:aws:sns:*:*']) {
    expect(() => parsePolicyDocument(text({ Resource }), 'identity')).not.toThrow();
    expect(() => parsePolicyDocument(text({ Resource, Principal: '*' }), 'resource')).toThrow('must be in ARN format');
  }
  for (const Resource of ['arn', 'arn:aws', 'arn:aws:', 'arn::sns', 'arn:aws:sns:us-east-1:222222222222:'])
    expect(() => parsePolicyDocument(text({ Resource }), 'identity')).toThrow('must be in ARN format');
});
