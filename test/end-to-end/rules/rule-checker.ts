import * as z from 'zod';
import type { BrokenRule } from '../../../core/release/rules.ts';
import { isEnd } from '../../../core/release/status.ts';
import { nameTarget, parseTarget, type Target } from '../../../core/values/identifiers.ts';
import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';
import { checkRules, type EnvironmentRecord, type ReleaseRecord } from '../../../core/release/rules.ts';
import { readWholeLedger, type WholeLedger } from '../ledger-rules.ts';
import { writtenEvents } from './ledger-events.ts';
import { readServing, type Serving } from './serving.ts';
import { isWrite } from './writes.ts';

/** Which transition has to stand in the ledger before a target is changed so. */
const announcements: Readonly<Record<string, readonly string[]>> = {
  ExecuteChangeSet: ['changeStarted', 'settleStarted', 'stackRestoreStarted'],
  CreateChangeSet: ['lookingAhead', 'preparing', 'settleStarted', 'stackRestoreStarted'],
  ContinueUpdateRollback: ['stackRestoreStarted'],
  DeleteStack: ['lookingAhead', 'preparing', 'stackRestoreStarted'],
  CreateDeployment: ['shiftStarted'],
  StopDeployment: ['rollbackStarted'],
  UpdateAlias: ['rollbackStarted'],
};

const httpEvent = z.object({ requestContext: z.object({ http: z.object({ method: z.string() }) }) });

type Call = Extract<Observation, { kind: 'call' }>;

/**
 * Watches an engine at work from the outside and says afterwards which of the eleven rules (design §7) did not hold: what the
 * ledger tells (`core/release/rules.ts`), and what only AWS and the calls made to it can tell.
 */
export class RuleChecker {
  private readonly broken: BrokenRule[] = [];
  /** `<release> <type>` of every transition written. */
  private readonly written = new Set<string>();
  /** What was asked for with a client token, or a description that serves as one. */
  private readonly intentions = new Map<string, number>();
  /** Environments of functions that answer a GET. */
  private readonly reading = new Set<string>();
  /** `<release> <environment>` → what each target served when the release took its turn there. */
  private readonly before = new Map<string, Promise<ReadonlyMap<string, readonly Serving[]>>>();
  /** Release → where its environments are. */
  private readonly targetsOf = new Map<string, ReadonlyMap<string, readonly Target[]>>();
  readonly stop: () => void;

  constructor(private readonly aws: LocalAws) {
    this.stop = aws.kernel.onObservation((one) => this.observe(one));
  }

  /** Every rule that does not hold, over the whole ledger or over some of its releases. */
  async brokenRules(only: (release: string) => boolean = () => true): Promise<BrokenRule[]> {
    return this.rulesOf(await readWholeLedger({ aws: this.aws }), only);
  }

  /** The same, over a ledger that was read already. */
  async rulesOf(ledger: WholeLedger, only: (release: string) => boolean = () => true): Promise<BrokenRule[]> {
    const releases = ledger.releases.filter(({ head }) => only(head.release));
    const inAws = await Promise.all(releases.map((record) => this.awsRules(record, ledger.environments)));
    return [...checkRules(ledger.releases, ledger.environments), ...this.broken, ...inAws.flat()];
  }

  private observe(observation: Observation): void {
    for (const { release, type, environment, targets: places } of writtenEvents(observation)) {
      if (places !== undefined) this.targetsOf.set(release, places);
      this.written.add(`${release} ${type}`);
      if (type === 'turnTaken' && environment !== undefined) this.readServingBefore(release, environment);
    }
    if (observation.kind === 'invocation') this.observeInvocation(observation);
    if (observation.kind !== 'call') return;
    this.observeRead(observation);
    if (observation.error === undefined) this.observeChange(observation);
  }

  /** Rule 7: what is live is read here too, before the release changes anything. */
  private readServingBefore(release: string, environment: string): void {
    const service = release.replace(/-[^-]+-a\d+$/, '');
    const key = `${release} ${environment}`;
    if (this.before.has(key)) return;
    const places = this.targetsOf.get(release)?.get(environment) ?? [];
    // Time does not run on before it is read.
    this.before.set(
      key,
      this.aws.clock.busy(() => this.servingIn(service, environment, places)),
    );
  }

  private async servingIn(
    service: string,
    environment: string,
    targets: readonly Target[],
  ): Promise<ReadonlyMap<string, readonly Serving[]>> {
    const found = targets.map(async (target): Promise<[string, readonly Serving[]]> => [
      nameTarget(target),
      await readServing(this.aws, service, environment, target),
    ]);
    return new Map(await Promise.all(found));
  }

  /** Rule 10: whoever answers a GET writes nothing. */
  private observeInvocation({ environment, event }: Extract<Observation, { kind: 'invocation' }>): void {
    const http = httpEvent.safeParse(JSON.parse(event));
    const get = http.success && /^(GET|HEAD)$/.test(http.data.requestContext.http.method);
    if (get) this.reading.add(environment);
    else this.reading.delete(environment);
  }

  private observeRead({ caller: { principal }, service, operation }: Call): void {
    const environment = principal.type === 'assumedRole' ? principal.executionEnvironment : undefined;
    if (environment === undefined || service === 'logs' || !this.reading.has(environment) || !isWrite(operation))
      return;
    this.broken.push({ rule: 10, sentence: `${principal.arn} called ${service}:${operation} for a GET.` });
  }

  /** Rule 9: each change to a target was announced, and no intention was carried out twice. */
  private observeChange({ caller: { principal }, operation, input }: Call): void {
    if (principal.type !== 'assumedRole' || !principal.roleName.startsWith('sluice-target-deploy-')) return;
    const release = principal.sessionName;
    const before = announcements[operation];
    if (before !== undefined && !before.some((type) => this.written.has(`${release} ${type}`)))
      this.broken.push({ rule: 9, release, sentence: `${operation} was not announced by ${before.join(' or ')}.` });
    const intention = intentionOf(operation, input);
    if (intention === undefined) return;
    const times = (this.intentions.get(intention) ?? 0) + 1;
    this.intentions.set(intention, times);
    if (times > 1) this.broken.push({ rule: 9, release, sentence: `${intention} was carried out ${times} times.` });
  }

  /** Rules 6 and 7, by what Lambda says. */
  private async awsRules({ head, events }: ReleaseRecord, environments: readonly EnvironmentRecord[]) {
    if (!isEnd(head.status)) return [];
    const { service, release } = head;
    const checks = Object.entries(head.environments).map(async ([name, { targets }]): Promise<BrokenRule[]> => {
      const record = environments.find((one) => one.service === service && one.environment === name);
      if (record?.quarantine !== undefined || record?.cleared.includes(release) === true) return [];
      const before = await this.before.get(`${release} ${name}`);
      const ofTargets = Object.entries(targets).map(async ([target, phase]): Promise<BrokenRule[]> => {
        const serving = await readServing(this.aws, service, name, parseTarget(target));
        const place = `${service} in ${name}, ${target}`;
        const split = serving
          .filter(({ weights }) => Object.keys(weights).length > 0)
          .map(({ alias }) => ({
            ...{ rule: 6, release },
            sentence: `${alias} of ${place} serves two versions.`,
          }));
        // A later release may have changed what this one restored.
        const latest = [...this.before.keys()].findLast(
          (key) => key.startsWith(`${service}-`) && key.endsWith(` ${name}`),
        );
        const isLatest = latest === `${release} ${name}`;
        const undone = phase === 'rolledBack' && events.some(({ type }) => type === 'rolledBack');
        if (!undone || !isLatest || before === undefined) return split;
        return [...split, ...differences(before.get(target) ?? [], serving, place, release)];
      });
      return (await Promise.all(ofTargets)).flat();
    });
    return (await Promise.all(checks)).flat();
  }
}

function differences(
  before: readonly Serving[],
  now: readonly Serving[],
  place: string,
  release: string,
): BrokenRule[] {
  const show = (list: readonly Serving[]): string => list.map((one) => `${one.alias} → ${one.version}`).join(', ');
  if (show(before) === show(now)) return [];
  const sentence = `The rollback of ${place} left ${show(now) || 'nothing'}; before it was ${show(before) || 'nothing'}.`;
  return [{ rule: 7, release, sentence }];
}

/** What a call carries out, where it may be carried out once only. */
function intentionOf(operation: string, input: unknown): string | undefined {
  const members = typeof input === 'object' && input !== null ? Object.fromEntries(Object.entries(input)) : {};
  const token: unknown = operation === 'CreateDeployment' ? members['description'] : members['ClientRequestToken'];
  const once = operation === 'CreateDeployment' || operation === 'ExecuteChangeSet';
  return once && typeof token === 'string' ? `${operation} of "${token}"` : undefined;
}
