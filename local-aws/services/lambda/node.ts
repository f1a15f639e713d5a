import { spawnSync } from 'node:child_process';

/** The Node.js that functions run on. */
interface NodeBinary {
  readonly binary: string;
  /** As it says itself: `v24.21.0`. */
  readonly version: string;
}

/** @param binary this process's own when left out. @throws Error when it is no Node.js */
export function findNode(binary: string = process.execPath): NodeBinary {
  if (binary === process.execPath) return { binary, version: process.version };
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const version = (stdout ?? '').trim();
  if (error !== undefined || !/^v\d+\.\d+\.\d+$/.test(version))
    throw new Error(
      `Functions cannot run on ${binary}: it is no Node.js (${error?.message ?? 'it tells no version'}).`,
    );
  return { binary, version };
}
