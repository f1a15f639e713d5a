import type { TransitionDocument } from '../core/contract/api/documents.ts';
import { difference, dollars, type Readings } from '../local-aws/kernel/meters.ts';
import type { Pace } from '../local-aws/kernel/clock.ts';
import { liveList, type LiveDocument } from '../core/contract/api/documents.ts';
import { watchMailbox, type AskedApproval } from './approval-requests.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { setStage, type Stage } from './sandbox.ts';
import { Theatre, type Audience, type PlayedRelease } from './scenario-runner.ts';

/** One JSON document: what `npm start -- --json` prints. */
export interface Report {
  readonly scenario: string;
  readonly releases: readonly {
    readonly id: string;
    readonly status: string;
    readonly startedAt: string;
    readonly endedAt: string | undefined;
    readonly transitions: readonly TransitionDocument[];
  }[];
  readonly live: readonly LiveDocument[];
  readonly meters: Pick<
    Readings,
    'stateTransitions' | 'invocations' | 'gigabyteSeconds' | 'writeUnits' | 'readUnits'
  > & { readonly dollars: number };
  readonly wallSeconds: number;
}

/** A scenario that was played: its report, and what did not end as it should. */
export interface Performance {
  readonly stage: Stage;
  readonly report: Report;
  /** Empty when everything ended as the scenario says. */
  readonly disappointments: readonly string[];
}

export interface PerformanceOptions {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly port?: number;
  readonly synthesized?: string;
  readonly audience: Audience;
  /** Told of the stage once it stands. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
  /** Asked to decide; where it is left out, the sample's approver decides by itself as the scenario says. */
  readonly onAsked?: (asked: AskedApproval) => void;
  readonly tell: (line: string) => void;
}

/** Sets the stage, plays the scenario and reports. The stage is left standing. */
export async function perform(options: PerformanceOptions): Promise<Performance> {
  const began = performance.now();
  const { scenario, pace, port, synthesized, tell } = options;
  const stage = await setStage({
    pace,
    tell,
    ...(port === undefined ? {} : { port }),
    ...(synthesized === undefined ? {} : { synthesized }),
    ...(scenario.policy === undefined ? {} : { policy: `local/scenarios/policies/${scenario.policy}` }),
  });
  try {
    await options.onStage?.(stage);
    const before = stage.aws.meters.read({ account: stage.account });
    const failures: string[] = [];
    const stopMail = watchMailbox(stage.aws, options.onAsked ?? ((asked) => decideByItself(asked, scenario, failures)));
    const theatre = new Theatre(stage, options.audience);
    await scenario.play(theatre);
    stopMail();
    const readings = difference(stage.aws.meters.read({ account: stage.account }), before);
    const { live } = await stage.engine.call(liveList, 'GET', '/v1/live');
    const report = reportOf(scenario, theatre.played, live, readings, (performance.now() - began) / 1000);
    return { stage, report, disappointments: [...failures, ...theatre.broken, ...disappointmentsOf(scenario, report)] };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

function decideByItself(asked: AskedApproval, scenario: Scenario, failures: string[]): void {
  const { decision, reason } = scenario.decides?.(asked) ?? { decision: 'approve', reason: 'Looks good' };
  asked.decide(decision, reason).catch((error: unknown) => {
    failures.push(
      `The decision on ${asked.subject} was refused: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

function reportOf(
  scenario: Scenario,
  played: readonly PlayedRelease[],
  live: readonly LiveDocument[],
  readings: Readings,
  wallSeconds: number,
): Report {
  const { stateTransitions, invocations, gigabyteSeconds, writeUnits, readUnits } = readings;
  return {
    scenario: scenario.name,
    releases: played.map(({ release, transitions }) => ({
      id: release.id,
      status: release.status,
      startedAt: release.startedAt,
      endedAt: release.endedAt,
      transitions,
    })),
    live,
    meters: { stateTransitions, invocations, gigabyteSeconds, writeUnits, readUnits, dollars: dollars(readings) },
    wallSeconds,
  };
}

/** What did not end as the scenario says. */
function disappointmentsOf(scenario: Scenario, report: Report): string[] {
  const ends = report.releases.map(({ status }) => status).join(', ');
  const wantedEnds = scenario.ends.join(', ');
  const several = (environment: string): boolean => typeof scenario.live[environment] === 'object';
  const live = report.live
    .map(({ environment, version, account, region }) =>
      several(environment) ? `${environment} ${account}/${region} ${version}` : `${environment} ${version}`,
    )
    .sort()
    .join(', ');
  const wantedLive = Object.entries(scenario.live)
    .flatMap(([environment, version]) =>
      typeof version === 'string'
        ? [`${environment} ${version}`]
        : Object.entries(version).map(([target, one]) => `${environment} ${target} ${one}`),
    )
    .sort()
    .join(', ');
  return [
    ...(ends === wantedEnds ? [] : [`The releases should end ${wantedEnds}, and ended ${ends}.`]),
    ...(live === wantedLive ? [] : [`Live should be ${wantedLive || 'nothing'}, and is ${live || 'nothing'}.`]),
  ];
}
