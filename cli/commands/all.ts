import type { Command } from 'commander';
import type { Session } from '../session.ts';

/** Adds commands to the program, with their options. */
type AddCommands = (program: Command, session: Session) => void;

/** One command, as `sluice --help` lists it; what does it is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<AddCommands>;
}

/** Commands under one heading of `sluice --help`. */
export interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly CommandEntry[];
}

const adopt = () => import('./adopt.ts').then((found) => found.addAdoptCommand);
const approvals = () => import('./approvals.ts').then((found) => found.addApprovalCommands);
const artifacts = () => import('./artifacts.ts').then((found) => found.addArtifactCommands);
const check = () => import('./check.ts').then((found) => found.addCheckCommand);
const compare = () => import('./compare.ts').then((found) => found.addCompareCommand);
const environments = () => import('./environments.ts').then((found) => found.addEnvironmentCommands);
const evidence = () => import('./evidence.ts').then((found) => found.addEvidenceCommand);
const init = () => import('./init.ts').then((found) => found.addInitCommand);
const live = () => import('./live.ts').then((found) => found.addLiveCommand);
const look = () => import('./look.ts').then((found) => found.addLookCommands);
const metrics = () => import('./metrics.ts').then((found) => found.addMetricsCommand);
const logs = () => import('./logs.ts').then((found) => found.addLogsCommand);
const open = () => import('./open.ts').then((found) => found.addOpenCommand);
const plan = () => import('./plan.ts').then((found) => found.addPlanCommand);
const actions = () => import('./release-actions.ts').then((found) => found.addReleaseActionCommands);
const releases = () => import('./releases.ts').then((found) => found.addReleaseCommands);
const services = () => import('./services.ts').then((found) => found.addServiceCommands);

const command = (name: string, summary: string, load: CommandEntry['load']): CommandEntry => ({ name, summary, load });

/** All commands. What a command is in full, its own module says. */
export const commandGroups: readonly CommandGroup[] = [
  {
    heading: 'Make an artifact',
    commands: [
      command('init', 'draft release.json from the template, package.json and git', init),
      command('adopt', 'say what it takes to release a stack that is there already', adopt),
      command('pack', 'pack a folder into an artifact', artifacts),
      command('check', 'tell what would keep an artifact from being released', check),
    ],
  },
  {
    heading: 'Release it',
    commands: [
      command('plan', 'say what an artifact would change, without releasing it', plan),
      command('push', 'drop an artifact into the release bucket, which starts its release', artifacts),
      command('watch', 'follow a release to its end', releases),
    ],
  },
  {
    heading: 'Look',
    commands: [
      command('live', 'list what serves where, or what served at a moment', live),
      command('list', 'list releases, newest first', releases),
      command('show', 'show one release and its transitions', releases),
      command('services', 'list services, or show one with its newest releases', services),
      command('history', 'show what served in an environment', services),
      command('environment', 'show who has the turn of an environment, and who waits', environments),
      command('evidence', 'show all that the judgements of a release rest on', evidence),
      command('metrics', 'show how often and how safely a service is deployed, by week', metrics),
      command('compare', 'show what differs between two releases', compare),
      command('verify', "recompute the chain of a release's transitions, or of digests", look),
      command('logs', 'show what the engine logged about a release', logs),
      command('open', 'open the pages in a browser', open),
    ],
  },
  {
    heading: 'Decide',
    commands: [
      command('approvals', 'list what waits for you, or what was asked about a release', approvals),
      command('approval', 'show what an approval is for, before you decide', approvals),
      command('approve', 'approve a release that waits for a decision', approvals),
      command('decline', 'decline a release that waits for a decision', approvals),
      command('whoami', 'show who you are to IAM, and to the policy', look),
    ],
  },
  {
    heading: 'Act',
    commands: [
      command('cancel', 'stop a release, and roll back what is not proven', actions),
      command('continue', 'end the bake or the monitoring of a release now', actions),
      command('retry', 'release the same artifact again', actions),
      command('rollback', 'bring back what served before', actions),
      command('promote', 'release a proven artifact in the next environment, later', actions),
      command('hold', 'let no release start in an environment', environments),
      command('release-hold', 'let releases into an environment again', environments),
      command('clear', 'clear the quarantine of an environment that was repaired', environments),
      command('override-window', 'let a release in although a window is closed', environments),
      command('repair', 'let a release in that makes a firing alarm OK', environments),
    ],
  },
];
