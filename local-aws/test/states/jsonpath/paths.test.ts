/** https://states-language.net/#path and https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
import { describe, expect, it } from 'vitest';
import { IntrinsicFailure } from '../../../services/states/jsonpath/intrinsics.ts';
import { checkReferencePath, place } from '../../../services/states/jsonpath/reference-path.ts';
import { select } from '../../../services/states/jsonpath/select.ts';
import { checkFill, fill, problemOf, read } from '../../../services/states/jsonpath/template.ts';

const input = {
  foo: 123,
  bar: ['a', 'b', 'c'],
  car: { cdr: true, 'with-hyphen': 1 },
  'a.b': 'dotted',
  items: [
    { price: 5, name: 'x' },
    { price: 50, name: 'y' },
    { price: 500, name: 'z' },
  ],
  empty: null,
};
const sources = { input, context: { Task: { Token: 't' } }, variables: { total: { n: 7 } } };

describe('a path', () => {
  it.each([
    ['$', input],
    ['$.foo', 123],
    ['$.bar', ['a', 'b', 'c']],
    ['$.car.cdr', true],
    ['$.car.with-hyphen', 1],
    ["$['car']['cdr']", true],
    ['$.a\\.b', 'dotted'],
    ['$.bar[-1]', 'c'],
    ['$.bar[0,1]', ['a', 'b']],
    ['$.bar[0:2]', ['a', 'b']],
    ['$.bar[-2:]', ['b', 'c']],
    ['$.items[*].name', ['x', 'y', 'z']],
    ['$..name', ['x', 'y', 'z']],
    ['$.items[?(@.price > 10)].name', ['y', 'z']],
    ["$.items[?(@.price > 10 && @.name == 'z')].price", [500]],
    ['$.items[?(@.price > 1000)]', []],
    ['$.empty', null],
    ['$$.Task.Token', 't'],
    ['$total', { n: 7 }],
    ['$total.n', 7],
  ])('%s leads to its value', (path, value) => {
    expect(select(path, sources)).toEqual(value);
  });

  it.each([
    '$.none',
    '$.none[*].x',
    '$.foo.bar',
    '$.bar[3]',
    '$.bar.length',
    '$$.none',
    '$none',
    '$.constructor',
    '$.empty.x',
  ])('%s leads nowhere', (path) => {
    expect(select(path, sources)).toBeUndefined();
  });

  it.each([
    '$.',
    '$.a[',
    '$.a[?(',
    '$.a b',
    '$$$',
    '$.a..',
    "$.a['b",
    '$.a.length()',
    '$.a[?(process.exit())]',
    '$.a[(@.length-1)]',
  ])('%s is refused', (path) => {
    expect(problemOf(path)).toContain('Invalid path');
  });
});

describe('a reference path', () => {
  it.each([
    [{ master: { detail: [1] } }, '$.master.detail', { master: { detail: 6 } }],
    [{ master: { detail: [1] } }, '$.master.result.sum', { master: { detail: [1], result: { sum: 6 } } }],
    [{ a: [1, 2] }, '$.a[1]', { a: [1, 6] }],
    [{}, '$', 6],
    [{ a: 'text' }, '$.a.b', undefined],
    [{ a: [1] }, '$.a[1]', undefined],
    ['text', '$.a', undefined],
    [null, '$.a', undefined],
  ])('in %j, %s makes it %j', (into, path, made) => {
    expect(place(into, path, 6)).toEqual(made);
  });

  it.each(['$.a[*]', '$.a[0:1]', '$..a', '$.a[?(@.b)]', '$.a[0,1]', '$.a[-1]'])('is not %s', (path) => {
    expect(() => checkReferencePath(path)).toThrow('it must lead to one node');
  });

  it('puts a member called __proto__ as any other', () => {
    expect(JSON.stringify(place({}, '$.__proto__.x', 1))).toBe('{"__proto__":{"x":1}}');
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

describe('an intrinsic function', () => {
  it.each([
    ["States.Format('Hello, my name is {}.', $.bar[0])", 'Hello, my name is a.'],
    ["States.Format('{}{}{}', 1, null, true)", '1nulltrue'],
    ["States.Format('\\{\\} \\'{}\\' \\\\', 'x')", "{} 'x' \\"],
    ['States.StringToJson(\'{"a":[1]}\')'.replaceAll('{', '\\{').replaceAll('}', '\\}'), { a: [1] }],
    ['States.JsonToString($.car)', '{"cdr":true,"with-hyphen":1}'],
    ["States.Array($.foo, 'x', null)", [123, 'x', null]],
    ['States.Array()', []],
    ['States.ArrayPartition($.bar, 2)', [['a', 'b'], ['c']]],
    ["States.ArrayContains($.bar, 'b')", true],
    ["States.ArrayContains($.items, 'b')", false],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($.bar, 1)', 'b'],
    ['States.ArrayLength($.items)', 3],
    ['States.ArrayUnique(States.Array(1, 2, 1, States.Array(3), States.Array(3)))', [1, 2, [3]]],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGVjb2RlZCBkYXRh')", 'Decoded data'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['States.JsonMerge($.car, $total, false)', { cdr: true, 'with-hyphen': 1, n: 7 }],
    ['States.MathAdd(111, -1)', 110],
    ['States.MathAdd(1.6, 1)', 3],
    ["States.StringSplit('1,2,3,4,5', ',')", ['1', '2', '3', '4', '5']],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.ArrayGetItem(States.StringSplit('a/b', '/'), 1)", 'b'],
    ["States.Format('{}', $.items[?(@.name == 'a,b)')])".replace('Format', 'Array').replace("'{}', ", ''), [[]]],
  ])('%s gives its value', (call, value) => {
    expect(read(call, sources)).toEqual(value);
  });

  it('gives random numbers within their bounds, the same for the same seed, and identifiers', () => {
    expect(read('States.MathRandom(1, 2)', sources)).toBe(1);
    expect(read('States.MathRandom(1, 1000000, 4)', sources)).toBe(read('States.MathRandom(1, 1000000, 4)', sources));
    expect(read('States.UUID()', sources)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it.each([
    "States.Format('{}')",
    "States.Format('{}', $.items)",
    "States.Format('{', 1)",
    "States.StringToJson('no')",
    "States.Array('a\\x')",
    'States.ArrayPartition($.bar, 0)',
    'States.ArrayContains($.foo, 1)',
    'States.ArrayRange(1, 9, 0)',
    'States.ArrayRange(1, 5000, 1)',
    'States.ArrayGetItem($.bar, 3)',
    'States.ArrayLength($.car)',
    "States.Base64Decode('***')",
    `States.Base64Encode('${'x'.repeat(10_001)}')`,
    "States.Hash('x', 'CRC')",
    'States.JsonMerge($.car, $total, true)',
    'States.MathRandom(2, 1)',
    'States.MathAdd(2147483647, 1)',
    "States.MathAdd('1', 1)",
  ])('%s fails', (call) => {
    expect(() => read(call, sources)).toThrow(IntrinsicFailure);
  });

  it.each([
    ['States.Nothing()', "There is no intrinsic function 'States.Nothing'"],
    ['States.toString()', 'There is no intrinsic function'],
    ['States.UUID(1)', "'States.UUID' does not take 1 arguments"],
    ['States.Array(1', '"," or ")" is expected'],
    ['States.Array(1) and', 'nothing may follow'],
    ['hello', 'a function name'],
    [`${'States.Array('.repeat(11)}${')'.repeat(11)}`, 'more than 10 functions are nested'],
    ['States.Array($.a[)', 'Invalid path'],
  ])('%s is refused', (call, problem) => {
    expect(problemOf(call)).toContain(problem);
  });
});

describe('a payload template', () => {
  it('takes fields that end in .$ from paths and functions, however deep, and leaves the rest', () => {
    const template = {
      flagged: true,
      parts: [{ 'first.$': '$.bar[0]' }],
      'sum.$': 'States.MathAdd($.foo, 1)',
      plain: '$.foo',
    };
    expect(fill(template, sources)).toEqual({ flagged: true, parts: [{ first: 'a' }], sum: 124, plain: '$.foo' });
  });

  it('is refused where a field cannot be filled in or is there twice', () => {
    const problems: string[] = [];
    checkFill({ 'a.$': 1, b: [{ 'c.$': 'no' }], d: 1, 'd.$': '$.d' }, 'Parameters', (_, at) => problems.push(at));
    expect(problems).toEqual(['Parameters/a.$', 'Parameters/b[0]/c.$', 'Parameters/d.$']);
  });
});
