import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentProblems,
  digestProblem,
  entryProblem,
  keyProblem,
  readManifestFile,
  sizeProblem,
} from '../../../core/artifact/contents.ts';
import { jsonTraits } from '../../../core/artifact/json-text.ts';
import { artifactLimits } from '../../../core/artifact/limits.ts';
import { truncateProblems, brokenArchive, readableEntries, listingProblems } from '../../../core/artifact/listing.ts';
import type { ListedEntry } from '../../../core/artifact/listing.ts';
import { assetDigest } from '../../../core/artifact/names.ts';
import { digest, manifest } from '../samples.ts';

let offset = 0;

/** An entry that follows the one made before. */
function entry(name: string, changes: Partial<ListedEntry> = {}): ListedEntry {
  const made = { name, size: 100, compressedSize: 50, offset, encrypted: false, method: 8, mode: 0o100644, ...changes };
  offset += 30 + Buffer.byteLength(name) + made.compressedSize;
  return made;
}

const asset = `assets/${digest}.zip`;
const sound = [
  entry('release.json'),
  entry('template.json'),
  entry('assets/', { size: 0, compressedSize: 0, mode: 0o040755 }),
  entry(asset, { method: 0, mode: 0 }),
];

/** Codes of what is wrong with these entries beside the sound ones. */
function codes(...entries: readonly ListedEntry[]): string[] {
  const all = [...sound, ...entries];
  return listingProblems({ size: 1000, entryCount: all.length, entries: all }).map(({ code }) => code);
}

describe('the listing of an artifact', () => {
  it('of a packed one is sound', () => {
    expect(codes()).toEqual([]);
  });

  it.each([
    ['artifact.path-escapes', '../evil.json'],
    ['artifact.path-escapes', 'assets/../../evil'],
    ['artifact.path-escapes', './x.json'],
    ['artifact.path-escapes', '..\\evil.json'],
    ['artifact.path-absolute', '/etc/passwd'],
    ['artifact.path-absolute', 'C:/windows'],
    ['artifact.path-absolute', '\\\\server\\share'],
    ['artifact.name-unusable', 'a\\b.json'],
    ['artifact.name-unusable', 'a\u0000.json'],
    ['artifact.name-unusable', ''],
    ['artifact.name-unusable', `${'x'.repeat(300)}.json`],
    ['artifact.unexpected-file', 'index.mjs'],
    ['artifact.unexpected-file', 'src/index.json'],
    ['artifact.asset-name', 'assets/code.zip'],
    ['artifact.asset-name', `assets/${'B'.repeat(64)}.zip`],
  ])('%s: %j', (code, name) => {
    expect(codes(entry(name))).toEqual([code]);
  });

  it.each([
    ['artifact.link', { mode: 0o120777 }],
    ['artifact.special-file', { mode: 0o010644 }],
    ['artifact.encrypted', { encrypted: true }],
    ['artifact.compression-unknown', { method: 12 }],
    ['artifact.bomb', { size: 200 * 1024 * 1024, compressedSize: 200_000 }],
  ])('%s', (code, changes) => {
    expect(codes(entry('more.json', changes))).toEqual([code]);
  });

  it('refuses names that are the same on some file system', () => {
    expect(codes(entry('release.json'))).toEqual(['artifact.duplicate-name']);
    expect(codes(entry('TEMPLATE.json'))).toEqual(['artifact.duplicate-name']);
  });

  it('refuses entries that overlap', () => {
    const one = entry('a.json');
    expect(codes(one, entry('b.json', { offset: one.offset + 1 }))).toEqual(['artifact.overlap']);
  });

  it('refuses too much of anything', () => {
    expect(
      listingProblems({ size: artifactLimits.totalBytes + 1, entryCount: 4, entries: sound }).map(({ code }) => code),
    ).toEqual(['artifact.too-large']);
    expect(
      codes(entry('big.json', { size: artifactLimits.totalBytes, compressedSize: artifactLimits.totalBytes / 2 })),
    ).toEqual(['artifact.too-large']);
    const many = Array.from({ length: 1001 }, (_, index) => entry(`${index}.json`));
    const problems = listingProblems({ size: 1000, entryCount: 20_000, entries: [...sound, ...many] });
    expect(problems.map(({ code }) => code)).toEqual(['artifact.too-many-entries']);
    expect(problems[0]?.message).toContain('20000 entries; the limit is 1000');
  });

  it('needs a manifest at the root, of a size that can be read', () => {
    const [, ...rest] = sound;
    const listed = (entries: readonly ListedEntry[]) =>
      listingProblems({ size: 1000, entryCount: entries.length, entries });
    expect(listed(rest)).toMatchObject([
      { code: 'artifact.no-manifest', message: '"release.json" is missing at the archive\'s root: add it.' },
    ]);
    expect(listed([...rest, entry('orders/release.json')]).at(-1)?.message).toContain(
      '"orders/release.json" is too deep',
    );
    expect(
      listed([...rest, entry('release.json', { size: 50 * 1024 * 1024, compressedSize: 25 * 1024 * 1024 })]),
    ).toMatchObject([{ code: 'artifact.manifest-too-large' }]);
  });

  it('is told in no more than can be read', () => {
    const many = Array.from({ length: 80 }, (_, index) => entry(`file-${index}`));
    const problems = truncateProblems(listingProblems({ size: 1000, entryCount: 84, entries: [...sound, ...many] }));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toMatchObject({
      code: 'artifact.more-problems',
      message: 'There are 30 more problems: fix these first.',
    });
    expect(truncateProblems([])).toEqual([]);
  });

  it('names every problem by a code and a sentence, whatever the entries are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name: fc.string({ unit: 'binary' }),
            mode: fc.nat({ max: 0o177777 }),
            size: fc.nat(),
            compressedSize: fc.nat(),
            offset: fc.nat(),
          }),
        ),
        (rows) => {
          const entries = rows.map((row) => ({ ...row, encrypted: false, method: 8 }));
          for (const { code, message } of listingProblems({ size: 1, entryCount: entries.length, entries })) {
            expect(code).toMatch(/^artifact\.[a-z-]+$/);
            expect(message).toMatch(/\.$/);
          }
        },
      ),
    );
  });
});

describe('an archive that cannot be read', () => {
  it('is empty, no zip, cut off or at odds with itself', () => {
    expect(brokenArchive(0, 'noZip', '').code).toBe('artifact.empty');
    expect(brokenArchive(10, 'noZip', '').code).toBe('artifact.not-a-zip');
    expect(brokenArchive(10, 'cutOff', '')).toMatchObject({ code: 'artifact.truncated' });
    expect(brokenArchive(10, 'contradicts', 'lies').message).toContain('(lies)');
  });
});

describe('what may be unpacked', () => {
  it('is what no problem is about, and nothing when the archive as a whole is too much', () => {
    const entries = [...sound, entry('x.json', { encrypted: true })];
    const listing = { size: 1000, entryCount: entries.length, entries };
    expect([...readableEntries(listing, listingProblems(listing))]).toEqual(sound.map(({ name }) => name));
    const flood = { ...listing, entryCount: 5000 };
    expect(readableEntries(flood, listingProblems(flood)).size).toBe(0);
    expect(listingProblems({ ...flood, entries: [] }).map(({ code }) => code)).toEqual(['artifact.too-many-entries']);
  });
});

describe('the content of an artifact', () => {
  it('agrees with its key and names its template', () => {
    expect(contentProblems('orders/1.4.2.zip', manifest, sound)).toEqual([]);
    expect(contentProblems('orders/1.4.3.zip', manifest, sound)).toMatchObject([{ code: 'artifact.key-differs' }]);
    expect(contentProblems('billing/1.4.2.zip', manifest, sound)).toMatchObject([{ code: 'artifact.key-differs' }]);
    expect(contentProblems('x', { ...manifest, template: 'other.yaml' }, sound).map(({ code }) => code)).toEqual([
      'artifact.key-differs',
      'artifact.no-template',
      'artifact.unexpected-file',
    ]);
    const large = [entry('template.json', { size: 2 * 1024 * 1024 })];
    expect(contentProblems('orders/1.4.2.zip', manifest, large)).toMatchObject([
      { code: 'artifact.template-too-large' },
    ]);
  });

  it('keeps every number that a double and the ledger can, however it is written', () => {
    const taken = (text: string): boolean => jsonTraits(`{"a":[${text}]}`).inexact.length === 0;
    for (const text of [
      '0',
      '1.50',
      '15e-1',
      '1E+3',
      '0.1',
      '-7',
      '9007199254740991',
      '1e-130',
      '0.0',
      '123456.789012345',
    ])
      expect([text, taken(text)]).toEqual([text, true]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), (number) => {
        const kept = !Object.is(number, -0) && (number === 0 || Math.abs(number) >= 1e-130);
        expect([number, taken(JSON.stringify(number))]).toEqual([number, kept || Object.is(number, -0)]);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n }), (number) => {
        expect(taken(String(number))).toBe(false);
      }),
    );
    expect(jsonTraits('{"1e300":"1e300"}').inexact).toEqual([]);
  });

  it('has the digests it is named by', () => {
    expect(assetDigest(asset)).toBe(digest);
    expect(digestProblem(asset, digest)).toBeUndefined();
    expect(digestProblem(asset, 'b'.repeat(64))?.code).toBe('artifact.digest-differs');
  });

  it('has a manifest that is JSON, and says each thing once', () => {
    const read = (text: string) => readManifestFile(new TextEncoder().encode(text));
    const text = JSON.stringify(manifest);
    expect(read(text)).toEqual({ manifest });
    expect(read(`\ufeff${text}`)).toEqual({ manifest });
    expect(read('{ service: orders }')).toMatchObject({
      problems: [{ code: 'artifact.manifest-not-json', path: 'release.json' }],
    });
    expect(read('{}')).toHaveProperty('problems.length', 4);
    expect(readManifestFile(new Uint8Array([0xff, 0xfe, 0x7b]))).toMatchObject({
      problems: [{ code: 'artifact.manifest-not-json' }],
    });
    expect(read(text.replace('orders', '\\ud800'))).toMatchObject({
      problems: [{ code: 'artifact.manifest-not-json' }],
    });
    expect(read(`${'['.repeat(30)}${']'.repeat(30)}`)).toMatchObject({
      problems: [{ code: 'artifact.manifest-too-deep' }],
    });
    const twice = read(text.replace('{', '{"service":"other","list":[1,"list","list"],'));
    expect(twice).toMatchObject({
      problems: [{ code: 'manifest.repeated-field', path: 'service' }, { code: 'manifest.unknown-field' }],
    });
    expect(read(text.replace('{', '{"service":"orders",'))).toMatchObject({
      problems: [{ code: 'manifest.repeated-field' }],
    });
  });

  it('can be too large to look at, or damaged within', () => {
    expect(sizeProblem('orders/1.zip', artifactLimits.totalBytes)).toBeUndefined();
    expect(sizeProblem('orders/1.zip', artifactLimits.totalBytes + 1)?.code).toBe('artifact.too-large');
    expect(entryProblem(asset, 'CRC').code).toBe('artifact.entry-damaged');
  });

  it('lies under a key that names service and version', () => {
    expect(keyProblem('orders/1.4.2.zip')).toBeUndefined();
    expect(keyProblem('orders.zip')?.code).toBe('artifact.key-unreadable');
  });
});
