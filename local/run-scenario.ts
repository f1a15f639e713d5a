import path from 'node:path';
import type { TransitionDocument } from '../core/contract/api/documents.ts';
import { difference, dollars, type Readings } from 'local-aws/meters';
import type { Pace } from 'local-aws/clock';
import { recordedLabel } from 'local-aws/recorded';
import { liveList, type LiveDocument } from '../core/contract/api/documents.ts';
import { onApprovalRequest, type ApprovalRequest } from './approval-requests.ts';
import { connectSlack } from './slack/connect.ts';
import type { SlackStandIn } from './slack/stand-in.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { engineRoleName } from '../core/contract/names.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { ScenarioRunner, type ScenarioListener, type ObservedRelease } from './scenario-runner.ts';

/** Engine milliseconds that pass in a real one while anything is at work; a pause of `node:timers/promises` counts in full. */
const BUSY_RATE = 0.1;

/** The JSON document that `npm start -- --json` prints. */
export interface ScenarioReport {
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
  > & {
    /** Of the invocations, those that read the ledger for whoever watches: a release needs none of them. */
    readonly reading: number;
    readonly dollars: number;
  };
  /** Types of resources, and properties of others, that stand although the local AWS does not simulate them, one for each resource. */
  readonly recorded: readonly string[];
  readonly wallSeconds: number;
}

/** A scenario that has run: its report, and how it deviated from what it expects. */
export interface ScenarioResult {
  readonly sandbox: Sandbox;
  /** The stand-in for Slack, where the scenario's policy has Slack. */
  readonly slack: SlackStandIn | undefined;
  readonly report: ScenarioReport;
  /** One sentence for each expectation that did not hold; empty when all did. */
  readonly deviations: readonly string[];
}

export interface RunOptions {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly port?: number;
  readonly synthesized?: string;
  /** Refuse resource types that the local AWS only records. */
  readonly strict?: boolean;
  readonly listener: ScenarioListener;
  /** Called with the sandbox before the scenario begins. */
  readonly onSandboxStarted?: (sandbox: Sandbox) => void | Promise<void>;
  /** Decides an approval; where it is left out, the decision is the one that the scenario gives. */
  readonly onApprovalRequest?: (request: ApprovalRequest) => void;
  readonly log: (line: string) => void;
}

/** Starts a sandbox, runs the scenario in it and reports. The caller closes the sandbox. */
export async function runScenario(options: RunOptions): Promise<ScenarioResult> {
  const began = performance.now();
  const { scenario, pace, port, synthesized, strict, log } = options;
  const sandbox = await startSandbox({
    pace,
    // What takes long here is not to be seen in what the scenario measures: not even on a machine that is ten times slower.
    ...(pace === 'real' ? {} : { busyRate: BUSY_RATE }),
    log,
    ...(port === undefined ? {} : { port }),
    ...(synthesized === undefined ? {} : { synthesized }),
    ...(strict === undefined ? {} : { strict }),
    ...(scenario.startsAt === undefined ? {} : { startsAt: Date.parse(scenario.startsAt) }),
    ...(scenario.policy === undefined ? {} : { policy: policyFile(scenario.policy) }),
  });
  let slack: SlackStandIn | undefined;
  try {
    slack = await connectSlack(sandbox, scenario.policy === undefined ? undefined : policyFile(scenario.policy));
    if (slack !== undefined) log(`Slack, as the stand-in has it: ${slack.url}`);
    await options.onSandboxStarted?.(sandbox);
    const before = countsOf(sandbox);
    const failures: string[] = [];
    const stopMail = onApprovalRequest(
      sandbox.aws,
      options.onApprovalRequest ?? ((request) => decideAsScenarioSays(request, { scenario, slack, failures })),
    );
    const runner = new ScenarioRunner(sandbox, options.listener, slack);
    await scenario.run(runner);
    stopMail();
    const after = countsOf(sandbox);
    const { live } = await sandbox.engine.call(liveList, 'GET', '/v1/live');
    const report = {
      ...reportOf(scenario, runner.releases, live, metersOf(before, after), (performance.now() - began) / 1000),
      recorded: sandbox.aws.recorded().map(recordedLabel),
    };
    return {
      sandbox,
      slack,
      report,
      deviations: [...failures, ...runner.deviations, ...deviationsOf(scenario, report)],
    };
  } catch (error) {
    await slack?.close();
    await sandbox.close();
    throw error;
  }
}

interface Counts {
  readonly all: Readings;
  readonly reading: number;
}

function countsOf({ aws, account }: Sandbox): Counts {
  const { invocations } = aws.meters.read({ account, of: (name) => name === engineRoleName('read') });
  return { all: aws.meters.read({ account }), reading: invocations };
}

function metersOf(before: Counts, after: Counts): ScenarioReport['meters'] {
  const readings = difference(after.all, before.all);
  const { stateTransitions, invocations, gigabyteSeconds, writeUnits, readUnits } = readings;
  const reading = after.reading - before.reading;
  return { stateTransitions, invocations, reading, gigabyteSeconds, writeUnits, readUnits, dollars: dollars(readings) };
}

/** From the root of the repository, or wherever it is. */
function policyFile(name: string): string {
  return path.isAbsolute(name) ? name : `local/scenarios/policies/${name}`;
}

function decideAsScenarioSays(
  request: ApprovalRequest,
  {
    scenario,
    slack,
    failures,
  }: {
    readonly scenario: Scenario;
    readonly slack: SlackStandIn | undefined;
    readonly failures: string[];
  },
): void {
  const { decision, reason } = scenario.decide?.(request) ?? { decision: 'approve', reason: 'Looks good' };
  const decided =
    slack === undefined || scenario.decideInSlack === undefined
      ? request.decide(decision, reason)
      : scenario.decideInSlack(slack, request).finally(() => request.decidedElsewhere());
  decided.catch((error: unknown) => {
    failures.push(
      `The decision on ${request.question} was refused: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

function reportOf(
  scenario: Scenario,
  releases: readonly ObservedRelease[],
  live: readonly LiveDocument[],
  meters: ScenarioReport['meters'],
  wallSeconds: number,
): Omit<ScenarioReport, 'recorded'> {
  return {
    scenario: scenario.name,
    releases: releases.map(({ release, transitions }) => ({
      id: release.id,
      status: release.status,
      startedAt: release.startedAt,
      endedAt: release.endedAt,
      transitions,
    })),
    live,
    meters,
    wallSeconds,
  };
}

/** Where the ends and the live versions are not those that the scenario expects. */
function deviationsOf(scenario: Scenario, report: Omit<ScenarioReport, 'recorded'>): string[] {
  const ends = report.releases.map(({ status }) => status).join(', ');
  const wantedEnds = scenario.expectedEnds.join(', ');
  const several = (environment: string): boolean => typeof scenario.expectedLive[environment] === 'object';
  const live = report.live
    .map(({ environment, version, account, region }) =>
      several(environment) ? `${environment} ${account}/${region} ${version}` : `${environment} ${version}`,
    )
    .sort()
    .join(', ');
  const wantedLive = Object.entries(scenario.expectedLive)
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
