import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Reads bytes `start` (inclusive) to `end` (exclusive). */
export type ReadRange = (start: number, end: number) => Promise<Buffer>;

const blockSize = 1024 * 1024;
const blocksKept = 8;

/**
 * Random access over ranged reads, in blocks of 1 MiB of which the latest few are cached: listing a zip's entries then costs
 * one or two requests instead of one per entry.
 */
export class ByteRanges extends RandomAccessReader {
  #failure: Error | undefined;
  readonly #read: ReadRange;
  readonly #size: number;
  readonly #blocks = new Map<number, Promise<Buffer>>();

  constructor(read: ReadRange, size: number) {
    super();
    this.#read = read;
    this.#size = size;
  }

  /** The error of the last read that failed, once: S3's fault, not the archive's. */
  takeFailure(): Error | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** The bytes of a range, fewer at the end. */
  async bytes(start: number, end: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#chunks(start, end)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end;) {
      const index = Math.floor(at / blockSize);
      const block = await this.#block(index);
      const from = at - index * blockSize;
      const chunk = block.subarray(from, Math.min(block.length, end - index * blockSize));
      if (chunk.length === 0) return; // the archive points behind its own end; yauzl reports it
      yield chunk;
      at += chunk.length;
    }
  }

  #block(index: number): Promise<Buffer> {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const start = index * blockSize;
    const block = this.#read(start, Math.min(start + blockSize, this.#size)).catch((problem: unknown) => {
      this.#failure = problem instanceof Error ? problem : new Error(String(problem));
      this.#blocks.delete(index);
      throw problem;
    });
    this.#blocks.set(index, block);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > blocksKept && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }
}
