import { approvalCauses } from '../../core/policy/approval-rule.ts';
import { occasions } from '../../core/policy/tell.ts';

/** Documents in which every field stands that has a maximum, each as small as it may be. */

const retry = { attempts: 1, withinSeconds: 1 };
const ensure = { errorPercent: 1, p95Milliseconds: 1, minimumSamples: 1 };
const load = { phases: [{ seconds: 1, perSecond: 1, rampTo: 1 }], ensure };
const baseline = { errorPoints: 1, latencyPercent: 1, confidence: 0.95 };
const http = { http: 'Url', path: '/', headers: { a: '' } };
const secret = { a: { secret: 's', key: 'k' } };

const manifest = {
  ...{ service: 'orders', version: '1', template: 'template.json' },
  source: { repository: 'r', commit: 'c', author: 'a' },
  parameters: { e0: { Size: 's' } },
  requires: [{ secret: 's' }],
  alarms: ['Alarm'],
  guard: ['Worker'],
  newUrls: ['WorkerUrl'],
  dataChanges: { reversible: false, recovery: 'r' },
};

/** The forms that a check, and a header of it, can have: one document each. */
export const manifests: readonly object[] = [
  {
    ...manifest,
    checks: {
      smoke: [{ name: 'n', invoke: 'Orders', timeoutSeconds: 1, retry, expect: { withinMilliseconds: 1 } }],
      traffic: [{ name: 'n', invoke: 'Orders', ...load, baseline }],
    },
  },
  {
    ...manifest,
    requires: [{ parameter: 'p' }],
    checks: {
      smoke: [{ name: 'n', ...http, timeoutSeconds: 1, retry, expect: { status: 200, withinMilliseconds: 1 } }],
      traffic: [{ name: 'n', ...http, ...load }],
    },
  },
  {
    ...manifest,
    checks: { smoke: [{ ...http, headers: secret, retry }], traffic: [{ ...http, headers: secret, ...load }] },
  },
];

const named = <T>(count: number, prefix: string, of: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, of(index)]));

const accountOf = (index: number): string => String(200_000_000_000 + index);
const person = (index: number) => ({
  ...{ name: 'n', email: `p${index}@example.com`, oidc: `o${index}` },
  principal: `arn:aws:iam::111111111111:role/p${index}`,
});

const recurring = { cron: '0 16 * * 5', for: 'PT1H', zone: 'Europe/Berlin' };

/** The policy, with as many environments and groups as anything may name, and one more. */
export const policy: object = {
  services: { orders: { environments: ['e0'], stack: '{environment}', names: ['x0'], sharedApis: ['a000000000'] } },
  environments: {
    ...named(21, 'e', () => ({
      waves: [{ targets: [{ account: accountOf(0), region: 'us-east-1' }] }],
      approval: { from: ['g0'], including: ['g0'], required: 1, reminders: ['PT5M'], when: ['permissions'] },
      repairs: ['g0'],
      windowOverrides: ['g0'],
      tell: Object.fromEntries(occasions.map((occasion) => [occasion, ['g0']])),
      freeze: [recurring],
      allow: [recurring],
      alarms: ['a'],
      keepVersions: 1,
    })),
  },
  execution: { [`${accountOf(0)}/us-east-1`]: { managedPolicies: ['arn:aws:iam::aws:policy/p0'] } },
  people: {
    g0: Array.from({ length: 12 }, (_, index) => person(index)),
    ...named(22, 'h', (index) => [person(100 + index)]),
  },
  oidc: {
    ...{ issuer: 'https://issuer.example.com/', clientId: 'c', claim: 'oid', scopes: ['s', 'openid'] },
    api: { audience: 'a', scopes: { read: 'r', act: 'w' } },
  },
  notify: { email: ['a@example.com'], rejected: ['g0'] },
  checks: { allowAddresses: ['10.0.0.0/16'], allowHosts: ['h0.example.com'] },
};

/** One of several different entries of a list. */
export function entryOf(path: string, index: number, first: unknown): unknown {
  const makers: Readonly<Record<string, () => unknown>> = {
    'services.*.environments': () => `e${index}`,
    'services.*.names': () => `x${index}`,
    'services.*.sharedApis': () => `a${String(index).padStart(9, '0')}`,
    'environments.*.waves': () => ({ targets: [{ account: accountOf(index), region: 'us-east-1' }] }),
    'environments.*.waves[].targets': () => ({ account: accountOf(index), region: 'us-east-1' }),
    'environments.*.approval.from': () => (index === 0 ? 'g0' : `h${index}`),
    'environments.*.approval.including': () => (index === 0 ? 'g0' : `h${index}`),
    'environments.*.approval.reminders': () => `PT${5 + index}M`,
    'environments.*.approval.when': () => approvalCauses[index % approvalCauses.length],
    'environments.*.repairs': () => (index === 0 ? 'g0' : `h${index}`),
    'environments.*.windowOverrides': () => (index === 0 ? 'g0' : `h${index}`),
    ...Object.fromEntries(
      [...occasions.map((occasion) => `environments.*.tell.${occasion}`), 'notify.rejected'].map((list) => [
        list,
        () => (index === 0 ? 'g0' : `h${index}`),
      ]),
    ),
    'environments.*.alarms': () => `a${index}`,
    'execution.*.managedPolicies': () => `arn:aws:iam::aws:policy/p${index}`,
    'people.*': () => person(index),
    'oidc.scopes': () => (index === 0 ? 'openid' : `s${index}`),
    'notify.email': () => `a${index}@example.com`,
    'checks.allowAddresses': () => `10.${index}.0.0/16`,
    'checks.allowHosts': () => `h${index}.example.com`,
  };
  return makers[path]?.() ?? first;
}
