import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { Pauses } from './pauses.ts';
import type { RuntimeProcess } from './runtime-process.ts';

/** What a function answers an error with: one of Node.js has a `trace`, one of Python a request and a stack trace. */
const functionError = z.object({
  errorType: z.string().optional(),
  errorMessage: z.string(),
  trace: z.array(z.string()).optional(),
  requestId: z.string().optional(),
  stackTrace: z.array(z.string()).optional(),
});
export type FunctionError = z.infer<typeof functionError>;

const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('pause'), id: z.number(), milliseconds: z.number() }),
  z.object({ kind: z.literal('unusable'), error: functionError }),
  z.object({ kind: z.literal('done'), requestId: z.string(), payload: z.string(), memory: z.number() }),
  z.object({ kind: z.literal('failed'), requestId: z.string(), error: functionError, memory: z.number() }),
  z.object({ kind: z.literal('crashed'), requestId: z.string().optional(), error: functionError }),
]);
type Message = z.infer<typeof message>;

/** One invocation, as the process gets it. */
export interface Run {
  readonly requestId: string;
  /** The event, JSON. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId: string;
  readonly clientContext: unknown;
  /** Milliseconds. */
  readonly timeout: number;
}

/** How an invocation ended. After anything but `done` and `failed` the process is gone. */
export type Ended =
  | { readonly kind: 'done'; readonly payload: string; readonly memory: number }
  | { readonly kind: 'failed'; readonly error: FunctionError; readonly memory: number }
  | { readonly kind: 'gone'; readonly error: FunctionError };

/** The process of one execution environment. It serves one invocation at a time. */
export class Environment {
  /** Real milliseconds of the last use, for eviction. */
  lastUsed = performance.now();
  /** Takes no further invocation: its version is gone or replaced. */
  retired = false;
  /** Told of every line the function writes. */
  onLine: (line: string) => void = () => undefined;

  private readonly child: ChildProcess;
  private exit: { readonly reason: string } | undefined;
  private pending:
    | { readonly requestId: string | undefined; readonly end: (ended: Ended | 'ready') => void }
    | undefined;
  private answer: Extract<Message, { kind: 'ready' | 'done' | 'failed' }> | undefined;
  private fatal: FunctionError | undefined;
  private markers = 0;
  private readonly pauses: Pauses;

  constructor(
    readonly id: string,
    private readonly clock: Clock,
    private readonly runtime: RuntimeProcess,
    /** The folder that stands for `/opt`. */
    private readonly opt: string | undefined,
  ) {
    this.pauses = new Pauses(clock);
    this.child = runtime.child;
    runtime.listen((raw) => this.hear(raw));
    this.child.on('error', () => this.gone('exit status 1'));
    this.child.on('close', (code, signal) => this.gone(reasonOf(code, signal)));
    // A grandchild may keep the pipes open after the process itself is gone.
    this.child.on('exit', (code, signal) => setTimeout(() => this.gone(reasonOf(code, signal)), 200));
    for (const stream of [this.child.stdout, this.child.stderr]) if (stream !== null) this.listen(stream);
  }

  get alive(): boolean {
    return this.exit === undefined && !this.child.killed;
  }

  /** Loads the handler. Gives the error where that fails; the process is gone then. */
  async load(limit: number): Promise<FunctionError | undefined> {
    const ended = await this.ask(
      undefined,
      { kind: 'init', now: this.clock.now(), opt: this.opt },
      limit,
      'loading a function',
    );
    return ended === 'ready' || ended.kind === 'done' ? undefined : ended.error;
  }

  /** Runs one invocation to its end, its output included. */
  async run(run: Run): Promise<Ended> {
    const now = this.clock.now();
    const ended = await this.ask(
      run.requestId,
      { kind: 'invoke', now, deadline: now + run.timeout, ...run },
      run.timeout,
      'a function’s timeout',
    );
    this.lastUsed = performance.now();
    if (ended === 'ready') throw new Error('An environment answered an invocation as if it were its start.');
    return ended;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async ask(
    requestId: string | undefined,
    question: Readonly<Record<string, unknown>>,
    limit: number,
    label: string,
  ): Promise<Ended | 'ready'> {
    this.answer = undefined;
    this.markers = 0;
    const ended = new Promise<Ended | 'ready'>((resolve) => (this.pending = { requestId, end: resolve }));
    const timer = this.clock.after(limit, () => this.timeOut(requestId, limit), label);
    if (this.exit !== undefined) this.gone(this.exit.reason);
    else this.runtime.ask({ ...question, rate: this.clock.busyRate });
    try {
      return await ended;
    } finally {
      timer.cancel();
      this.pauses.end();
      this.pending = undefined;
    }
  }

  private timeOut(requestId: string | undefined, limit: number): void {
    const prefix = requestId === undefined ? 'Init phase timed out' : `RequestId: ${requestId} Error: Task timed out`;
    this.fatal = {
      errorType: 'Sandbox.Timedout',
      errorMessage: `${prefix} after ${(limit / 1_000).toFixed(2)} seconds`,
    };
    this.kill();
  }

  private hear(raw: unknown): void {
    const parsed = message.safeParse(raw);
    if (!parsed.success) return;
    const heard = parsed.data;
    switch (heard.kind) {
      case 'pause':
        void this.pause(heard.id, heard.milliseconds);
        break;
      case 'unusable':
      case 'crashed':
        this.fatal = heard.error;
        break;
      case 'ready':
      case 'done':
      case 'failed':
        this.answer = heard;
        this.finish();
        break;
    }
  }

  private async pause(id: number, milliseconds: number): Promise<void> {
    if (this.pending === undefined) return;
    await this.pauses.pass(milliseconds);
    this.runtime.ask({ kind: 'resume', id, now: this.clock.now(), rate: this.clock.busyRate });
  }

  /** Loading or an invocation has ended once its answer came and both streams gave all they had. */
  private finish(): void {
    const { answer, pending } = this;
    if (answer === undefined || pending === undefined || this.markers < 2) return;
    if (answer.kind === 'ready') pending.end('ready');
    else if (answer.requestId === pending.requestId) pending.end(answer);
  }

  private gone(reason: string): void {
    this.exit ??= { reason };
    const requestId = this.pending?.requestId;
    const prefix = requestId === undefined ? '' : `RequestId: ${requestId} Error: `;
    const error = this.fatal ?? {
      errorType: 'Runtime.ExitError',
      errorMessage: `${prefix}Runtime exited ${reason === '' ? 'without providing a reason' : `with error: ${reason}`}`,
    };
    this.pending?.end({ kind: 'gone', error });
  }

  private listen(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.read(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.read(rest);
    });
  }

  private read(line: string): void {
    const mark = line.indexOf('\u0000');
    const text = mark === -1 ? line : line.slice(0, mark);
    if (text !== '') this.onLine(text.replaceAll('\r', '\n'));
    if (mark === -1 || this.pending === undefined || line.slice(mark + 1) !== (this.pending.requestId ?? '')) return;
    this.markers += 1;
    this.finish();
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal: ${signal === 'SIGKILL' ? 'killed' : signal.toLowerCase()}`;
  return code === 0 ? '' : `exit status ${code ?? 1}`;
}
