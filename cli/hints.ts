import { serviceList } from '../core/contract/api/services.ts';
import type { Engine } from './engine.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { listReleases } from './follow.ts';
import { didYouMean } from './like.ts';
import { everyPage } from './pages.ts';

/** Names that somebody gave. */
interface Named {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly releases?: readonly string[];
}

/** Ends of a call that a wrong name can have. */
const byName: readonly number[] = [exitCode.notFound, exitCode.badInput, exitCode.denied];

/** An error, and where the engine was asked for something by a name that it does not have, which name may be meant. */
export async function withHint(error: unknown, engine: () => Promise<Engine>): Promise<unknown> {
  if (!(error instanceof CommandError) || error.asked === undefined || !byName.includes(error.exitCode)) return error;
  const hint = await hintFor(await engine(), namedBy(error.asked));
  return hint === undefined
    ? error
    : new CommandError(`${error.message} ${hint}`, error.exitCode, { ...error.details, hint });
}

/** Which names may be meant, of those that the engine does not have; undefined where it has them all, or none is like them. */
export async function hintFor(
  engine: Engine,
  { service, environment, releases = [] }: Named,
): Promise<string | undefined> {
  try {
    for (const id of releases) {
      const hint = await hintForRelease(engine, id);
      if (hint !== undefined) return hint;
    }
    return await hintForPlace(engine, service, environment);
  } catch (problem) {
    // Who may not list them is told no names; what went wrong is told by the error that this would stand beside.
    if (problem instanceof CommandError) return undefined;
    throw problem;
  }
}

async function hintForRelease(engine: Engine, id: string): Promise<string | undefined> {
  const service = /^(.+?)-[0-9].*$/.exec(id)?.[1];
  if (service === undefined) return undefined;
  const { releases } = await listReleases(engine, { service, limit: '100' });
  const ids = releases.map((one) => one.id);
  if (ids.includes(id)) return undefined;
  // A service that is not there has none: its name may be what is wrong.
  const others = ids.length > 0 ? ids : (await listReleases(engine, { limit: '100' })).releases.map((one) => one.id);
  return didYouMean(id, others);
}

async function hintForPlace(
  engine: Engine,
  service: string | undefined,
  environment: string | undefined,
): Promise<string | undefined> {
  if (service === undefined && environment === undefined) return undefined;
  const services = await everyPage(engine, serviceList, '/v1/services', {}, (page) => page.services);
  const named = services.filter((one) => service === undefined || one.service === service);
  if (service !== undefined && named.length === 0)
    return didYouMean(
      service,
      services.map((one) => one.service),
    );
  const environments = named.flatMap((one) => one.environments.map((each) => each.environment));
  if (environment === undefined || environments.includes(environment)) return undefined;
  return didYouMean(environment, environments);
}

/** What a call of the API names. @param asked its path and query */
function namedBy(asked: string): Named {
  const { pathname, searchParams } = new URL(asked, 'https://engine');
  const parts = pathname.split('/').slice(2).map(decodeURIComponent);
  const [kind, first = '', second, third] = parts;
  const given = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  switch (kind) {
    case 'releases':
      if (first === '') return { service: given('service'), environment: given('environment') };
      return { releases: second === 'compare' && third !== undefined ? [first, third] : [first] };
    case 'services':
      return { service: first, environment: second === 'environments' ? third : given('environment') };
    case 'environments':
      return { service: first, environment: second };
    default:
      return { service: given('service') };
  }
}
