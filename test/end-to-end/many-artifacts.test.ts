import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { liveList } from '../../core/contract/api/documents.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseRecord } from '../../core/release/rules.ts';
import type { Observation } from 'local-aws/observation';
import type { Sandbox } from '../../local/sandbox.ts';
import { leftovers, readWholeLedger, type WholeLedger } from './ledger-rules.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { openSandbox } from './open-sandbox.ts';
import { packTiny } from './tiny-service.ts';

// Ten services by `npm run test:hundred`, fewer by `npm test`.
const services = [
  ...['baskets', 'catalog', 'customers', 'invoices', 'ledgers'],
  ...['parcels', 'prices', 'ratings', 'search', 'stock'],
].slice(0, inject('artifactServices'));
const environments = ['staging', 'open'];
const places = services.flatMap((service) => environments.map((environment) => ({ service, environment })));
const artifacts = services.flatMap((service) =>
  Array.from({ length: 10 }, (_, minor) => packTiny({ service, version: `1.${minor}.0`, answer: String(minor) })),
);
const ids = artifacts.map((artifact) => formatReleaseId({ ...artifact, attempt: 1 }));

/** How long, in real milliseconds, all of it may take. */
const PATIENCE = 200_000;

/** A change somebody made in a target account, as CloudTrail would tell. */
interface Change {
  readonly account: string;
  /** The session's name: the release it was made for. */
  readonly release: string;
  readonly call: string;
}

let sandbox: Sandbox;
let ledger: WholeLedger;
let rules: RuleChecker;
const changes: Change[] = [];
const collisions: string[] = [];

beforeAll(async () => {
  sandbox = await openSandbox({ pace: 'max', synthesized: inject('synthesizedForMany') });
  const recorder = new TransitionRecorder(sandbox.aws);
  rules = new RuleChecker(sandbox.aws);
  sandbox.aws.kernel.onObservation(watchTargets());
  doubleEveryEvent();
  await Promise.all(artifacts.map(({ key, bytes }) => sandbox.engine.push(key, bytes)));
  // What has not ended by then shows below.
  await Promise.race([
    // Whoever answered the last wait of a release still has it to delete.
    Promise.all(ids.map((id) => recorder.waitFor(id, 'ended'))).then(() => sandbox.aws.clock.idle()),
    setTimeout(PATIENCE, undefined, { ref: false }),
  ]);
  ledger = await readWholeLedger(sandbox);
});
afterAll(() => sandbox.close());

/** At least once is not exactly once: every event on which the engine acts comes twice. */
function doubleEveryEvent(): void {
  for (const source of ['aws.s3', 'aws.cloudformation', 'aws.codedeploy', 'aws.states']) {
    sandbox.aws.faults.atEvent(`${source} twice`, { source, times: Infinity }, { kind: 'double' });
  }
}

/** Writes down who changes what, and cries out when a change set is executed while another release's still is. */
function watchTargets(): (observation: Observation) => void {
  const executing = new Map<string, string>();
  return (observation) => {
    if (observation.kind === 'event') {
      const { detail } = observation;
      if (isAtRest(detail)) executing.delete(detail['stack-id']);
      return;
    }
    if (observation.kind !== 'call' || observation.error !== undefined) return;
    const { caller, service, operation, input } = observation;
    const { principal } = caller;
    if (principal.type !== 'assumedRole' || !principal.roleName.startsWith('sluice-target-deploy-')) return;
    if (/^(Describe|Get|List|Head)/.test(operation)) return;
    const release = principal.sessionName;
    changes.push({ account: caller.account, release, call: `${service}:${operation}` });
    if (operation !== 'ExecuteChangeSet' || !isOnStack(input)) return;
    const other = executing.get(input.StackName);
    if (other !== undefined) collisions.push(`${release} executed on ${input.StackName} while ${other} still did`);
    executing.set(input.StackName, release);
  };
}

function isAtRest(detail: unknown): detail is { 'stack-id': string } {
  if (typeof detail !== 'object' || detail === null || !('stack-id' in detail)) return false;
  return /"status":"[A-Z_]*(COMPLETE|FAILED)"/.test(JSON.stringify(detail));
}

function isOnStack(input: unknown): input is { StackName: string } {
  return typeof input === 'object' && input !== null && 'StackName' in input && typeof input.StackName === 'string';
}

interface Turn {
  readonly release: string;
  readonly fence: number;
  readonly taken: string;
  readonly givenBack: string;
}

/** The turns of a place, in the order of their fencing numbers. */
function turnsOf({ service, environment }: (typeof places)[number]): Turn[] {
  const turns = ledger.releases.flatMap(({ head, events }) => {
    const here = events.filter((event) => 'environment' in event && event.environment === environment);
    const taken = here.find(isTaken);
    if (head.service !== service || taken === undefined) return [];
    const givenBack = here.find(({ type }) => type === 'turnGivenBack')?.at ?? 'never';
    return [{ release: head.release, fence: taken.evidence.fence, taken: taken.at, givenBack }];
  });
  return turns.sort((a, b) => a.fence - b.fence);
}

function isTaken(event: ReleaseEvent): event is Extract<ReleaseEvent, { type: 'turnTaken' }> {
  return event.type === 'turnTaken';
}

function newestOf(service: string): ReleaseRecord | undefined {
  const own = ledger.releases.filter(({ head }) => head.service === service);
  const key = ({ head }: ReleaseRecord): string => `${head.startedAt}#${head.release}`;
  return own.sort((a, b) => (key(a) < key(b) ? 1 : -1))[0];
}

describe(`ten artifacts each of ${services.length} services, dropped at once`, () => {
  it('loses nothing: each has one release, and each release one end', () => {
    expect(ledger.releases.map(({ head }) => head.release).sort()).toEqual([...ids].sort());
    for (const { head, events } of ledger.releases) {
      expect(['Succeeded', 'Superseded'], head.release).toContain(head.status);
      expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
      expect(events.at(-1)?.type).toBe('ended');
    }
    expect(leftovers(ledger)).toEqual([]);
    sandbox.aws.faults.assertAllHappened();
  });

  it('breaks no rule', async () => {
    expect(await rules.rulesOf(ledger)).toEqual([]);
  });

  it('gives each environment of each service to one release at a time, by growing numbers', () => {
    const counts = places.map((place) => {
      const turns = turnsOf(place);
      expect(turns.map(({ fence }) => fence)).toEqual(turns.map((_, index) => index + 1));
      const moments = turns.flatMap(({ taken, givenBack }) => [taken, givenBack]);
      expect(moments).toEqual([...moments].sort());
      return turns.length;
    });
    expect(Math.min(...counts)).toBeGreaterThan(0);
    // Else nothing had to wait, and this showed nothing.
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  it('lets nobody change a target of another’s turn', () => {
    expect(collisions).toEqual([]);
    for (const place of places) {
      const account = place.environment === 'staging' ? '222222222222' : '333333333333';
      const there = changes.filter((one) => one.account === account && one.release.startsWith(`${place.service}-`));
      const oneAfterAnother = there.flatMap(({ release }, index) =>
        there[index - 1]?.release === release ? [] : [release],
      );
      expect(oneAfterAnother).toEqual(turnsOf(place).map(({ release }) => release));
    }
  });

  it('leaves the newest of each service live everywhere', async () => {
    const { live } = await sandbox.engine.call(liveList, 'GET', '/v1/live');
    const found = live.map(({ service, environment, version }) => `${service} ${environment} ${version}`).sort();
    const expected = places.map(({ service, environment }) => {
      const newest = newestOf(service)?.head;
      expect(newest?.status).toBe('Succeeded');
      return `${service} ${environment} ${newest?.version ?? ''}`;
    });
    expect(found).toEqual(expected.sort());
  });
});
