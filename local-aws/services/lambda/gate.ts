/**
 * Lets a number through at a time, in the order they came, so that a machine is not asked for more than it has. Whoever is inside for
 * long waits rather than computes, perhaps for somebody in the line: so no place is held for longer than that.
 */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param longest real milliseconds that a place is held at most */
  constructor(
    private readonly room: number,
    private readonly longest: number,
  ) {}

  /** Waits for a place. @returns what gives it back */
  async enter(): Promise<() => void> {
    if (this.inside >= this.room) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.inside += 1;
    let holds = true;
    const leave = (): void => {
      clearTimeout(timer);
      if (holds) this.giveBack();
      holds = false;
    };
    const timer = setTimeout(leave, this.longest).unref();
    return leave;
  }

  private giveBack(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
