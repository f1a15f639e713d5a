import type { PackedArtifact } from '../../cli/pack/pack.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import type { TransitionRecorder } from '../../local/transition-recorder.ts';
import { readEnd, type ReleaseEnd } from '../end-to-end/release-end.ts';
import type { Way } from './application.ts';
import { Shift } from './shift.ts';
import { type Answer, Users } from './users.ts';

/** Where applications are released: at once, then by canary. */
const ENVIRONMENTS = { staging: '222222222222', open: '333333333333' } as const;
type Environment = keyof typeof ENVIRONMENTS;

/** What is played: a service, what is packed of it, and how users come to it. */
export interface Piece<During> {
  readonly service: string;
  readonly pack: (version: string) => Promise<PackedArtifact>;
  readonly ways: readonly Way[];
  /** What users do while the traffic is shifted in the second environment. */
  readonly during: (users: Users) => Promise<During>;
}

/** Two releases of an application, as its users saw them. */
export interface Played<During> {
  /** What each way answered, by environment. */
  readonly before: Readonly<Record<Environment, readonly Answer[]>>;
  readonly during: During;
  readonly after: Readonly<Record<Environment, readonly Answer[]>>;
  /** What the second release shifted, in words. */
  readonly shifts: readonly string[];
}

/** Releases both versions of an application to two environments, with users who come by all of its ways before, while and after it moves. */
export async function play<During>(
  sandbox: Sandbox,
  recorder: TransitionRecorder,
  piece: Piece<During>,
): Promise<Played<During>> {
  const { ways, service } = piece;
  await release(sandbox, recorder, piece, '1.0.0');
  const usersOf = (environment: Environment): Promise<Users> =>
    Users.of(sandbox.aws, ENVIRONMENTS[environment], `${service}-${environment}`);
  const users = { staging: await usersOf('staging'), open: await usersOf('open') };
  const askAll = async (): Promise<Record<Environment, Answer[]>> => ({
    staging: await inTurn(ways, (way) => users.staging.ask(way)),
    open: await inTurn(ways, (way) => users.open.ask(way)),
  });
  try {
    const before = await askAll();
    const shift = new Shift(sandbox.aws, ENVIRONMENTS.open, users.open.names, () => piece.during(users.open));
    const { transitions } = await release(sandbox, recorder, piece, '2.0.0');
    const during = await shift.seen();
    const shifts = transitions.filter(({ type }) => type === 'shiftStarted').map(({ reason }) => reason ?? '');
    return { before, during, after: await askAll(), shifts };
  } finally {
    users.staging.leave();
    users.open.leave();
  }
}

/** @throws Error with why it was not released, and what it needs */
async function release(
  { engine }: Sandbox,
  recorder: TransitionRecorder,
  { service, pack }: Piece<unknown>,
  version: string,
): Promise<ReleaseEnd> {
  const { key, bytes } = await pack(version);
  await engine.push(key, bytes);
  const id = formatReleaseId({ service, version, attempt: 1 });
  const ended = await readEnd(engine, recorder, id);
  if (ended.end === 'Succeeded') return ended;
  const rejected = ended.transitions.find(({ type }) => type === 'rejected')?.evidence;
  const because = rejected === undefined ? ended.reason : JSON.stringify(rejected);
  throw new Error(`${id} ended ${ended.end}: ${because}`);
}

/** Does something for each, one after the other. */
export async function inTurn<T, U>(all: readonly T[], one: (each: T) => Promise<U>): Promise<U[]> {
  const done: U[] = [];
  for (const each of all) done.push(await one(each));
  return done;
}
