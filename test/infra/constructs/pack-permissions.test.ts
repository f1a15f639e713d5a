import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packPermissions } from '../../../infra/constructs/pack-permissions.ts';
import { documentOf, type Permission } from '../../../infra/constructs/permissions.ts';

const permission = (action: string, resource: string, more: Partial<Permission> = {}): Permission => ({
  actions: [action],
  resources: [resource],
  ...more,
});
const sizeOf = (permissions: readonly Permission[]): number => JSON.stringify(documentOf(permissions)).length;
const because = 'So.';

describe('packing', () => {
  it('makes one statement of what is allowed on the same resources under the same conditions', () => {
    const conditions = { StringEquals: { 'aws:SourceAccount': '1' } };
    expect(
      packPermissions([
        permission('sqs:CreateQueue', 'q-*', { because }),
        permission('sqs:DeleteQueue', 'q-*', { because: 'Other.' }),
        permission('sqs:CreateQueue', 'q-*', { because }),
        permission('sqs:TagQueue', 'q-*', { because, conditions }),
        permission('sqs:TagQueue', 'r'),
      ]),
    ).toEqual([
      [
        permission('sqs:TagQueue', 'q-*', { because, conditions }),
        { actions: ['sqs:CreateQueue', 'sqs:DeleteQueue'], resources: ['q-*'], because: 'So. Other.' },
        permission('sqs:TagQueue', 'r'),
      ],
    ]);
  });

  it('fills a document before it begins another', () => {
    const one = permission('sqs:CreateQueue', 'a');
    const other = permission('sqs:CreateQueue', 'b');
    const both = sizeOf([one, other]);
    expect(packPermissions([one, other], both)).toHaveLength(1);
    expect(packPermissions([one, other], both - 1)).toHaveLength(2);
    expect(() => packPermissions([one], sizeOf([one]) - 1)).toThrow('holds this statement: sqs:CreateQueue');
  });

  it('has nothing for nothing', () => {
    expect(packPermissions([])).toEqual([]);
  });

  it('loses nothing, adds nothing, and stays within the size', () => {
    const some = fc.array(
      fc.record({
        actions: fc.uniqueArray(fc.constantFrom('s3:A', 's3:B', 's3:C', 's3:D'), { minLength: 1 }),
        resources: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      }),
    );
    const allowed = (permissions: readonly Permission[]): string[] => [
      ...new Set(
        permissions.flatMap(({ actions, resources }) => actions.flatMap((a) => resources.map((r) => `${a} ${r}`))),
      ),
    ];
    fc.assert(
      fc.property(some, fc.integer({ min: 200, max: 500 }), (permissions, most) => {
        const documents = packPermissions(permissions, most);
        expect(allowed(documents.flat()).toSorted()).toEqual(allowed(permissions).toSorted());
        for (const document of documents) expect(sizeOf(document)).toBeLessThanOrEqual(most);
      }),
    );
  });
});
