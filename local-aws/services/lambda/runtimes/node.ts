import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StartRuntime } from '../runtime-process.ts';
import type { Settings } from '../store.ts';

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

const BOOTSTRAP = fileURLToPath(new URL('../runtime/bootstrap.mjs', import.meta.url));

/** Starts processes of Node.js. @param flags what the runtime passes to it */
export function startNode(binary: string, flags: readonly string[]): StartRuntime {
  return ({ folder, variables, memorySize }) => {
    const child = fork(BOOTSTRAP, [], {
      execPath: binary,
      cwd: folder,
      env: { ...variables },
      // The SDK's word about this machine's Node.js would stand in every function's log.
      execArgv: [
        '--disable-warning=NodeVersionSupportWarning',
        ...flags,
        `--max-old-space-size=${Math.floor(memorySize * 0.9)}`,
      ],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    return {
      child,
      ask: (question) => child.send({ ...question }, () => undefined),
      listen: (hear) => child.on('message', hear),
    };
  };
}

/**
 * nodejs22.x turns two experimental features off, unless the function turns them on again; nodejs24.x has them, as Node.js has.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export function flagsOf({ runtime, variables }: Settings): string[] {
  if (runtime !== 'nodejs22.x') return [];
  const wanted = (variables['NODE_OPTIONS'] ?? '').split(/\s+/);
  return ['require-module', 'detect-module']
    .filter((feature) => !wanted.includes(`--experimental-${feature}`))
    .map((feature) => `--no-experimental-${feature}`);
}
