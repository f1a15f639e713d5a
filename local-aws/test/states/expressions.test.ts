import { describe, expect, it } from 'vitest';
import { evaluate } from '../../services/states/expressions.ts';
import type { Json } from '../../services/states/json.ts';

const now = Date.parse('2026-11-20T09:00:00Z');

function value(template: Json, input: Json = null): Promise<Json> {
  return evaluate(template, 'Output', { states: { input }, variables: { greeting: 'hi', list: [1, 2, 3] }, now });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn */
describe('JSONata in Step Functions', () => {
  it.each<[string, Json]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ['$random(7) = $random(7)', true],
    ['$length($uuid())', 36],
    ['$now()', '2026-11-20T09:00:00.000Z'],
    ["$now('[Y]')", '2026'],
    ['$millis()', now],
    ['$greeting & $string($sum($list))', 'hi6'],
  ])('%s is as documented', async (source, expected) => {
    expect(await value(`{% ${source} %}`)).toEqual(expected);
  });

  it('replaces expressions wherever they stand in a template, and nothing else', async () => {
    const template = { a: ['{% $states.input.n %}', ' {% no %}'], b: { c: '{% $list[0] %}' }, d: null };
    expect(await value(template, { n: 4 })).toEqual({ a: [4, ' {% no %}'], b: { c: 1 }, d: null });
  });

  it.each([
    ['$states.input.absent', 'returned nothing (undefined).'],
    ['function($x) { $x }', 'returned an unsupported result type.'],
    ['{"f": $sum}', 'returned an unsupported result type.'],
    ['$eval("1")', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['1 + "a"', 'threw an error during evaluation. T2002'],
  ])('fails on %s', async (source, message) => {
    const failing = value(`{% ${source} %}`, {});
    await expect(failing).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
    await expect(failing).rejects.toThrow(
      `The JSONata expression '${source}' specified for the field 'Output' ${message}`,
    );
  });
});
