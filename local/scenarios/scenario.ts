import type { EndStatus } from '../../core/release/status.ts';
import type { Theatre } from '../scenario-runner.ts';

/** What a person is asked. */
interface Question {
  readonly release: string;
  readonly environment: string;
  /** To release there, or to go on although the evidence is thin. */
  readonly about: 'release' | 'goOn';
}

/** Something that happens on the stage, and how it has to end. */
export interface Scenario {
  readonly name: string;
  /** One line for `--list`. */
  readonly description: string;
  /** How each release has to end, in the order in which they are dropped. */
  readonly ends: readonly EndStatus[];
  /**
   * The version of the sample service that has to be live in each environment at the end, or in each of its targets
   * (`account/region`); none where nothing is.
   */
  readonly live: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** A policy of its own, in `local/scenarios/policies/`; the repository's, when left out. */
  readonly policy?: string;
  /** How a person who is not there would decide; approve, when left out. */
  readonly decides?: (question: Question) => { readonly decision: 'approve' | 'decline'; readonly reason: string };
  play(theatre: Theatre): Promise<void>;
}
