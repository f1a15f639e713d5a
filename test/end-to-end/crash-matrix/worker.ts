import { fork, type ChildProcess } from 'node:child_process';
import { type WorkerResponse, responseSchema, type WorkerRequest } from './worker-process.ts';

const FILE = new URL('./worker-process.ts', import.meta.url).pathname;
/** The longest one order may take, in real milliseconds. */
const LONGEST = 600_000;

/** The process was killed from outside, for example for lack of memory: that is no result of its run. */
export class WorkerKilled extends Error {
  override readonly name = 'StageKilled';
}

/** A child process with a sandbox, which runs releases on request. */
export class Worker {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts the process, and waits until its sandbox is ready. */
  static async start(synthesized: string): Promise<Worker> {
    const execArgv = ['--no-warnings', '--import', 'tsx'];
    const child = fork(FILE, [synthesized], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const worker = new Worker(child);
    await worker.answer();
    return worker;
  }

  /** @throws Error when the process dies over it, or takes too long */
  async run(order: WorkerRequest): Promise<Exclude<WorkerResponse, { kind: 'ready' | 'broken' }>> {
    const answer = this.answer();
    this.child.send(order);
    const given = await answer;
    if (given.kind === 'ready' || given.kind === 'broken')
      throw new Error(given.kind === 'broken' ? given.reason : 'The worker has started again.');
    return given;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private answer(): Promise<WorkerResponse> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: unknown): void => settle(() => resolve(responseSchema.parse(message)));
      const onClose = (code: number | null, signal: string | null): void =>
        settle(() =>
          reject(
            code === null
              ? new WorkerKilled(`The sandbox’s process was killed from outside: ${signal}.`)
              : new Error(`The sandbox’s process ended with ${code}.`),
          ),
        );
      const timer = setTimeout(
        () => settle(() => reject(new Error('The sandbox’s process does not answer.'))),
        LONGEST,
      );
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.child.off('message', onMessage);
        this.child.off('close', onClose);
        how();
      };
      this.child.once('message', onMessage);
      this.child.once('close', onClose);
    });
  }
}
