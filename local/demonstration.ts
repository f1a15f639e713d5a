import { mkdtempSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { recordedSentence } from 'local-aws/recorded';
import { sessionDocument } from '../core/contract/api/documents.ts';
import type { Choice } from '../cli/pack/open-application.ts';
import { formatElapsed } from '../cli/timeline.ts';
import { type ApprovalRequest, onApprovalRequest } from './approval-requests.ts';
import { approverProfile } from './rehearsal/approver-profile.ts';
import { followFolder, next } from './rehearsal/follow-folder.ts';
import { openRehearsal, type Rehearsal } from './rehearsal/rehearsal.ts';
import type { StartOptions } from './options.ts';
import { endByInterrupt } from './own-process.ts';
import { runScenario, type ScenarioResult, type ScenarioReport } from './run-scenario.ts';
import { findScenario, scenarios } from './scenarios/all.ts';
import { createTerminalTimeline, type TerminalTimeline } from './terminal-timeline.ts';
import type { Sandbox } from './sandbox.ts';
import type { ScenarioListener } from './scenario-runner.ts';

/** Runs one scenario, or releases a service of the user's own, and shows it on the terminal; stays up unless `--exit` says otherwise. */
export async function demonstrate(options: StartOptions): Promise<void> {
  if (options.list) {
    const width = Math.max(...scenarios.map(({ name }) => name.length));
    for (const { name, description } of scenarios) process.stdout.write(`${name.padEnd(width)} ${description}\n`);
    return;
  }
  const timeline = createTerminalTimeline(options.json ? process.stderr : process.stdout);
  const rehearsal =
    options.service === undefined ? undefined : openRehearsal(options.service, options.policy, choiceOf(options));
  const scenario = rehearsal?.scenario ?? findScenario(options.scenario);
  timeline.line(`${scenario.name}: ${scenario.description}`);
  const keys = options.exit ? undefined : readKeys();
  const result = await runScenario({
    scenario,
    pace: options.pace,
    strict: options.strict,
    listener: keys === undefined ? timeline.listener : keys.noticeDecisions(timeline.listener),
    log: (line) => timeline.step(line),
    onSandboxStarted: async (sandbox) => {
      timeline.useClock(sandbox.aws.clock);
      if (!options.exit) await offerCommand(timeline, sandbox, rehearsal);
    },
    ...(options.synthesized === undefined ? {} : { synthesized: options.synthesized }),
    ...(keys === undefined ? {} : { onApprovalRequest: (request: ApprovalRequest) => keys.ask(request, timeline) }),
  });
  timeline.stopProgress();
  showResult(timeline, result);
  if (options.json) process.stdout.write(`${JSON.stringify(result.report)}\n`);
  if (options.exit) {
    await result.slack?.close();
    await result.sandbox.close();
    process.exit(result.deviations.length === 0 ? 0 : 1);
  }
  const { sandbox } = result;
  await stayOpen(timeline, sandbox);
  if (rehearsal !== undefined) timeline.line(next(rehearsal));
  timeline.line('Ctrl-C ends it.');
  if (keys !== undefined) onApprovalRequest(sandbox.aws, (request) => keys.ask(request, timeline));
  if (rehearsal === undefined) return;
  const listener = keys?.noticeDecisions(timeline.listener) ?? timeline.listener;
  await followFolder(rehearsal, sandbox, { listener, log: (line) => timeline.line(line) });
}

/** Which of what was built is released. */
function choiceOf({ app, stack }: StartOptions): Choice {
  return { ...(app === undefined ? {} : { app }), ...(stack === undefined ? {} : { stack }) };
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
  const { stateTransitions, invocations, reading, writeUnits, readUnits } = meters;
  // This terminal asks for news all the time; who only wants the end asks once.
  const counts = `${stateTransitions} state transitions, ${invocations} invocations (${reading} to show it here), ${writeUnits} write units, ${readUnits} read units`;
  const which = releases.length === 1 ? 'the release' : `${releases.length} releases`;
  // The reconciler runs once a minute as long as one is open, however long people take to decide.
  const open = releases.reduce((sum, { startedAt, endedAt }) => sum + lasted(startedAt, endedAt), 0);
  return `Cost of ${which}, open for ${formatElapsed(open)}: ${counts}: $${meters.dollars.toFixed(5)} at list price. Took ${formatElapsed(wallSeconds * 1000)} here.`;
}

/** The engine answers from here on: who wants to look, decide or act meanwhile does not have to wait for the end. */
async function offerCommand(
  timeline: TerminalTimeline,
  sandbox: Sandbox,
  rehearsal: Rehearsal | undefined,
): Promise<void> {
  timeline.line('The command, in another terminal (`npm run sluice -- list`, `… open` for the pages), after:');
  for (const line of await exportsFor(sandbox, rehearsal)) timeline.asItIs(`  ${line}`);
  timeline.line(whoseExports(rehearsal));
}

async function stayOpen(timeline: TerminalTimeline, sandbox: Sandbox): Promise<void> {
  sandbox.aws.clock.setPace('real');
  const { url } = await sandbox.engine.call(sessionDocument, 'POST', '/v1/sessions');
  timeline.line('');
  timeline.line('The pages, in a browser (the link works once, within five minutes):');
  timeline.asItIs(`  ${url}`);
  timeline.line('The command takes what was said above.');
}

/** Lines for a shell: those of Robin, whom our policies list and who may read and decide; of the administrator where the policy is the user's own. */
async function exportsFor(sandbox: Sandbox, rehearsal: Rehearsal | undefined): Promise<string[]> {
  if (rehearsal?.ownPolicy === false)
    return Object.entries(sandbox.environment).map(([name, value]) => `export ${name}=${value}`);
  return approverProfile(sandbox, rehearsal?.temporary ?? mkdtempSync(path.join(tmpdir(), 'sluice-approver-')));
}

function whoseExports(rehearsal: Rehearsal | undefined): string {
  if (rehearsal?.ownPolicy === false)
    return 'They are the account’s administrator’s, whom your policy need not know: whoever decides does so by the principal that it names.';
  return 'They make you Robin Release, who approves (`npm run sluice -- whoami`). AWS_PROFILE=administrator in front of a command is the account’s administrator, who uploads and reads the logs (`sluice logs`).';
}

/** In milliseconds; 0 where it has not ended. */
function lasted(startedAt: string, endedAt: string | undefined): number {
  return endedAt === undefined ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
}

interface KeyboardApprovals {
  /** The listener, which also notices decisions that were taken by the link. */
  noticeDecisions(listener: ScenarioListener): ScenarioListener;
  ask(request: ApprovalRequest, timeline: TerminalTimeline): void;
}

/** `a` approves and `d` declines the open request, Ctrl-C ends. Without a terminal only the link decides. */
function readKeys(): KeyboardApprovals {
  let pending: { request: ApprovalRequest; timeline: TerminalTimeline } | undefined;
  const decide = (decision: 'approve' | 'decline'): void => {
    if (pending === undefined) return;
    const { request, timeline } = pending;
    pending = undefined;
    request
      .decide(decision, 'Decided at the terminal')
      .catch((error: unknown) => timeline.line(`The decision was refused: ${String(error)}`));
  };
  if (process.stdin.isTTY) {
    process.stdin.setRawMode(true);
    process.stdin.on('data', (data: Buffer) => {
      const key = data.toString('utf8');
      if (key === '\u0003') endByInterrupt();
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
      timeline.asItIs(`  ${request.link}`);
      timeline.line(
        process.stdin.isTTY
          ? '  Open the link and decide, or press a to approve, d to decline.'
          : '  Open the link and decide.',
      );
    },
  };
}
