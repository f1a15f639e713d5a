import { describe, expect, it } from 'vitest';
import { manifestProblems } from '../../core/manifest/manifest.ts';
import { policyProblems } from '../../core/policy/policy.ts';
import { entryOf, manifests, policy } from './documents.ts';
import { changeAt, maximaOf, type Maximum } from './maxima.ts';

// Each maximum of both schemas alone: a document with as much as that is accepted, one with more refused with a code and a sentence.

const maxima = [...maximaOf('release'), ...maximaOf('policy')];
const problemsOf = { release: manifestProblems, policy: policyProblems } as const;

/** Documents with so much at the maximum's place; none where no document has that place. */
function documentsWith(maximum: Maximum, amount: number): unknown[] {
  const documents = maximum.schema === 'policy' ? [policy] : manifests;
  return documents
    .map((document) => changeAt(document, maximum.path, (value) => grown(maximum, value, amount)))
    .filter((document) => document !== undefined);
}

function grown({ path, keyword }: Maximum, value: unknown, amount: number): unknown {
  switch (keyword) {
    case 'maxItems':
      return Array.from({ length: amount }, (_, index) =>
        entryOf(path, index, Array.isArray(value) ? value[0] : value),
      );
    case 'maxProperties':
      return Object.fromEntries(Array.from({ length: amount }, (_, index) => [`N${index}`, '']));
    case 'maxLength':
      return longer(path, String(value), amount);
    case 'maximum':
    case 'exclusiveMaximum':
      return amount;
  }
}

function longer(path: string, value: string, length: number): string {
  if (!/email|allowHosts/.test(path)) return value.padEnd(length, 'a');
  // A part of an address has at most 63 characters.
  const room = length - value.length;
  const parts = Array.from({ length: Math.floor(room / 60) }, () => `.${'a'.repeat(59)}`).join('');
  const rest = 'a'.repeat(room - parts.length);
  return value.replace('example', `${rest}example${parts.replaceAll('.', '.b').slice(0, parts.length)}`);
}

describe('each maximum of the schemas', () => {
  it('is in the list', () => {
    expect(maxima.length).toBeGreaterThan(50);
    expect(maxima.map(({ schema, path }) => `${schema} ${path}`)).toContain('policy environments.*.waves[].targets');
  });

  it.each(maxima.map((maximum) => [`${maximum.schema}: ${maximum.path} ${maximum.keyword} ${maximum.limit}`, maximum]))(
    '%s has a case: as much is accepted, more is refused with a sentence',
    (_, maximum) => {
      const { schema, limit, whole, keyword } = maximum;
      const most = keyword === 'exclusiveMaximum' ? limit - (whole ? 1 : limit / 1000) : limit;
      const more =
        keyword === 'maximum' && !whole ? limit * 1.0001 : keyword === 'exclusiveMaximum' ? limit : limit + 1;
      const largest = documentsWith(maximum, most);
      expect(largest.length).toBeGreaterThan(0);
      for (const document of largest) expect(problemsOf[schema](document)).toEqual([]);
      const last =
        maximum.path
          .split(/[.[\]<>*]+/)
          .filter((part) => part !== '')
          .at(-1) ?? '';
      for (const document of documentsWith(maximum, more)) {
        const [found] = problemsOf[schema](document);
        expect(found?.code).toMatch(schema === 'release' ? /^manifest\./ : /^policy\./);
        expect(found?.message).toMatch(/must |may /);
        if (!/name|managedPolicies/.test(last)) expect(found?.path).toContain(last);
      }
    },
  );
});
