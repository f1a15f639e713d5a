import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  summarizeProblems,
  formatPath,
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

  it('stands for the others, which are counted', () => {
    const one = problem('a', '', 'Fix it.');
    expect(summarizeProblems([one])).toBe('Fix it.');
    expect(summarizeProblems([one, one, one])).toBe('Fix it. (and 2 more)');
    expect(summarizeProblems([])).toBe('');
  });

  it('is listed in a terminal with its code, and found in the evidence of a rejection', () => {
    const one = problem('manifest.missing-field', 'service', 'Add it.');
    expect(problemLine(one)).toBe('- Add it. [manifest.missing-field]');
    expect(recordedProblems({ problems: [one] })).toEqual([one]);
    expect(recordedProblems({ problems: ['Add it.'] })).toEqual([]);
    expect(recordedProblems(undefined)).toEqual([]);
  });

  it('has a path that can be read', () => {
    expect(formatPath(['checks', 'smoke', 0, 'http'])).toBe('checks.smoke[0].http');
    expect(formatPath(['x'.repeat(150)])).toBe(`${'x'.repeat(99)}…`);
    expect(formatPath([])).toBe('');
  });

  it('of a rule without a code of its own has the common one', () => {
    const schema = z.string().refine(() => false, { error: 'must be another', params: { code: 7 } });
    expect(schemaProblems(z.object({ a: schema }), { a: 'x' }, 'thing')).toEqual([
      { code: 'thing.wrong-value', path: 'a', message: '"a" must be another.' },
    ]);
    expect(schemaProblems(z.string(), 'x', 'thing')).toEqual([]);
  });
});
