import { expect, it } from 'vitest';
import { policyProblems } from '../../../core/policy/policy.ts';

const oidc = { issuer: 'https://login.example.com', clientId: 'sluice' };
const api = { audience: 'https://sluice.example.com', scopes: { read: 'read', act: 'act' } };

/** What is wrong with a policy that says this. */
function problems(more: object, approval: object = {}, person: object = {}): string[] {
  return policyProblems({
    services: { orders: { environments: ['staging'] } },
    environments: {
      staging: {
        waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }],
        approval: { from: ['approvers'], ...approval },
      },
    },
    people: { approvers: [{ name: 'Ada', email: 'ada@example.com', ...person }] },
    ...more,
  }).map(({ code, path }) => `${code} ${path}`);
}

const identity = { identity: 'oidc' };

it.each([
  ['a provider', { oidc }, {}, {}],
  ['one on this machine', { oidc: { ...oidc, issuer: 'https://127.0.0.1:3000' } }, {}, {}],
  ['approvals that demand it', { oidc }, identity, {}],
  ['another claim', { oidc: { ...oidc, claim: 'oid' } }, identity, { oidc: 'oid-of-ada' }],
  ['an API', { oidc: { ...oidc, api } }, {}, {}],
])('takes %s', (_, more, approval, person) => expect(problems(more, approval, person)).toEqual([]));

it.each([
  [
    'no provider',
    {},
    identity,
    { oidc: 'x' },
    ['environments.staging.approval.identity', 'people.approvers.0.oidc'].map((path) => `policy.oidc-missing ${path}`),
  ],
  [
    'the client as audience',
    { oidc: { ...oidc, api: { ...api, audience: 'sluice' } } },
    {},
    {},
    ['policy.oidc-audience oidc.api.audience'],
  ],
  ['a name that is never compared', { oidc }, {}, { oidc: 'x' }, ['policy.oidc-name-unused people.approvers.0.oidc']],
  [
    'nobody of those one of whom has to',
    {
      oidc: { ...oidc, claim: 'oid' },
      people: {
        approvers: [{ name: 'Ada', email: 'ada@example.com', oidc: 'oid-of-ada' }],
        security: [{ name: 'Sam', email: 'sam@example.com' }],
      },
    },
    { ...identity, required: 1, including: ['security'] },
    {},
    ['policy.oidc-no-approver environments.staging.approval.identity'],
  ],
  [
    'nobody who could',
    { oidc: { ...oidc, claim: 'oid' } },
    identity,
    {},
    ['policy.oidc-no-approver environments.staging.approval.identity'],
  ],
])('says what could not work: %s', (_, more, approval, person, expected) => {
  expect(problems(more, approval, person)).toEqual(expected);
});

it('says everything that is wrong with a provider at once', () => {
  const wrong = {
    ...{ issuer: 'http://127.0.0.1:3000', clientId: 'a b', secret: 'arn:aws:secretsmanager:x', claim: '' },
    ...{ scopes: ['email'], session: 'P2D', api: { audience: 'x' } },
  };
  expect(problems({ oidc: wrong }).map((one) => one.split(' ')[1])).toEqual(
    ['issuer', 'clientId', 'secret', 'claim', 'scopes', 'session', 'api.scopes'].map((field) => `oidc.${field}`),
  );
});

it.each(['https://login.example.com/?a=1', 'https://login.example.com#x', 'https://a:b@login.example.com', 'x'])(
  '%s is no issuer',
  (issuer) => expect(problems({ oidc: { ...oidc, issuer } })).toHaveLength(1),
);

it('refuses one name of two people', () => {
  const people = [
    { name: 'Ada', email: 'ada@example.com', oidc: 'x' },
    { name: 'Bob', email: 'bob@example.com', oidc: 'x' },
  ];
  expect(problems({ oidc: { ...oidc, claim: 'oid' }, people: { approvers: people } })).toEqual([
    'policy.oidc-shared people.approvers.1.oidc',
  ]);
});
