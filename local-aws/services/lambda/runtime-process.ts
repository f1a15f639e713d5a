import type { ChildProcess } from 'node:child_process';

/** What a process of a runtime is started with. */
interface Place {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Megabytes. */
  readonly memorySize: number;
}

/** The process of one execution environment, and how it is spoken to. */
export interface RuntimeProcess {
  readonly child: ChildProcess;
  /** Asks it for something; nobody hears where it is gone. */
  ask(question: Readonly<Record<string, unknown>>): void;
  /** Calls `hear` with whatever it says. */
  listen(hear: (said: unknown) => void): void;
}

/** Starts the process of a runtime. */
export type StartRuntime = (place: Place) => RuntimeProcess;
