/** How the clock runs while everything waits: as real time, N times faster, straight to the next timer, or by hand. */
export type Pace = 'real' | 'max' | 'manual' | { readonly times: number };

export interface Timer {
  cancel(): void;
}

/** What a pending timer waits for, for people and for tests. */
export interface PendingTimer {
  readonly at: number;
  readonly label: string;
}

interface Entry extends PendingTimer {
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/**
 * The time of the local AWS, in milliseconds since the epoch. While anything is busy (a request in flight, a function
 * running, work in the background) it passes as real time does (or slower, where asked), so that a slow machine never causes a
 * timeout; while everything waits it runs at the pace it was given.
 */
export class Clock {
  private readonly entries: Entry[] = [];
  private busyCount = 0;
  private order = 0;
  private base: number;
  private since = performance.now();
  private wake: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly onceIdle: (() => void)[] = [];

  constructor(
    private pace: Pace = 'real',
    start: number = Date.now(),
    /** Told of an error that a timer's callback threw. */
    private readonly onError: (error: unknown) => void = (error) => {
      throw error;
    },
    /** Engine milliseconds for each real one while anything is busy: 1, unless a slow machine must not even be seen (0: not at all). */
    readonly busyRate = 1,
  ) {
    this.base = start;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Math.floor(this.exact());
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Calls `run` once, `milliseconds` from now. The callback counts as busy until its promise settles. */
  after(milliseconds: number, run: () => void | Promise<void>, label: string): Timer {
    return this.at(this.now() + Math.max(0, milliseconds), run, label);
  }

  /** Calls `run` once, at the given time (milliseconds since the epoch). */
  at(at: number, run: () => void | Promise<void>, label: string): Timer {
    const entry: Entry = { at, run, label, order: this.order++ };
    const index = this.entries.findIndex((other) => other.at > at);
    this.rebase();
    this.entries.splice(index === -1 ? this.entries.length : index, 0, entry);
    this.reschedule();
    return {
      cancel: () => {
        const position = this.entries.indexOf(entry);
        if (position === -1) return;
        this.rebase();
        this.entries.splice(position, 1);
        this.reschedule();
      },
    };
  }

  sleep(milliseconds: number, label: string): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve, label));
  }

  /** Runs work during which time passes as real time does. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Keeps time at the real pace until the returned function is called. */
  hold(): () => void {
    this.rebase();
    this.busyCount += 1;
    this.reschedule();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.rebase();
      this.busyCount -= 1;
      this.reschedule();
    };
  }

  /**
   * Marks waiting inside busy work as waiting: a function that waits for the clock itself (a retry's backoff inside an
   * invocation, say) must not keep the clock slow. It takes back one hold: work that was begun inside other busy work still
   * keeps time real.
   */
  async waiting<T>(wait: () => Promise<T>): Promise<T> {
    this.rebase();
    this.busyCount -= 1;
    this.reschedule();
    try {
      return await wait();
    } finally {
      this.rebase();
      this.busyCount += 1;
      this.reschedule();
    }
  }

  setPace(pace: Pace): void {
    this.rebase();
    this.pace = pace;
    this.reschedule();
  }

  /** Manual pace: moves time forward, running what falls due in order, each callback to its end. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.now() + milliseconds;
    for (;;) {
      await this.idle();
      const next = this.entries[0];
      if (next === undefined || next.at > until) break;
      this.reach(next.at);
      await this.fire(next);
    }
    this.reach(until);
    await this.idle();
  }

  /** Resolves once nothing is busy; at once if nothing is. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.busyCount === 0) resolve();
        else this.onceIdle.push(() => setImmediate(look));
      };
      setImmediate(look);
    });
  }

  pending(): readonly PendingTimer[] {
    return this.entries.map(({ at, label }) => ({ at, label }));
  }

  isBusy(): boolean {
    return this.busyCount > 0;
  }

  close(): void {
    this.closed = true;
    this.entries.length = 0;
    this.reschedule();
  }

  private rate(): number {
    if (this.busyCount > 0) return this.busyRate;
    if (this.pace === 'real') return 1;
    if (this.pace === 'manual' || this.pace === 'max') return 0;
    return this.pace.times;
  }

  /**
   * While it runs N times faster no timer is passed over: this process may be kept waiting by the machine, and each millisecond of
   * that would be N for what is due.
   */
  private exact(): number {
    const reached = this.base + (performance.now() - this.since) * this.rate();
    const [next] = this.entries;
    const isFaster = this.busyCount === 0 && typeof this.pace === 'object';
    return isFaster && next !== undefined ? Math.max(this.base, Math.min(reached, next.at)) : reached;
  }

  private rebase(): void {
    this.base = this.exact();
    this.since = performance.now();
  }

  /** Moves time forward to a time, unless it is later already. */
  private reach(at: number): void {
    this.rebase();
    this.base = Math.max(this.base, at);
  }

  private reschedule(): void {
    clearTimeout(this.wake);
    this.wake = undefined;
    if (this.busyCount === 0) for (const go of this.onceIdle.splice(0)) go();
    const next = this.entries[0];
    if (next === undefined || this.closed) return;
    if (this.busyCount === 0 && this.pace === 'manual') return;
    if (this.busyCount === 0 && this.pace === 'max') {
      // A short real pause lets a client that has just been answered send its next request before time jumps.
      this.wake = setTimeout(() => this.jump(), next.at <= this.base ? 0 : GRACE_MILLISECONDS);
      return;
    }
    const wait = next.at - this.exact();
    if (wait > 0 && this.rate() === 0) return;
    const real = wait > 0 ? Math.ceil(wait / this.rate()) : 0;
    this.wake = setTimeout(() => this.due(), Math.min(real, LONGEST_TIMEOUT));
  }

  private jump(): void {
    const next = this.entries[0];
    if (next !== undefined && this.busyCount === 0 && this.pace === 'max') this.reach(next.at);
    this.due();
  }

  private due(): void {
    this.wake = undefined;
    const next = this.entries[0];
    if (next !== undefined && next.at <= this.exact() + 0.5) {
      this.reach(next.at);
      void this.fire(next);
    }
    this.reschedule();
  }

  /** Runs the first timer. It holds time back until its work does: what follows is due no sooner because this one began late. */
  private async fire(entry: Entry): Promise<void> {
    await this.busy(async () => {
      this.entries.shift();
      try {
        await entry.run();
      } catch (error) {
        this.onError(error);
      }
    });
  }
}

/** How long everything must have been still before `max` jumps, in real milliseconds. */
const GRACE_MILLISECONDS = 5;
/** The longest delay Node's timers take. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
