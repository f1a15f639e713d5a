import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is written of a file. */
export interface File {
  readonly content: Buffer;
  readonly mode: number;
}

/** Writes a file, and the folders that it is in. */
export function write(path: string, { content, mode }: File): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}
