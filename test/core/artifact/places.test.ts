import { describe, expect, it } from 'vitest';
import { withLocations, withWrittenLocations } from '../../../core/artifact/locate.ts';
import { isFileBelow, readPlaces } from '../../../core/artifact/places.ts';
import { problem, problemSchema } from '../../../core/values/problems.ts';

const template = {
  Resources: {
    Jobs: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'Orders/Jobs/Resource' } },
    Hidden: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'Orders/\u202eJobs' } },
  },
};
const one = (place: string) => problem('template.kind-not-granted', 'template.json', 'It is not.', { places: [place] });

/** Where the first problem is, by what an artifact brings. */
function told(
  content: unknown,
  place = 'Resources.Jobs.Type',
  of: { readonly template?: typeof template } = { template },
) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const documents = readPlaces(Buffer.from(text), of.template);
  return documents === undefined ? 'unreadable' : withLocations([one(place)], documents)[0]?.at;
}

const places = (at: unknown, file: unknown = 'template.yaml') => ({ format: 1, template: { file, at } });

describe('where an artifact says that it comes from', () => {
  const at = { Resources: [1, 1, { Jobs: [2, 3, { Type: [3, 5], 'a.b': [4, 5, { c: [5, 7] }] }] }] };

  it('is told of a problem: of what is not there, what it would be in', () => {
    const construct = 'Orders/Jobs/Resource';
    const line = (place: string) => told(places(at), place)?.[0];
    expect(line('Resources.Jobs.Type')).toEqual({
      ...{ file: 'template.yaml', line: 3, column: 5, construct, place: 'Resources.Jobs.Type' },
    });
    expect(line('Resources.Jobs.a.b.c')).toMatchObject({ line: 5, column: 7 });
    expect(line('Resources.Jobs.a')).toMatchObject({ line: 2, column: 3 });
    expect(line('Resources.Gone.Type')).toEqual({
      ...{ file: 'template.yaml', line: 1, column: 1, place: 'Resources.Gone.Type' },
    });
    expect(line('Mappings.Gone')).toEqual({ file: 'template.yaml', place: 'Mappings.Gone' });
    expect(line('Resources.Hidden')).toHaveProperty('construct', 'Orders/\\u{202e}Jobs');
    expect(told(places(at), 'Resources.Jobs.Type', {})?.[0]).not.toHaveProperty('construct');
  });

  it('is told of the manifest, and of whole files', () => {
    const documents = readPlaces(
      Buffer.from(
        JSON.stringify({
          ...places(at),
          manifest: {
            file: 'release.json',
            at: { checks: [7, 3, { smoke: [8, 5, { 0: [9, 7, { http: [10, 9] }] }] }] },
          },
        }),
      ),
      undefined,
    );
    const locations = (code: string, path: string) =>
      withLocations([problem(code, path, 'No.')], documents ?? {})[0]?.at;
    expect(locations('template.name-unknown', 'checks.smoke[0].http')).toEqual([
      { file: 'release.json', line: 10, column: 9, place: 'checks.smoke[0].http' },
    ]);
    expect(locations('template.unreadable', 'template.json')).toEqual([{ file: 'template.yaml' }]);
    expect(locations('artifact.manifest-not-json', 'release.json')).toEqual([{ file: 'release.json' }]);
    expect(locations('artifact.digest-differs', 'assets/x.zip')).toBeUndefined();
    expect(withLocations([problem('plan.service-unknown', 'service', 'No.')], {})[0]).not.toHaveProperty('at');
    const inTemplate = problem('template.parameter-unknown', 'Parameters.Size', 'No.');
    expect(withLocations([inTemplate], documents ?? {})[0]?.at).toMatchObject([{ file: 'template.yaml' }]);
    expect(withLocations([inTemplate], {})[0]).not.toHaveProperty('at');
  });

  it('may be another file further in', () => {
    const other = (file: unknown) => places({ Resources: [1, 1, { Jobs: [4, 2, { Type: [9, 9] }, file] }] });
    expect(told(other('api/paths.yaml'))).toMatchObject([{ file: 'api/paths.yaml', line: 9, column: 9 }]);
    // Half of an answer would be a wrong one.
    expect(told(other('../paths.yaml'))).toBeUndefined();
    expect(told(other(7))).toMatchObject([{ file: 'template.yaml', line: 1, column: 1 }]);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['another format', { ...places(at), format: 2 }],
    ['more than is known', { ...places(at), more: true }],
    ['a file outside', places(at, '../../etc/passwd')],
    ['a file from the root', places(at, '/etc/passwd')],
    ['an address', places(at, 'https://example.com/template.yaml')],
    ['a file of many characters', places(at, 'x'.repeat(201))],
    ['a control character', places(at, 'template\u001b[31m.yaml')],
    ['a character that turns the direction', places(at, 'template\u202e.yaml')],
    ['a line break', places(at, 'template.yaml\nApproved')],
  ])('says nothing where it is %s', (_, content) => {
    expect(told(content)).toBe('unreadable');
  });

  it.each([
    ['no tree', 'Resources'],
    ['a list', [[1, 1]]],
    ['lines that no text has', { Resources: [0, 1] }],
    ['lines beyond all texts', { Resources: [1e9, 1] }],
    ['parts of lines', { Resources: [1.5, 1] }],
    ['more members', { Resources: [1, 1, {}, 'x', 5] }],
    ['names of JavaScript', JSON.parse('{"__proto__": {"Resources": [1, 1]}}')],
  ])('names a file alone where its tree is %s', (_, tree: unknown) => {
    expect(told(places(tree))).toEqual([
      { file: 'template.yaml', place: 'Resources.Jobs.Type', construct: 'Orders/Jobs/Resource' },
    ]);
  });

  it('is read however deeply it nests, and finds no member of JavaScript', () => {
    const deep = 100_000;
    const text = `${'{"a":[1,1,'.repeat(deep)}{}${']}'.repeat(deep)}`;
    expect(told(`{"format":1,"template":{"file":"t.yaml","at":${text}}}`, 'a.a.a')).toMatchObject([{ line: 1 }]);
    expect(told(places(at), 'constructor.toString')).toEqual([
      { file: 'template.yaml', place: 'constructor.toString' },
    ]);
    expect(told(places(at), 'Resources.constructor')).toMatchObject([{ line: 1, column: 1 }]);
  });

  it('is looked for no deeper, and in no longer names, than anybody writes them', () => {
    const levels = (count: number): unknown => (count === 0 ? {} : { a: [1, count, levels(count - 1)] });
    const column = (place: string) => told(places(levels(100)), place)?.[0];
    expect(column(Array(100).fill('a').join('.'))).toMatchObject({ column: 100 - 63 });
    const named = (dots: number) => told(places({ [`a${'.a'.repeat(dots)}`]: [7, 7] }), `a${'.a'.repeat(dots)}`)?.[0];
    expect(named(7)).toHaveProperty('line', 7);
    expect(named(8)).not.toHaveProperty('line');
  });

  it('is kept as the ledger keeps problems', () => {
    const documents = readPlaces(Buffer.from(JSON.stringify(places(at))), template) ?? {};
    const [located] = withLocations([one('Resources.Jobs.Type')], documents);
    expect(problemSchema.parse(located)).toEqual(located);
  });

  it('takes no more room than an item of DynamoDB has for it, however long its names are', () => {
    const documents = readPlaces(Buffer.from(JSON.stringify(places(at, '\u{10ffff}'.repeat(100)))), template) ?? {};
    const long = one(`Resources.Jobs.${'\u{10ffff}'.repeat(140)}`);
    const located = withLocations(
      Array.from({ length: 51 }, () => ({ ...long, places: Array(5).fill(long.places?.[0]) })),
      documents,
    );
    const told = located.filter((each) => each.at !== undefined);
    expect(told.length).toBeGreaterThan(5);
    expect(told).toEqual(located.slice(0, told.length));
    expect(Buffer.byteLength(JSON.stringify(told.map((each) => each.at)))).toBeLessThan(70_000);
  });
});

it('a problem that only an expanded template shows is told of the places that were written', () => {
  const documents = readPlaces(
    Buffer.from(JSON.stringify(places({ Resources: [1, 1, { Greet: [2, 3] }] }))),
    undefined,
  );
  const expanded = problem('template.kind-not-granted', 'template.json', 'It is not.', {
    places: ['Resources.GreetRole'],
  });
  const at = { file: 'template.yaml', line: 2, column: 3, place: 'Resources.Greet' };
  const writtenAs = () => [{ place: 'Resources.Greet' }, { place: 'Resources.Greet', makes: 'GreetRole' }];
  expect(withWrittenLocations(expanded, documents ?? {}, writtenAs).at).toEqual([at, { ...at, makes: 'GreetRole' }]);
  expect(withWrittenLocations(expanded, {}, writtenAs)).toBe(expanded);
  expect(
    withWrittenLocations(problem('plan.service-unknown', '', 'No.'), documents ?? {}, writtenAs),
  ).not.toHaveProperty('at');
});

it('a file below a folder is named so', () => {
  expect(['template.yaml', 'a b/ü.json', '.aws/x'].filter(isFileBelow)).toHaveLength(3);
  expect(['', '/a', 'a//b', 'a/', './a', 'a/../b', 'C:/a', 'a\\b'].filter(isFileBelow)).toEqual([]);
});
