import { fork, type ChildProcess } from 'node:child_process';
import { type Answer, answerSchema, type Order } from './worker-process.ts';

const FILE = new URL('./worker-process.ts', import.meta.url).pathname;
/** The longest one order may take, in real milliseconds. */
const LONGEST = 600_000;

/** Somebody on this machine killed the process: that says nothing about what was played. */
export class StageKilled extends Error {
  override readonly name = 'StageKilled';
}

/** A process with a sandbox. */
export class Player {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts the process, and waits until its sandbox stands. */
  static async start(synthesized: string): Promise<Player> {
    const execArgv = ['--no-warnings', '--import', 'tsx'];
    const child = fork(FILE, [synthesized], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const player = new Player(child);
    await player.answer();
    return player;
  }

  /** @throws Error when the process dies over it, or takes too long */
  async play(order: Order): Promise<Exclude<Answer, { kind: 'ready' | 'broken' }>> {
    const answer = this.answer();
    this.child.send(order);
    const given = await answer;
    if (given.kind === 'ready' || given.kind === 'broken')
      throw new Error(given.kind === 'broken' ? given.reason : 'A sandbox was set anew.');
    return given;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: unknown): void => settle(() => resolve(answerSchema.parse(message)));
      const onClose = (code: number | null, signal: string | null): void =>
        settle(() =>
          reject(
            code === null
              ? new StageKilled(`The sandbox’s process was killed from outside: ${signal}.`)
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
