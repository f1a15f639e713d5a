import type { Command } from 'commander';
import type * as z from 'zod';
import {
  serviceDocument,
  serviceEnvironmentDocument,
  type ServiceEnvironmentDocument,
  serviceList,
} from '../../core/contract/api/services.ts';
import { table } from '../output.ts';
import { everyPage } from '../pages.ts';
import type { Session } from '../session.ts';

type Service = z.infer<typeof serviceList>['services'][number];

/** `sluice services`, `history`. */
export function addServiceCommands(program: Command, session: Session): void {
  program
    .command('services')
    .argument('[service]', 'all that have served when left out')
    .description('list services and what serves where, or show one with its newest releases')
    .action(async (name: string | undefined) => {
      const engine = await session.engine();
      if (name === undefined) {
        const services = await everyPage(engine, serviceList, '/v1/services', {}, (one) => one.services);
        session.output().result({ services }, (shown) => describeServices(shown.services));
        return;
      }
      const found = await engine.call(serviceDocument, 'GET', `/v1/services/${encodeURIComponent(name)}`);
      session.output().result(found, ({ service, environments, releases }) => {
        const rows = releases.map((one) => [one.id, one.status, one.environment ?? '', one.startedAt]);
        const drawn = table(['release', 'status', 'environment', 'started'], rows);
        return `${describeServices([{ service, environments }])}\n\n${drawn}`;
      });
    });

  program
    .command('history')
    .argument('<service>')
    .argument('<environment>')
    .description('show what served in an environment, the newest first, and to which versions you can go back')
    .action(async (service: string, environment: string) => {
      const path = `/v1/services/${encodeURIComponent(service)}/environments/${encodeURIComponent(environment)}`;
      const found = await (await session.engine()).call(serviceEnvironmentDocument, 'GET', path);
      session.output().result(found, describeHistory);
    });
}

function describeServices(services: readonly Service[]): string {
  const rows = services.flatMap(({ service, environments }) =>
    environments.flatMap(({ environment, serves }) =>
      serves.map(({ version = 'of no release', targets, since, unproven }) => [
        ...[service, environment, `${version}${unproven === true ? ' (unproven)' : ''}`, String(targets), since],
      ]),
    ),
  );
  return rows.length === 0
    ? 'Nothing is live.'
    : table(['service', 'environment', 'version', 'targets', 'since'], rows);
}

function describeHistory({ history, rollbackCandidates }: ServiceEnvironmentDocument): string {
  if (history.length === 0) return 'Nothing has served there.';
  const rows = history.map((one) => [
    ...[one.at, `${one.account}/${one.region}`, describeChange(one), one.cause, one.by],
  ]);
  const back = rollbackCandidates.map(({ version }) => version).join(', ');
  return [
    table(['at', 'target', 'serves', 'cause', 'release'], rows),
    back === '' ? 'There is no version to go back to.' : `To go back to: ${back}`,
  ].join('\n');
}

function describeChange({ serves, version, unproven, rollout }: ServiceEnvironmentDocument['history'][number]): string {
  if (serves !== 'release') return serves === 'nothing' ? 'nothing' : 'of no release';
  const notes = [...(unproven === true ? ['unproven'] : []), ...(rollout === undefined ? [] : [rollout])];
  return `${version ?? ''}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
