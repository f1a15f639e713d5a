import type { Command } from 'commander';
import { interventionDocument } from '../../core/contract/api/actions.ts';
import { environmentDocument, type EnvironmentDocument } from '../../core/contract/api/documents.ts';
import { type Closure, spellTimes } from '../../core/turn/windows/closure.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { oneRelease } from '../follow.ts';
import { table } from '../output.ts';
import { reasonOption } from '../reason-option.ts';
import type { Session } from '../session.ts';

/** What a person may do to an environment: the command, the end of the route, and the command's description. */
const interventions = [
  ['clear', 'clearance', 'clear the quarantine of an environment that was repaired, and pass its turn on'],
  ['hold', 'hold', 'let no release start in an environment until the hold is released'],
  ['release-hold', 'hold/release', 'let releases into an environment again'],
] as const;

/** `sluice environment`, `clear`, `hold`, `release-hold`, `repair`, `override-window`. */
export function addEnvironmentCommands(program: Command, session: Session): void {
  program
    .command('environment')
    .argument('<service>')
    .argument('<environment>')
    .description('show which release has the turn of an environment, what blocks it, and which releases wait')
    .action(async (service: string, environment: string) => {
      const found = await oneEnvironment(await session.engine(), service, environment);
      session.output().result(found, describe);
    });

  for (const [name, route, description] of interventions) {
    program
      .command(name)
      .argument('<service>')
      .argument('<environment>')
      .addOption(reasonOption().makeOptionMandatory())
      .description(`${description}; as your own IAM identity`)
      .action(async (service: string, environment: string, { reason }: { reason: string }) => {
        const path = `${pathOf(service, environment)}/${route}`;
        const answer = await (await session.engine()).call(interventionDocument, 'POST', path, { reason });
        session.output().result(answer, ({ kind, by }) => `${service} in ${environment}: ${inWords[kind]} by ${by}.`);
      });
  }

  program
    .command('override-window')
    .argument('<release>')
    .addOption(reasonOption().makeOptionMandatory())
    .description('let a release in that waits for a window, although it is closed; as your own IAM identity')
    .action(async (release: string, { reason }: { reason: string }) => {
      const engine = await session.engine();
      const { service, environment, status, closed } = await oneRelease(engine, release);
      if (environment === undefined || closed === undefined)
        throw new CommandError(`${release} waits for no window; it is ${status}.`, exitCode.badInput, {
          code: 'cli.no-window',
        });
      const path = `${pathOf(service, environment)}/window-override`;
      const answer = await engine.call(interventionDocument, 'POST', path, { release, reason });
      session.output().result(answer, ({ kind, by }) => `${release} in ${environment}: ${inWords[kind]}, by ${by}.`);
    });

  program
    .command('repair')
    .argument('<release>')
    .addOption(reasonOption().makeOptionMandatory())
    .description('let a release in that waits for an alarm, because it makes the alarm OK; as your own IAM identity')
    .action(async (release: string, { reason }: { reason: string }) => {
      const engine = await session.engine();
      const { service, environments, status } = await oneRelease(engine, release);
      const environment = environments.find(({ phase }) => phase === 'held')?.name;
      if (environment === undefined)
        throw new CommandError(`${release} waits for no alarm; it is ${status}.`, exitCode.badInput, {
          code: 'cli.no-alarm',
        });
      const body = { release, reason };
      const answer = await engine.call(interventionDocument, 'POST', `${pathOf(service, environment)}/repair`, body);
      session.output().result(answer, ({ kind, by }) => `${release} in ${environment}: ${inWords[kind]}, by ${by}.`);
    });
}

const inWords = {
  cleared: 'cleared',
  held: 'held',
  holdReleased: 'hold released',
  alarmsOverridden: 'let in although alarms are firing',
  windowOverridden: 'let in although a window is closed',
  rolledBack: 'rolled back',
  promoted: 'promoted',
} as const;

/** When the window opens by the clocks of whoever asks, where they show another time than UTC and the window's zone. */
export function openingHere({ until, zone }: Closure): string[] {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return until === undefined || [zone, 'UTC'].includes(here) ? [] : [`It opens at ${spellTimes(until, here)}.`];
}

export function oneEnvironment(engine: Engine, service: string, environment: string): Promise<EnvironmentDocument> {
  return engine.call(environmentDocument, 'GET', pathOf(service, environment));
}

function pathOf(service: string, environment: string): string {
  return `/v1/environments/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
}

/** What keeps releases out of an environment, a line each. */
export function describeObstacles({ quarantine, hold, environment }: EnvironmentDocument): string[] {
  return [
    ...(quarantine === undefined
      ? []
      : [
          `${environment} is quarantined since ${quarantine.since} (${quarantine.release}): ${quarantine.reason}`,
          `Not clean: ${quarantine.targets.join(', ')}`,
        ]),
    ...(hold === undefined ? [] : [`${environment} is held by ${hold.owner} since ${hold.since}: ${hold.reason}`]),
  ];
}

function describe(found: EnvironmentDocument): string {
  const { service, environment, holder, takenAt, waiters, waitsFor, interventions: done } = found;
  const since = takenAt === undefined ? '' : ` since ${takenAt}`;
  return [
    `${service} in ${environment}: ${holder === undefined ? 'the turn is free' : `the turn is ${holder}’s${since}`}`,
    ...describeObstacles(found),
    ...waiters.map(({ release, since: joined }) => `${release} waits since ${joined}`),
    ...(waitsFor === undefined ? [] : [`The newest waits: ${waitsFor}`]),
    ...waiters.slice(0, 1).flatMap(({ closed }) => (closed === undefined ? [] : openingHere(closed))),
    ...(done.length === 0
      ? []
      : [
          table(
            ['what people did', 'when', 'who', 'why'],
            done.map(({ kind, at, by, reason }) => [inWords[kind], at, by, reason]),
          ),
        ]),
  ].join('\n');
}
