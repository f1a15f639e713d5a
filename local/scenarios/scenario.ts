import type { EndStatus } from '../../core/release/status.ts';
import type { SlackStandIn } from '../slack/stand-in.ts';
import type { ScenarioRunner } from '../scenario-runner.ts';

/** What an approver is asked to decide. */
export interface ApprovalQuestion {
  readonly release: string;
  readonly environment: string;
  /** Whether to release there, or to continue although checks were inconclusive. */
  readonly kind: 'release' | 'continue';
}

/** A sequence of releases in a sandbox, and how they have to end. */
export interface Scenario {
  readonly name: string;
  /** One line for `--list`. */
  readonly description: string;
  /** How each release has to end, in the order in which they are dropped. */
  readonly expectedEnds: readonly EndStatus[];
  /**
   * The version of the sample service that has to be live at the end in each environment, or in each of its targets
   * (`account/region`); environments in which nothing is live are left out.
   */
  readonly expectedLive: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** A policy of its own, in `local/scenarios/policies/` or by its whole path; the repository's, when left out. */
  readonly policy?: string;
  /** The engine's time at the start, ISO 8601; this machine's, when left out. */
  readonly startsAt?: string;
  /** The decision where no person is at the terminal; approve, when left out. */
  readonly decide?: (question: ApprovalQuestion) => {
    readonly decision: 'approve' | 'decline';
    readonly reason: string;
  };
  /** Decides in Slack instead, where no person is at the terminal. */
  readonly decideInSlack?: (slack: SlackStandIn, question: ApprovalQuestion) => Promise<void>;
  run(runner: ScenarioRunner): Promise<void>;
}
