import { unzipSync } from 'fflate';
import * as z from 'zod';
import { pack } from '../../cli/pack/pack.ts';
import { manifestName } from '../../core/artifact/limits.ts';
import { type ArchiveClaims, type WrittenEntry, writeZip } from './zip-writer.ts';

const document = z.record(z.string(), z.unknown());
type Document = z.infer<typeof document>;

/** The sample service as `sluice pack` packs it, taken apart. */
const sample = unzipSync(pack('local/sample-service/v1').bytes);
const assets = Object.entries(sample)
  .filter(([name]) => name.startsWith('assets/'))
  .map(([name, content]): WrittenEntry => ({ name, content }));

/** Name of the first asset of the sample. */
export const [assetName = ''] = assets.map(({ name }) => name);

/** A valid manifest of the sample service, with changes on top; `undefined` takes a field away. */
export function manifest(version: string, changes: Document = {}): Document {
  return { ...read(manifestName), version, ...changes };
}

/** A valid template of the sample service, with changes on top. */
export function template(changes: Document = {}): Document {
  return { ...read('template.json'), ...changes };
}

/** A part of a document that is a document itself. */
export function section(whole: Document, name: string): Document {
  return document.parse(whole[name]);
}

/** What an artifact is made of, each part of which can be exchanged. */
export interface Parts {
  /** Text, bytes or a document; nothing for an artifact without. */
  readonly manifest?: Document | string | Uint8Array | null;
  readonly template?: Document | string | Uint8Array | null;
  readonly templateName?: string;
  /** Changes one entry that a good artifact has. */
  readonly change?: { readonly name: string; readonly by: Partial<WrittenEntry> };
  /** Entries behind the good ones. */
  readonly more?: readonly WrittenEntry[];
  readonly claims?: ArchiveClaims;
}

/** A good artifact of the sample service, but for the parts that are exchanged. */
export function artifact(version: string, parts: Parts = {}): Buffer {
  const { templateName = 'template.json', change, more = [], claims } = parts;
  const entries = [
    ...file(manifestName, parts.manifest === undefined ? manifest(version) : parts.manifest),
    ...file(templateName, parts.template === undefined ? template() : parts.template),
    ...assets,
  ].map((entry) => (entry.name === change?.name ? { ...entry, ...change.by } : entry));
  return writeZip([...entries, ...more], claims);
}

/** An entry of text. */
export function textEntry(name: string, text = '{}'): WrittenEntry {
  return { name, content: Buffer.from(text) };
}

function file(name: string, content: Document | string | Uint8Array | null): WrittenEntry[] {
  if (content === null) return [];
  if (content instanceof Uint8Array) return [{ name, content, deflate: true }];
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`;
  return [{ name, content: Buffer.from(text), deflate: true }];
}

function read(name: string): Document {
  const content = sample[name];
  if (content === undefined) throw new Error(`The packed sample has no ${name}.`);
  return document.parse(JSON.parse(Buffer.from(content).toString('utf8')));
}
