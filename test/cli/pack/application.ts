import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect } from 'vitest';
import * as z from 'zod';
import { readPlaces } from '../../../core/artifact/places.ts';
import { pack, type PackedArtifact, type PackOptions } from '../../../cli/pack/pack.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with `release.json` and these files, in a folder of its own. */
export function application(files: Files, manifest: object = {}): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'pack-'))), 'app');
  const all = {
    'release.json': JSON.stringify({
      service: 'shop',
      version: '1.0.0',
      source: { author: 'Ada <ada@example.com>' },
      template: 'template.yaml',
      ...manifest,
    }),
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
  Globals: z.unknown().optional(),
});

/** What is in an artifact: its template, and its assets by digest. It holds all code that its template names. */
export function opened({ bytes }: PackedArtifact) {
  const files = unzipSync(bytes);
  const text = Buffer.from(files['template.json'] ?? []).toString('utf8');
  const template = templateSchema.parse(JSON.parse(text));
  expect(unheld(template, text, files)).toEqual([]);
  return { files, text, template };
}

/** Names of the files in the asset of a place, and the asset's key. */
export function taken(artifact: PackedArtifact, place: string): { key: string; names: string[]; content: Uint8Array } {
  const { asset: key } = artifact.taken.find((one) => one.place === place) ?? { asset: `nothing at ${place}` };
  const content = opened(artifact).files[key] ?? new Uint8Array();
  const zipped = Buffer.from(content.subarray(0, 2)).toString() === 'PK';
  return { key, names: zipped ? Object.keys(unzipSync(content)) : [], content };
}

/** Where an artifact says that a place of its template comes from: `template.yaml:12:7`. */
export function saidBy(artifact: PackedArtifact): (place: string) => string | undefined {
  const found = readPlaces(opened(artifact).files['places.json'] ?? new Uint8Array(), undefined)?.template?.find;
  return (place) => {
    const { file, line, column } = found?.(place) ?? {};
    return file === undefined ? undefined : [file, line, column].join(':');
  };
}

const refusalSchema = z.object({
  message: z.string(),
  details: z.object({ problems: z.array(z.looseObject({ code: z.string(), path: z.string(), message: z.string() })) }),
});

/** What pack says of a folder, in words and as problems; none where it packs it. */
export function refusalOf(folder: string, options: PackOptions = {}) {
  try {
    opened(pack(folder, options));
    return { message: '', problems: [] };
  } catch (error) {
    const { message, details } = refusalSchema.parse(error);
    return { message, problems: details.problems };
  }
}

/** The codes of what pack says, each with where it is. */
export function problemsOf(folder: string, options: PackOptions = {}): [string, string][] {
  return refusalOf(folder, options).problems.map(({ code, path }) => [code, path]);
}

const NAMES_CODE =
  /^(Code|CodeUri|Content|ContentUri|Definition(Uri)?|SchemaUri|\w*S3Location|ScriptLocation|SourceBundle|S3)$/;
const ASSET = /assets\/[0-9a-f]{64}\.zip/g;

/** What an artifact names and does not hold, or holds under a wrong name, or for nothing. Written apart from what packs. */
function unheld(template: z.infer<typeof templateSchema>, text: string, files: Files): string[] {
  const assets = Object.entries(files).filter(([name]) => name.startsWith('assets/'));
  const named = new Set(text.match(ASSET));
  return [
    ...[...named].filter((name) => files[name] === undefined).map((name) => `missing ${name}`),
    ...assets.filter(([name]) => !named.has(name)).map(([name]) => `for nothing ${name}`),
    ...assets
      .filter(([name, bytes]) => name !== `assets/${createHash('sha256').update(bytes).digest('hex')}.zip`)
      .map(([name]) => `misnamed ${name}`),
    ...Object.entries(template.Resources).flatMap(([id, { Type: type, Properties: properties }]) =>
      codeIn(properties, [id], type.startsWith('Custom::')).flatMap(({ place, value }) =>
        isHeld(value, template) ? [] : [`${place} names ${JSON.stringify(value)}`],
      ),
    ),
  ];
}

/** Every value of a property that names code. */
function codeIn(value: unknown, path: string[], custom: boolean): { place: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null || custom) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (/^(Environment|Tags)$/.test(name)) return [];
    const place = [...path, name];
    const given = NAMES_CODE.test(name) ? choices(inner).map((one) => ({ place: place.join('.'), value: one })) : [];
    return [...given, ...codeIn(inner, place, false)];
  });
}

function choices(value: unknown): unknown[] {
  const choice = z.object({ 'Fn::If': z.tuple([z.unknown(), z.unknown(), z.unknown()]) }).safeParse(value).data;
  return choice === undefined ? [value] : choice['Fn::If'].slice(1).flatMap(choices);
}

const inBucket = z.union([
  z.object({ S3Bucket: z.unknown(), S3Key: z.unknown() }).transform(({ S3Bucket }) => S3Bucket),
  z.object({ Bucket: z.unknown(), Key: z.unknown() }).transform(({ Bucket }) => Bucket),
]);

/** Code is in an asset, in a bucket that was there before, or no address at all. */
function isHeld(value: unknown, { Resources }: z.infer<typeof templateSchema>): boolean {
  if (typeof value === 'string') return /^s3:\/\//.test(value);
  const bucket = inBucket.safeParse(value).data;
  const text = JSON.stringify(bucket ?? value);
  if (/cdk-[a-z0-9]+-assets-/.test(text)) return false;
  const { Ref: name } = z.object({ Ref: z.string() }).safeParse(bucket).data ?? {};
  return name === undefined || Resources[name] === undefined;
}
