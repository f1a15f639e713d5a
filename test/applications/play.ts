import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import type { TransitionRecorder } from '../../local/transition-recorder.ts';
import { readEnd, type ReleaseEnd } from '../end-to-end/release-end.ts';
import { type Application, serviceOf, type Way } from './application.ts';
import { Shift } from './shift.ts';
import { type Answer, Users } from './users.ts';
import { packApplication } from './write-application.ts';

/** Where applications are released: at once, then by canary. */
const ENVIRONMENTS = { staging: '222222222222', open: '333333333333' } as const;
type Environment = keyof typeof ENVIRONMENTS;

/** How often users ask until both versions have answered: at 10%, a thousandth of a millionth of all runs sees only one. */
const MOST = 200;

/** Two releases of an application, as its users saw them. */
export interface Played {
  readonly first: ReleaseEnd;
  readonly second: ReleaseEnd;
  /** What each way answered, by environment. */
  readonly before: Readonly<Record<Environment, readonly Answer[]>>;
  /** The versions that answered at each way while the traffic was shifted in the second environment. */
  readonly during: readonly (readonly string[])[];
  readonly after: Readonly<Record<Environment, readonly Answer[]>>;
  /** What the second release shifted, in words. */
  readonly shifts: readonly string[];
}

/** Releases both versions of an application to two environments, with users who come by all of its ways before, while and after it moves. */
export async function play(sandbox: Sandbox, recorder: TransitionRecorder, application: Application): Promise<Played> {
  const { aws } = sandbox;
  const first = await release(sandbox, recorder, application, '1.0.0');
  const users = {
    staging: await Users.of(aws, ENVIRONMENTS.staging, stackOf(application, 'staging')),
    open: await Users.of(aws, ENVIRONMENTS.open, stackOf(application, 'open')),
  };
  const { ways } = application;
  try {
    const before = { staging: await askAll(users.staging, ways), open: await askAll(users.open, ways) };
    const shift = new Shift(aws, ENVIRONMENTS.open, users.open.names, () =>
      inTurn(ways, (way) => askUntilBoth(users.open, way)),
    );
    const second = await release(sandbox, recorder, application, '2.0.0');
    const during = await shift.seen();
    const after = { staging: await askAll(users.staging, ways), open: await askAll(users.open, ways) };
    return { first, second, before, during, after, shifts: shiftsOf(second.transitions) };
  } finally {
    users.staging.leave();
    users.open.leave();
  }
}

/** The name of its stack in an environment, by the policy. */
const stackOf = (application: Application, environment: Environment): string =>
  `${serviceOf(application)}-${environment}`;

/** @throws Error with why it was not released, and what the application needs */
async function release(
  { engine }: Sandbox,
  recorder: TransitionRecorder,
  application: Application,
  version: string,
): Promise<ReleaseEnd> {
  const { key, bytes } = packApplication(application, version);
  await engine.push(key, bytes);
  const id = formatReleaseId({ service: serviceOf(application), version, attempt: 1 });
  const ended = await readEnd(engine, recorder, id);
  if (ended.end === 'Succeeded') return ended;
  const needs = application.needs === undefined ? '' : ` It needs ${application.needs.join(', ')}.`;
  const rejected = ended.transitions.find(({ type }) => type === 'rejected')?.evidence;
  const because = [ended.reason, ...(rejected === undefined ? [] : [JSON.stringify(rejected)])].join(' ');
  throw new Error(`${id} ended ${ended.end}: ${because}${needs}`);
}

const askAll = (users: Users, ways: readonly Way[]): Promise<Answer[]> => inTurn(ways, (way) => users.ask(way));

/** Asks until two versions have answered. @returns the versions, the first first */
async function askUntilBoth(users: Users, way: Way): Promise<readonly string[]> {
  const versions = new Set<string>();
  for (let asked = 0; asked < MOST && versions.size < 2; asked += 1) versions.add((await users.ask(way)).version);
  return [...versions].sort();
}

async function inTurn<T, U>(all: readonly T[], one: (each: T) => Promise<U>): Promise<U[]> {
  const done: U[] = [];
  for (const each of all) done.push(await one(each));
  return done;
}

function shiftsOf(transitions: readonly TransitionDocument[]): string[] {
  return transitions.filter(({ type }) => type === 'shiftStarted').map(({ reason }) => reason ?? '');
}
