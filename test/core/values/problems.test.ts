import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  summarizeProblems,
  formatPath,
  menderOf,
  type Problem,
  problemSchema,
  problem,
  problemLine,
  recordedProblems,
  schemaProblems,
} from '../../../core/values/problems.ts';

describe('a problem', () => {
  it('is told harmlessly, whatever teams wrote', () => {
    const told = problem('x.y', 'p'.repeat(400), `bell \u0007, turn \u202e, half \ud800. ${'m'.repeat(2000)}`);
    expect(told.path).toHaveLength(300);
    expect(told.message).toMatch(/^bell \\u\{7\}, turn \\u\{202e\}, half \\u\{d800\}\. m+…$/);
  });

  it('says where, cut to what tells something, and who can mend it', () => {
    const places = Array.from({ length: 9 }, (_, index) => `Resources.A${index}\u202e`);
    const told = problem('a.b', '', 'Wrong.', { places, who: 'either' });
    expect(told.places).toEqual(Array.from({ length: 5 }, (_, index) => `Resources.A${index}\\u{202e}`));
    expect(problemSchema.parse(told)).toEqual(told);
    const by = (who: Problem['who']) => menderOf(problem('a.b', '', 'Wrong.', who === undefined ? {} : { who }));
    expect([by(undefined), by('platform'), by('either')]).toEqual([
      'the team',
      'the platform team',
      'the team, or the platform team',
    ]);
  });

  it('stands for the others, which are counted', () => {
    const one = problem('a', '', 'Fix it.');
    expect(summarizeProblems([one])).toBe('Fix it.');
    expect(summarizeProblems([one, one, one])).toBe('Fix it. (and 2 more)');
    expect(summarizeProblems([])).toBe('');
    const at = [
      { file: 'template.yaml', line: 12, column: 7, place: 'Resources.A' },
      { file: 'template.yaml', line: 20 },
    ];
    expect(summarizeProblems([{ ...one, at }])).toBe('Fix it. (at template.yaml:12:7)');
    expect(summarizeProblems([{ ...one, at }, one])).toBe('Fix it. (at template.yaml:12:7, and 1 more)');
    const long = {
      ...one,
      message: 'x'.repeat(1000),
      at: [{ file: 'f'.repeat(200), construct: 'c'.repeat(200), line: 1 }],
    };
    expect(summarizeProblems([long, one]).length).toBeLessThan(1000);
  });

  it('is listed in a terminal with its code, and found in the evidence of a rejection', () => {
    const one = problem('manifest.missing-field', 'service', 'Add it.');
    expect(problemLine(one)).toBe('- Add it. [manifest.missing-field]');
    const places = ['Resources.A', 'Resources.B'];
    expect(problemLine({ ...one, places, who: 'either' })).toBe(
      '- Add it. (at Resources.A, Resources.B; to be mended by the team, or the platform team) [manifest.missing-field]',
    );
    expect(problemLine({ ...one, who: 'platform' })).toContain('(to be mended by the platform team) [');
    expect(problemLine({ ...one, places })).toContain('(at Resources.A, Resources.B; to be mended by the team) [');
    const at = [
      { file: 'template.yaml', line: 2, column: 3, place: 'Resources.A', construct: 'App/A', makes: 'ARole' },
    ];
    expect(problemLine({ ...one, places, at })).toContain(
      '(at template.yaml:2:3 Resources.A (App/A) (of which ARole is made); to be mended by the team) [',
    );
    expect(recordedProblems({ problems: [{ ...one, at }] })).toEqual([{ ...one, at }]);
    expect(recordedProblems({ problems: [one] })).toEqual([one]);
    expect(recordedProblems({ problems: ['Add it.'] })).toEqual([]);
    expect(recordedProblems(undefined)).toEqual([]);
  });

  it('says which forms there are where it is none of them', () => {
    const told = (schema: z.ZodType, value: unknown) =>
      schemaProblems(schema, value, 'thing').map(({ message }) => message);
    const forms = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('one') }),
      z.object({ kind: z.literal('other') }),
    ]);
    expect(told(forms, { kind: 'third' })).toEqual(['"kind" must be one of one, other.']);
    expect(told(z.xor([z.string(), z.string()]), 'both')).toEqual(['The document must be one of its forms.']);
  });

  it('has a path that can be read', () => {
    expect(formatPath(['checks', 'smoke', 0, 'http'])).toBe('checks.smoke[0].http');
    expect(formatPath(['x'.repeat(150)])).toBe(`${'x'.repeat(99)}…`);
    expect(formatPath([])).toBe('');
  });

  it('of a limit says it in plain words', () => {
    const schema = z.object({
      long: z.string().max(3),
      short: z.string().min(2),
      many: z.array(z.int()).max(1),
      none: z.number().positive(),
      most: z.number().max(7),
      less: z.number().lt(7),
      even: z.number().multipleOf(2),
    });
    const wrong = { long: 'abcd', short: '', many: [1, 2], none: 0, most: 8, less: 7, even: 3 };
    expect(schemaProblems(schema, wrong, 'thing').map(({ message }) => message)).toEqual([
      '"long" must be at most 3 characters.',
      '"short" must be at least 2 characters.',
      '"many" must be at most 1 entries.',
      '"none" must be more than 0.',
      '"most" must be at most 7.',
      '"less" must be less than 7.',
      expect.stringMatching(/^"even" is out of range: /),
    ]);
  });

  it('of a rule without a code of its own has the common one', () => {
    const schema = z.string().refine(() => false, { error: 'must be another', params: { code: 7 } });
    expect(schemaProblems(z.object({ a: schema }), { a: 'x' }, 'thing')).toEqual([
      { code: 'thing.wrong-value', path: 'a', message: '"a" must be another.' },
    ]);
    expect(schemaProblems(z.string(), 'x', 'thing')).toEqual([]);
  });

  it('of a choice by a field names the field and what it may be, also where it is missing', () => {
    const forms = z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('a') }),
      z.strictObject({ kind: z.literal('b'), more: z.string() }),
    ]);
    const told = (document: unknown): string[] =>
      schemaProblems(z.object({ one: forms }), document, 'thing').map(({ message }) => message);
    for (const one of [{}, { kind: 'c' }, { kind: {} }])
      expect(told({ one })).toEqual(['"one.kind" must be one of a, b.']);
    expect(told({ one: { kind: 'b' } })).toEqual(['"one.more" is missing: add it (expected string).']);
  });
});
