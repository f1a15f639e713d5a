import { startNode, flagsOf } from './node.ts';
import type { StartRuntime } from '../runtime-process.ts';
import type { Settings } from '../store.ts';
import { Python, startPython } from './python.ts';

/** The binaries that functions run on. */
export interface Binaries {
  /** Of Node.js. */
  readonly node: string;
  /** Of Python; `python3` of the `PATH` when left out. */
  readonly python?: string | undefined;
}

/** What starts the process of a function, and why its code cannot be run there although it can be deployed. */
interface Runnable {
  readonly start: StartRuntime;
  readonly whyNot: string | undefined;
}

/** What functions run on: those of Node.js and of Python, whichever version they ask for, on what is there. */
export class Runtimes {
  private readonly python: Python;

  constructor(private readonly binaries: Binaries) {
    this.python = new Python(binaries.python);
  }

  async of(settings: Settings): Promise<Runnable> {
    const { runtime } = settings;
    const start = startNode(this.binaries.node, flagsOf(settings));
    if (runtime.startsWith('nodejs')) return { start, whyNot: undefined };
    if (!runtime.startsWith('python')) {
      const whyNot = `The local AWS runs functions of Node.js and Python: it deploys those of ${runtime}, and cannot invoke them.`;
      return { start, whyNot };
    }
    const found = await this.python.find();
    if (typeof found !== 'string') return { start: startPython(found.binary), whyNot: undefined };
    const whyNot = `The local AWS runs functions of ${runtime} by the Python that is there, and ${found}: it deploys them, and cannot invoke them.`;
    return { start, whyNot };
  }
}
