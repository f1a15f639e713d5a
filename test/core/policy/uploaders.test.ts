import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planKey } from '../../../core/artifact/plan-key.ts';
import { type Entry, entryOf } from '../../../core/policy/entries.ts';
import { policyProblems } from '../../../core/policy/policy.ts';
import { type UploadDenial, uploadDenials, uploaderProblems } from '../../../core/policy/uploaders.ts';

const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const [a, b, c] = [role('a'), role('b'), role('c')];

const servicesOf = (lists: Readonly<Record<string, readonly string[] | undefined>>): Record<string, Entry> =>
  Object.fromEntries(
    Object.entries(lists).map(([key, uploaders]) => [
      key,
      { environments: ['staging'], stack: 's-{service}', names: [], ...(uploaders && { uploaders: [...uploaders] }) },
    ]),
  );

const matches = (pattern: string, key: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(key);

/** What S3 would say. */
function isRefused(denials: readonly UploadDenial[], key: string, principal: string): boolean {
  return denials.some(({ keys, principals }) => {
    const about = 'only' in keys ? keys.only.some((one) => matches(one, key)) : !keys.allBut.some((one) => matches(one, key)); // prettier-ignore
    return (
      about && ('only' in principals ? principals.only.includes(principal) : !principals.allBut.includes(principal))
    );
  });
}

describe('uploads', () => {
  it('are refused to all but an entry’s uploaders; entries without a list stay open', () => {
    const denials = uploadDenials(servicesOf({ orders: [a], 'team-a-*': [b], open: undefined }));
    expect(denials).toEqual([
      { keys: { only: ['orders/*', '.plans/orders/*'] }, principals: { allBut: [a] } },
      { keys: { only: ['team-a-*/*', '.plans/team-a-*/*'] }, principals: { allBut: [b] } },
    ]);
    expect(uploadDenials(servicesOf({ open: undefined }))).toEqual([]);
  });

  it('of a more exact entry are its own uploaders’, and these get nothing of the wider one', () => {
    const denials = uploadDenials(servicesOf({ '*': [a], orders: [b], parcels: [b] }));
    const refused = (service: string, who: string) => isRefused(denials, `${service}/1.zip`, who);
    expect([refused('orders', a), refused('orders', b), refused('orders', c)]).toEqual([true, false, true]);
    expect([refused('other', a), refused('other', b), refused('other', c)]).toEqual([false, true, true]);
    expect(denials).toHaveLength(3);
  });

  it('are refused to exactly whom the most exact entry does not list, in every policy that is accepted', () => {
    const keys = ['*', 'x-*', 'x-y-*', 'x-y-z', 'x-y', 'x-w', 'v'];
    const lists = fc.record(
      Object.fromEntries(keys.map((key) => [key, fc.option(fc.uniqueArray(fc.constantFrom(a, b, c), { minLength: 1 }), { nil: undefined })])), // prettier-ignore
      { requiredKeys: [] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(lists, (given) => {
        const services = servicesOf(given);
        if (uploaderProblems(services).length > 0) return;
        accepted += 1;
        const denials = uploadDenials(services);
        for (const service of ['v', 'x-w', 'x-y', 'x-y-z', 'x-y-u', 'x-u', 'u', 'x', 'vv']) {
          const entry = entryOf({ services }, service)?.entry;
          if (entry === undefined) continue;
          for (const who of [a, b, c, role('d')]) {
            const may = entry.uploaders?.includes(who) ?? true;
            for (const key of [`${service}/1.0.0.zip`, planKey(service, '0'.repeat(64))])
              expect(isRefused(denials, key, who), `${key} ${who}`).toBe(!may);
          }
        }
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('that a bucket’s policy cannot express are refused with a way out', () => {
    const codes = (lists: Parameters<typeof servicesOf>[0]) =>
      uploaderProblems(servicesOf(lists)).map(({ code, path }) => `${code} ${path}`);
    expect(codes({ 'x-*': [a], 'x-y': undefined })).toEqual(['policy.uploaders-missing services.x-y.uploaders']);
    expect(codes({ '*': undefined, 'x-*': [a], 'x-y': [b] })).toEqual([
      'policy.uploaders-inexpressible services.x-*.uploaders',
    ]);
    expect(codes({ '*': [a], 'x-*': [a], 'x-y': [b] })).toEqual([]);
    expect(codes({ '*': undefined, 'x-*': [a, b], 'x-y': [b] })).toEqual([]);
  });

  it('are given to roles and users by their ARN, without wildcards', () => {
    const complaints = (uploader: string) =>
      policyProblems({
        services: { orders: { environments: ['staging'], uploaders: [uploader] } },
        environments: { staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] } },
      }).map(({ code, path }) => `${code} ${path}`);
    for (const one of [a, role('ci/orders-ci'), 'arn:aws:iam::111111111111:user/ann'])
      expect(complaints(one)).toEqual([]);
    for (const one of [
      role('*'),
      'arn:aws:sts::111111111111:assumed-role/ci/s',
      'arn:aws:iam::111111111111:root',
      '*',
    ]) {
      expect(complaints(one), one).toEqual(['policy.wrong-format services.orders.uploaders[0]']);
    }
  });
});
