import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StartRuntime } from '../runtime-process.ts';

const MAIN = fileURLToPath(new URL('../runtime/python/main.py', import.meta.url));
const TELL = "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))";
/** The runtime here takes what Python has since then. */
const OLDEST = [3, 9] as const;
/** The file descriptor on which its process speaks. */
const CHANNEL = 3;

/** A Python that functions run on. */
export interface PythonBinary {
  readonly binary: string;
  /** As it says itself: `3.13.0`. */
  readonly version: string;
}

/** Looks for the Python of functions: when the first one is invoked, and once. */
export class Python {
  private found: Promise<PythonBinary | string> | undefined;

  /** @param wanted its binary; `python3` of the `PATH` when left out */
  constructor(private readonly wanted: string = 'python3') {}

  /** @returns it, or why there is none */
  find(): Promise<PythonBinary | string> {
    this.found ??= look(this.wanted);
    return this.found;
  }
}

async function look(wanted: string): Promise<PythonBinary | string> {
  try {
    const { stdout } = await promisify(execFile)(wanted, ['-c', TELL], { encoding: 'utf8' });
    const [binary = '', version = ''] = stdout.split('\n');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (binary !== '' && major === OLDEST[0] && minor >= OLDEST[1]) return { binary, version };
    return `${wanted} is Python ${version}, which is older than ${OLDEST.join('.')}`;
  } catch (error) {
    return `there is no ${wanted} (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`;
  }
}

/** Starts processes of Python. What one says is one JSON object a line, on a channel of its own. */
export function startPython(binary: string): StartRuntime {
  return ({ folder, variables }) => {
    // Code is read only in Lambda: nothing is compiled beside it.
    const child = spawn(binary, ['-B', '-X', 'utf8', MAIN], {
      cwd: folder,
      env: { ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const channel = child.stdio[CHANNEL];
    if (!(channel instanceof Duplex)) throw new Error('A process of Python has no channel to speak on.');
    // What is said to a process that is gone is said to nobody.
    channel.on('error', () => undefined);
    return {
      child,
      ask: (question) => channel.write(`${JSON.stringify(question)}\n`),
      listen: (hear) => createInterface({ input: channel }).on('line', (line) => hear(JSON.parse(line))),
    };
  };
}
