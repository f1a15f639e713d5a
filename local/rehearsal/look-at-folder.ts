import { describeReport } from '../../cli/check/describe.ts';
import { CommandError } from '../../cli/exit-codes.ts';
import type { Rehearsal } from './rehearsal.ts';

/** What a look at the folder came to. */
export interface Look {
  /** What keeps it from being released, where that is not told already. */
  readonly obstacles?: string;
  /** The version that is to be released now. */
  readonly release?: string;
}

/** The parts of a rehearsal that are looked at. */
type Looked = Pick<Rehearsal, 'version' | 'check' | 'saved'>;

/**
 * Looks at a folder again and again: whether its version is one that was not released yet, and what is wrong with it, once for each save.
 * A folder is judged when something in it was saved, a version that waits to be released each time: what mends it may lie deeper.
 */
export class FolderLooks {
  readonly #released: Set<string>;
  #judged: string;
  #told = '';

  /** @param rehearsal whose present version is released already */
  constructor(private readonly rehearsal: Looked) {
    const version = rehearsal.version();
    this.#released = new Set(version === undefined ? [] : [version]);
    this.#judged = rehearsal.saved();
  }

  look(): Look {
    const version = this.rehearsal.version();
    const saved = this.rehearsal.saved();
    const waits = version !== undefined && !this.#released.has(version);
    if (saved === this.#judged && !waits) return {};
    const obstacles = this.#obstacles();
    const again = saved !== this.#judged || obstacles !== this.#told;
    this.#judged = saved;
    this.#told = obstacles;
    if (obstacles !== '') return again ? { obstacles } : {};
    if (!waits) return {};
    this.#released.add(version);
    return { release: version };
  }

  /** Empty where nothing keeps the folder from being released. */
  #obstacles(): string {
    try {
      const report = this.rehearsal.check();
      return report.ready ? '' : describeReport(report);
    } catch (problem) {
      // Nothing in the folder can be judged, such as a build that is not there any more.
      if (problem instanceof CommandError) return problem.message;
      throw problem;
    }
  }
}
