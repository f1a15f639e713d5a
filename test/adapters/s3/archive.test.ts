import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ArchiveBroken, openArchive } from '../../../adapters/s3/archive.ts';

const files = { 'release.json': strToU8('{"service":"orders"}'), 'assets/a.zip': new Uint8Array(3_000_000).fill(7) };

function archiveOf(bytes: Uint8Array) {
  const reads: [number, number][] = [];
  const read = async (start: number, end: number) => {
    reads.push([start, end]);
    return Buffer.from(bytes.subarray(start, end));
  };
  return { reads, open: () => openArchive(read, bytes.length) };
}

describe('an archive over ranged reads', () => {
  it('lists entries and reads one, with its digest, in few requests', async () => {
    const { reads, open } = archiveOf(zipSync(files, { level: 0 }));
    const archive = await open();
    expect(archive.entryCount).toBe(2);
    expect((await archive.entries(10)).map(({ name, size }) => [name, size])).toEqual([
      ['release.json', 20],
      ['assets/a.zip', 3_000_000],
    ]);
    const content = await archive.read('release.json', 1000);
    expect(content.bytes.toString()).toBe('{"service":"orders"}');
    expect(content.sha256).toBe(createHash('sha256').update('{"service":"orders"}').digest('hex'));
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  it('gives no more entries than asked for', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}.txt`, strToU8('x')]));
    const archive = await archiveOf(zipSync(many)).open();
    expect(await archive.entries(5)).toHaveLength(5);
  });

  it('keeps a dangerous name for core to judge instead of stopping at it', async () => {
    const archive = await archiveOf(
      zipSync({ '../evil': strToU8('x'), '/abs': strToU8('y'), 'a\\b': strToU8('z') }),
    ).open();
    expect((await archive.entries(10)).map(({ name }) => name)).toEqual(['../evil', '/abs', 'a\\b']);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('this is no zip at all, whatever its name says')],
    ['a cut zip', Buffer.from(zipSync(files)).subarray(0, 1000)],
  ])('says that %s is no zip', async (_, bytes) => {
    await expect(archiveOf(bytes).open()).rejects.toThrow(ArchiveBroken);
  });

  it('finds bytes that do not have the CRC the archive claims', async () => {
    const bytes = Buffer.from(zipSync(files, { level: 0 }));
    const at = bytes.indexOf('orders');
    bytes.write('0RDERS', at);
    const archive = await archiveOf(bytes).open();
    await expect(archive.read('release.json', 1000)).rejects.toThrow(/CRC/);
  });

  it('refuses to unpack more than the limit', async () => {
    const archive = await archiveOf(zipSync(files)).open();
    await expect(archive.read('assets/a.zip', 1000)).rejects.toThrow(ArchiveBroken);
  });

  it("tells the store's failure from the archive's", async () => {
    const failing = openArchive(() => Promise.reject(new Error('SlowDown')), 1000);
    await expect(failing).rejects.toThrow('SlowDown');
    await expect(failing).rejects.not.toThrow(ArchiveBroken);
  });
});
