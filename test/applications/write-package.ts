import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { write, type File } from './write-file.ts';

/**
 * Writes `.serverless/` as `serverless package` does, of `code/<zip>/…` and the documents beside it, in which `{{sha256 <zip>}}` is the
 * digest of a zip in Base64, and `{{id <zip>}}` what Serverless makes of it for the logical id of a version.
 */
export function writePackage(folder: string, files: ReadonlyMap<string, File>): void {
  const zips = new Map(
    [...groupByZip(files)].map(([name, entries]) => [name, zipSync(entries, { mtime: new Date(1980, 0, 1) })]),
  );
  for (const [name, content] of zips)
    write(join(folder, '.serverless', name), { content: Buffer.from(content), mode: 0o644 });
  for (const [path, file] of files) {
    if (path.startsWith('code/')) continue;
    const own = /^(cloudformation|serverless-state|meta)/.test(path) ? '.serverless' : '';
    const text = file.content
      .toString('utf8')
      .replace(/\{\{(sha256|id) ([\w.-]+)\}\}/g, (_, what: string, name: string) => {
        const digest = createHash('sha256')
          .update(zips.get(name) ?? '')
          .digest('base64');
        return what === 'id' ? digest.replace(/[^0-9A-Za-z]/g, '') : digest;
      });
    write(join(folder, own, path), { ...file, content: Buffer.from(text) });
  }
}

function groupByZip(files: ReadonlyMap<string, File>): ReadonlyMap<string, Record<string, Uint8Array>> {
  const zips = new Map<string, Record<string, Uint8Array>>();
  for (const [path, { content }] of files) {
    const [, zip, inside] = /^code\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (zip === undefined || inside === undefined) continue;
    zips.set(zip, { ...zips.get(zip), [inside]: content });
  }
  return zips;
}
