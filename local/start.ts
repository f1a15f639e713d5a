import { sessionDocument } from '../core/contract/api/documents.ts';
import { CommanderError } from 'commander';
import { formatElapsed } from '../cli/timeline.ts';
import type { AskedApproval } from './approval-requests.ts';
import { readOptions, type StartOptions } from './options.ts';
import { perform, type Performance, type Report } from './run-scenario.ts';
import { findScenario, scenarios } from './scenarios/all.ts';
import { createScreen, type Screen } from './terminal-timeline.ts';
import type { Stage } from './sandbox.ts';
import type { Audience } from './scenario-runner.ts';

// `npm start`: the main job, on a local AWS.

try {
  await start(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CommanderError))
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(error instanceof CommanderError ? error.exitCode : 1);
}

async function start(options: StartOptions): Promise<void> {
  if (options.list) {
    for (const { name, description } of scenarios) process.stdout.write(`${name.padEnd(14)} ${description}\n`);
    return;
  }
  const scenario = findScenario(options.scenario);
  const screen = createScreen(options.json ? process.stderr : process.stdout);
  screen.line(`${scenario.name}: ${scenario.description}`);
  const keys = options.exit ? undefined : listenForKeys(() => stop(undefined));
  const performance = await perform({
    scenario,
    pace: options.pace,
    audience: keys === undefined ? screen.audience : keys.listening(screen.audience),
    tell: (line) => screen.line(line),
    onStage: (stage) => screen.watchClock(stage.aws.clock),
    ...(options.synthesized === undefined ? {} : { synthesized: options.synthesized }),
    ...(keys === undefined ? {} : { onAsked: (asked: AskedApproval) => keys.ask(asked, screen) }),
  });
  screen.rest();
  tellEnd(screen, performance);
  if (options.json) process.stdout.write(`${JSON.stringify(performance.report)}\n`);
  const code = performance.disappointments.length === 0 ? 0 : 1;
  if (options.exit) {
    await performance.stage.close();
    process.exit(code);
  }
  await stayOpen(screen, performance.stage);
  keys?.onStop(() => stop(performance.stage));
}

function tellEnd(screen: Screen, { report, disappointments }: Performance): void {
  screen.line('');
  screen.line('Live:');
  if (report.live.length === 0) screen.line('  nothing');
  for (const { environment, account, region, service, version, since } of report.live) {
    screen.line(`  ${environment.padEnd(11)} ${account}  ${region}  ${service} ${version}  since ${since}`);
  }
  screen.line(costLine(report));
  for (const line of disappointments) screen.line(`NOT AS EXPECTED: ${line}`);
}

function costLine({ meters, releases, wallSeconds }: Report): string {
  const { stateTransitions, invocations, writeUnits, readUnits } = meters;
  const counts = `${stateTransitions} state transitions, ${invocations} invocations, ${writeUnits} write units, ${readUnits} read units`;
  return `Cost of ${releases.length === 1 ? 'the release' : `${releases.length} releases`}: ${counts}: $${meters.dollars.toFixed(5)} at list price. Took ${formatElapsed(wallSeconds * 1000)} here.`;
}

async function stayOpen(screen: Screen, stage: Stage): Promise<void> {
  stage.aws.clock.setPace('real');
  const { url } = await stage.engine.call(sessionDocument, 'POST', '/v1/sessions');
  screen.line('');
  screen.line(`Browse the ledger (the link works once, within five minutes): ${url}`);
  screen.line('The AWS CLI and `npm run sluice -- list` find it by:');
  for (const [name, value] of Object.entries(stage.environment)) screen.line(`  export ${name}=${value}`);
  screen.line('Ctrl-C ends it.');
}

interface Keys {
  /** The audience, with an ear for decisions that were taken by the link itself. */
  listening(audience: Audience): Audience;
  ask(asked: AskedApproval, screen: Screen): void;
  onStop(stop: () => void): void;
}

/** `a` approves and `d` declines what is asked, Ctrl-C ends. Without a terminal only the link decides. */
function listenForKeys(stopNow: () => void): Keys {
  let pending: { asked: AskedApproval; screen: Screen } | undefined;
  let stopping = stopNow;
  const decide = (decision: 'approve' | 'decline'): void => {
    if (pending === undefined) return;
    const { asked, screen } = pending;
    pending = undefined;
    asked
      .decide(decision, 'Decided at the terminal')
      .catch((error: unknown) => screen.line(`The decision was refused: ${String(error)}`));
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
    listening: (audience) => ({
      ...audience,
      transition: (transition, startedAt) => {
        if (['approved', 'declined', 'approvalExpired'].includes(transition.type)) pending?.asked.decidedElsewhere();
        audience.transition(transition, startedAt);
      },
    }),
    ask: (asked, screen) => {
      pending = { asked, screen };
      screen.line('');
      screen.line(`${asked.subject} (asked of ${asked.to.join(', ')})`);
      screen.line(`  ${asked.link}`);
      screen.line(
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

function stop(stage: Stage | undefined): void {
  const end = (): never => process.exit(0);
  if (stage === undefined) end();
  else stage.close().then(end, end);
}
