import { assetBucketParameter, assetKey, assetUri } from '../../core/template/asset-bucket.ts';
import { ownMember, recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { readUpload, type AssetReading, type Surroundings } from './assets.ts';
import { codeProperties } from './code-properties.ts';
import { PAIRS } from './location.ts';
import type { PointedTemplate, TakenIn } from './point-to-assets.ts';
import type { TemplateDocument } from './places.ts';
import { packProblem } from './problems.ts';
import { TextCoder } from './text-coder.ts';
import type { Uploads } from './uploads.ts';

const ours = { Ref: assetBucketParameter };

/** Names that stand for nothing else, wherever they are: of a hash, of a time, or put together. Any other is looked at in its place. */
const TELLING_KEY = /[0-9a-f]{16}|\d{13}-/;
const TELLING_BUCKET = /^cdk-|[\u{F0000}-\u{FFFFD}]/u;

/** A template that names its own artifact's assets where it named what a build tool would upload. */
export interface PointedUploads extends PointedTemplate {
  /** Resources that read an asset themselves, when they run: CloudFormation does not read it for them. */
  readonly readers: readonly string[];
}

/** Makes assets of everything that a build tool would upload and the template names, and names these instead. */
export function pointUploads(template: TemplateDocument, uploads: Uploads, around: Surroundings): PointedUploads {
  const pointer = new UploadPointer(uploads, around);
  const pointed = Object.fromEntries(
    Object.entries(template).map(([section, value]) => [section, pointer.section(section, value)]),
  );
  const { taken, problems, readers } = pointer;
  return { template: pointed, taken, problems, readers: [...readers] };
}

class UploadPointer {
  readonly taken: TakenIn[] = [];
  readonly problems: Problem[] = [];
  readonly readers = new Set<string>();
  readonly #coder = new TextCoder();
  readonly #bucket = this.#coder.standIn(ours);
  readonly #buckets: readonly string[];
  readonly #keys: RegExp;
  /** An object that is none of the artifact's; patterns of policies name none. */
  readonly #unknownAddress = new RegExp(`//\\S*?${this.#bucket}/(?!assets/[0-9a-f]{64}\\.zip)([\\w./-]+)`, 'u');
  readonly #read = new Map<string, AssetReading>();
  /** Of the resource that is looked at. */
  #type = '';

  constructor(
    private readonly uploads: Uploads,
    private readonly around: Surroundings,
  ) {
    this.#buckets = uploads.buckets.map((name) => this.#coder.encodePattern(name));
    const keys = [...uploads.objects.keys()].sort((a, b) => b.length - a.length).map(escaped);
    this.#keys = new RegExp(keys.length === 0 ? '(?!)' : `(?<![\\w.-])(?:${keys.join('|')})(?![\\w.-])`, 'g');
  }

  section(name: string, value: unknown): unknown {
    if (name !== 'Resources') return this.#pointed(value, [name]);
    return Object.fromEntries(
      Object.entries(recordOf(value)).map(([logicalId, resource]) => {
        this.#type = String(recordOf(resource)['Type']);
        // Nested stacks are refused as such.
        const nested = this.#type === 'AWS::CloudFormation::Stack';
        return [logicalId, nested ? resource : this.#pointed(resource, [name, logicalId])];
      }),
    );
  }

  #pointed(value: unknown, path: readonly string[]): unknown {
    let inside = false;
    const text = this.#coder.encode(value, (inner) => {
      const pointed = this.#pointed(inner, path);
      inside ||= JSON.stringify(pointed) !== JSON.stringify(inner);
      return pointed;
    });
    const replaced = text === undefined ? undefined : this.#replaced(text, path);
    if (replaced !== undefined && (inside || replaced !== text)) {
      const [, unknown] = this.#unknownAddress.exec(replaced) ?? [];
      if (unknown !== undefined && !this.uploads.objects.has(unknown)) this.#unknown(path, `"${unknown}"`);
      return this.#written(replaced);
    }
    if (Array.isArray(value)) return value.map((item: unknown, index) => this.#pointed(item, [...path, String(index)]));
    return typeof value === 'object' && value !== null ? this.#object(recordOf(value), path) : value;
  }

  #object(members: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
    const pair = PAIRS.find(([bucket, key]) => bucket in members && key in members);
    if (pair === undefined) return this.#members(members, path);
    const [bucket, key] = pair;
    const name = this.#coder.encode(members[key]);
    if (name !== undefined && this.uploads.objects.has(name)) {
      const taken = this.#take(name, path);
      // Nothing is packed then: without a place in a bucket, no more is said of it.
      if (taken === undefined) return without(members, pair);
      return { ...this.#members(without(members, pair), path), [bucket]: ours, [key]: taken };
    }
    const place = this.#coder.encode(members[bucket]);
    if (place === undefined || !this.#buckets.includes(place)) return this.#members(members, path);
    this.#unknown(path, JSON.stringify(members[key]));
    return members;
  }

  #unknown(path: readonly string[], object: string): void {
    const place = path.join('.');
    const sentence = `"${place}" names the object ${object} in the bucket of uploads, and ${this.uploads.folder} does not say what that is: build again (${this.around.build}).`;
    this.problems.push(packProblem('pack.upload-left', place, sentence));
  }

  #members(members: Readonly<Record<string, unknown>>, path: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(members).map(([name, inner]) => [name, this.#pointed(inner, [...path, name])]),
    );
  }

  #replaced(text: string, path: readonly string[]): string {
    const inBucket = this.#buckets.some((bucket) => text.includes(bucket));
    const named = text.replace(this.#keys, (key) =>
      inBucket || TELLING_KEY.test(key) ? (this.#take(key, path) ?? key) : key,
    );
    return this.#buckets.reduce((whole, bucket) => {
      const before = named !== text || TELLING_BUCKET.test(bucket) ? '(?<![\\w.-])' : '(?<=:::|s3://)';
      return whole.replace(new RegExp(`${before}${escaped(bucket)}(?![\\w.-])`, 'gu'), this.#bucket);
    }, named);
  }

  #written(text: string): unknown {
    const start = `s3://${this.#bucket}/`;
    const key = text.startsWith(start) ? text.slice(start.length) : '';
    return /^assets\/[0-9a-f]{64}\.zip$/.test(key) ? assetUri(key) : this.#coder.decode(text);
  }

  /** The name of the asset that an object becomes; undefined where it cannot be one. */
  #take(key: string, path: readonly string[]): string | undefined {
    const upload = this.uploads.objects.get(key);
    if (upload === undefined) return undefined;
    const code = path[0] === 'Resources' && this.#readByCloudFormation(path);
    const archive = code && this.#type.startsWith('AWS::Lambda::') && upload.packaging === 'file';
    const known = `${String(archive)} ${key}`;
    const place = path.join('.');
    const reading = this.#read.get(known) ?? readUpload(upload, { place, archive }, this.around);
    if (this.#read.get(known) === undefined && 'problems' in reading) this.problems.push(...reading.problems);
    this.#read.set(known, reading);
    if ('problems' in reading) return undefined;
    this.taken.push({ place, asset: reading.asset });
    if (path[0] === 'Resources' && !code) this.readers.add(`${path[1] ?? ''} (${this.#type})`);
    return assetKey(reading.asset.sha256);
  }

  #readByCloudFormation(path: readonly string[]): boolean {
    if (path.includes('Fn::Transform')) return true;
    const properties = ownMember(codeProperties, this.#type) ?? [];
    return properties.some((property) => property.path.every((name, index) => path[3 + index] === name));
  }
}

function without(
  members: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
