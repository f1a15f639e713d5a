import { cpus, loadavg } from 'node:os';
import { recordedSentence } from 'local-aws/recorded';
import { sessionDocument } from '../core/contract/api/documents.ts';
import { CommanderError } from 'commander';
import { formatElapsed } from '../cli/timeline.ts';
import { CommandError } from '../cli/exit-codes.ts';
import { type ApprovalRequest, onApprovalRequest } from './approval-requests.ts';
import { approverProfile } from './rehearsal/approver-profile.ts';
import { followFolder, next } from './rehearsal/follow-folder.ts';
import { openRehearsal } from './rehearsal/rehearsal.ts';
import { readOptions, type StartOptions } from './options.ts';
import { runScenario, type ScenarioResult, type ScenarioReport } from './run-scenario.ts';
import { findScenario, scenarios } from './scenarios/all.ts';
import { createTerminalTimeline, type TerminalTimeline } from './terminal-timeline.ts';
import type { Sandbox } from './sandbox.ts';
import type { ScenarioListener } from './scenario-runner.ts';

// `npm start`: runs one scenario on a local AWS, and shows it on the terminal.

try {
  await start(readOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof CommandError) process.stderr.write(`${error.message}\n`);
  else if (!(error instanceof CommanderError))
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(error instanceof CommanderError || error instanceof CommandError ? error.exitCode : 1);
}

async function start(options: StartOptions): Promise<void> {
  if (options.list) {
    const width = Math.max(...scenarios.map(({ name }) => name.length));
    for (const { name, description } of scenarios) process.stdout.write(`${name.padEnd(width)} ${description}\n`);
    return;
  }
  const rehearsal = options.service === undefined ? undefined : openRehearsal(options.service, options.policy);
  process.once('exit', () => rehearsal?.close());
  const scenario = rehearsal?.scenario ?? findScenario(options.scenario);
  const timeline = createTerminalTimeline(options.json ? process.stderr : process.stdout);
  timeline.line(`${scenario.name}: ${scenario.description}`);
  const keys = options.exit ? undefined : readKeys(() => stop(undefined));
  const result = await runScenario({
    scenario,
    pace: options.pace,
    strict: options.strict,
    listener: keys === undefined ? timeline.listener : keys.noticeDecisions(timeline.listener),
    log: (line) => timeline.line(line),
    onSandboxStarted: (sandbox) => timeline.useClock(sandbox.aws.clock),
    ...(options.synthesized === undefined ? {} : { synthesized: options.synthesized }),
    ...(keys === undefined ? {} : { onApprovalRequest: (request: ApprovalRequest) => keys.ask(request, timeline) }),
  });
  timeline.stopProgress();
  showResult(timeline, result);
  if (options.json) process.stdout.write(`${JSON.stringify(result.report)}\n`);
  const code = result.deviations.length === 0 ? 0 : 1;
  if (options.exit) {
    await result.slack?.close();
    await result.sandbox.close();
    process.exit(code);
  }
  const { sandbox } = result;
  await stayOpen(timeline, sandbox);
  keys?.onStop(() => stop(sandbox));
  if (keys !== undefined) onApprovalRequest(sandbox.aws, (request) => keys.ask(request, timeline));
  if (rehearsal === undefined) return;
  if (rehearsal.ownPolicy) {
    timeline.line('As the approver:');
    for (const line of await approverProfile(sandbox, rehearsal.temporary)) timeline.line(`  ${line}`);
  }
  timeline.line(next(rehearsal));
  const listener = keys?.noticeDecisions(timeline.listener) ?? timeline.listener;
  await followFolder(rehearsal, sandbox, { listener, log: (line) => timeline.line(line) });
}

function showResult(timeline: TerminalTimeline, { report, deviations }: ScenarioResult): void {
  timeline.line('');
  timeline.line('Live:');
  if (report.live.length === 0) timeline.line('  nothing');
  for (const { environment, account, region, service, version, since } of report.live) {
    timeline.line(`  ${environment.padEnd(11)} ${account}  ${region}  ${service} ${version}  since ${since}`);
  }
  timeline.line(costLine(report));
  const recorded = recordedSentence(report.recorded);
  if (recorded !== '') timeline.line(recorded);
  for (const line of deviations) timeline.line(`NOT AS EXPECTED: ${line}`);
  const [load = 0] = loadavg();
  if (deviations.length > 0 && load > 2 * cpus().length)
    timeline.line(
      `This machine is busy (${load.toFixed(0)} processes wait for ${cpus().length} processors): a limit on time may have broken because of that. Try again when it is not.`,
    );
}

function costLine({ meters, releases, wallSeconds }: ScenarioReport): string {
  const { stateTransitions, invocations, writeUnits, readUnits } = meters;
  const counts = `${stateTransitions} state transitions, ${invocations} invocations, ${writeUnits} write units, ${readUnits} read units`;
  return `Cost of ${releases.length === 1 ? 'the release' : `${releases.length} releases`}: ${counts}: $${meters.dollars.toFixed(5)} at list price. Took ${formatElapsed(wallSeconds * 1000)} here.`;
}

async function stayOpen(timeline: TerminalTimeline, sandbox: Sandbox): Promise<void> {
  sandbox.aws.clock.setPace('real');
  const { url } = await sandbox.engine.call(sessionDocument, 'POST', '/v1/sessions');
  timeline.line('');
  timeline.line(`Browse the ledger (the link works once, within five minutes): ${url}`);
  timeline.line('For the AWS CLI and `npm run sluice -- list`:');
  for (const [name, value] of Object.entries(sandbox.environment)) timeline.line(`  export ${name}=${value}`);
  timeline.line('Ctrl-C ends it.');
}

interface KeyboardApprovals {
  /** The listener, which also notices decisions that were taken by the link. */
  noticeDecisions(listener: ScenarioListener): ScenarioListener;
  ask(request: ApprovalRequest, timeline: TerminalTimeline): void;
  onStop(stop: () => void): void;
}

/** `a` approves and `d` declines the open request, Ctrl-C ends. Without a terminal only the link decides. */
function readKeys(stopNow: () => void): KeyboardApprovals {
  let pending: { request: ApprovalRequest; timeline: TerminalTimeline } | undefined;
  let stopping = stopNow;
  const decide = (decision: 'approve' | 'decline'): void => {
    if (pending === undefined) return;
    const { request, timeline } = pending;
    pending = undefined;
    request
      .decide(decision, 'Decided at the terminal')
      .catch((error: unknown) => timeline.line(`The decision was refused: ${String(error)}`));
  };
  process.on('SIGINT', () => stopping());
  if (process.stdin.isTTY) {
    process.stdin.setRawMode(true);
    process.stdin.on('data', (data: Buffer) => {
      const key = data.toString('utf8');
      if (key === '\u0003') stopping();
      else if (key === 'a') decide('approve');
      else if (key === 'd') decide('decline');
    });
  }
  return {
    noticeDecisions: (listener) => ({
      ...listener,
      transition: (transition, startedAt) => {
        if (['approved', 'declined', 'approvalExpired'].includes(transition.type)) pending?.request.decidedElsewhere();
        listener.transition(transition, startedAt);
      },
    }),
    ask: (request, timeline) => {
      pending = { request, timeline };
      timeline.line('');
      timeline.line(`${request.question} (asked of ${request.to.join(', ')})`);
      timeline.line(`  ${request.link}`);
      timeline.line(
        process.stdin.isTTY
          ? '  Open the link and decide, or press a to approve, d to decline.'
          : '  Open the link and decide.',
      );
    },
    onStop: (stop) => {
      stopping = stop;
    },
  };
}

function stop(sandbox: Sandbox | undefined): void {
  const end = (): never => process.exit(0);
  if (sandbox === undefined) end();
  else sandbox.close().then(end, end);
}
