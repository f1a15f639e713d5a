import type { StackEvent } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { BrokenRule } from '../../../core/release/rules.ts';
import { isEnd } from '../../../core/release/status.ts';
import { isPlanning, nameTarget, parseTarget, type Target } from '../../../core/values/identifiers.ts';
import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';
import { checkRules, type EnvironmentRecord, type ReleaseRecord } from '../../../core/release/rules.ts';
import { readWholeLedger, type WholeLedger } from '../ledger-rules.ts';
import { brokenDigests } from './digests.ts';
import { missingEvidence } from './evidence.ts';
import { writtenEvents } from './ledger-events.ts';
import { type Portrait, readPortrait, type Serving } from './portrait.ts';
import { stackNameIn } from './stack-name.ts';
import { Standing } from './standing.ts';
import { endsUnproven, takenAway, type Unproven, unprovenIn } from './taken-away.ts';
import { isWrite } from './writes.ts';

/** Which transition has to stand in the ledger before a target is changed so. */
const announcements: Readonly<Record<string, readonly string[]>> = {
  ExecuteChangeSet: ['changeStarted', 'settleStarted', 'stackRestoreStarted', 'adoptionStarted'],
  CreateChangeSet: ['lookingAhead', 'preparing', 'settleStarted', 'stackRestoreStarted', 'adoptionStarted'],
  ContinueUpdateRollback: ['stackRestoreStarted', 'adoptionStarted'],
  DeleteFunction: ['settleStarted'],
  DeleteStack: ['lookingAhead', 'preparing', 'stackRestoreStarted'],
  CreateDeployment: ['shiftStarted'],
  StopDeployment: ['rollbackStarted'],
  UpdateAlias: ['rollbackStarted', 'aliasesRestoring'],
};

/** What a plan may do to a target: it is no release, and only what shows a change is made, and taken away again. */
const ofPlans: readonly string[] = ['CreateChangeSet', 'DeleteChangeSet', 'DeleteStack', 'PutObject'];

const httpEvent = z.object({ requestContext: z.object({ http: z.object({ method: z.string() }) }) });

type Call = Extract<Observation, { kind: 'call' }>;

/**
 * Watches an engine at work from the outside and says afterwards which of the rules (design §7) did not hold: what the
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
  /** `<release> <environment>` → what each target was like when the release took its turn there. */
  private readonly before = new Map<string, Promise<ReadonlyMap<string, Portrait>>>();
  /** `<release> <environment>`, by targets, while nothing that the version in service uses may go. */
  private readonly unproven = new Map<string, ReadonlyMap<string, Portrait>>();
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
    const standing = new Standing(this.aws);
    const inAws = await Promise.all(releases.map((record) => this.awsRules(record, ledger.environments, standing)));
    const evidence = await missingEvidence(this.aws, releases);
    const digests = await brokenDigests(this.aws, ledger, releases);
    const told = checkRules(ledger.releases, ledger.environments);
    return [...told, ...this.broken, ...inAws.flat(), ...evidence, ...digests];
  }

  private observe(observation: Observation): void {
    for (const { release, type, environment, targets: places } of writtenEvents(observation)) {
      if (places !== undefined) this.targetsOf.set(release, places);
      this.written.add(`${release} ${type}`);
      if (environment === undefined) continue;
      if (type === 'turnTaken') this.readBefore(release, environment);
      const key = `${release} ${environment}`;
      if (type === 'changeStarted') void this.before.get(key)?.then((portraits) => this.unproven.set(key, portraits));
      if (endsUnproven.includes(type)) this.unproven.delete(key);
    }
    if (observation.kind === 'invocation') this.observeInvocation(observation);
    if (observation.kind !== 'call') return;
    this.observeRead(observation);
    if (observation.error !== undefined) return;
    this.observeChange(observation);
    this.observeRemoval(observation);
  }

  /** Rules 7 and 13: what is live is read here too, before the release changes anything. */
  private readBefore(release: string, environment: string): void {
    const key = `${release} ${environment}`;
    if (this.before.has(key)) return;
    const places = this.targetsOf.get(release)?.get(environment) ?? [];
    // Time does not run on before it is read.
    this.before.set(
      key,
      this.aws.clock.busy(() => this.portraitsIn(release, environment, places)),
    );
  }

  private async portraitsIn(
    release: string,
    environment: string,
    targets: readonly Target[],
  ): Promise<ReadonlyMap<string, Portrait>> {
    const stackName = await stackNameIn(this.aws, release, environment);
    const found = targets.map(async (target): Promise<[string, Portrait]> => [
      nameTarget(target),
      await readPortrait(this.aws, stackName, target),
    ]);
    return new Map(await Promise.all(found));
  }

  /** Rule 14: while a release is unproven, CloudFormation takes no permission away that was there before. Resources are in `awsRules`. */
  private observeRemoval({ caller, operation, input }: Call): void {
    const { principal } = caller;
    if (!takesPermissions.includes(operation) || principal.type !== 'assumedRole') return;
    if (!principal.roleName.startsWith('sluice-target-cfn-')) return;
    const named = new Set(textsIn(input));
    for (const [key, portraits] of this.unproven) {
      const { resources = {} } = portraits.get(`${caller.account}/${caller.region}`) ?? {};
      const [lost] = Object.entries(resources).find(([, physicalId]) => named.has(physicalId)) ?? [];
      if (lost === undefined) continue;
      const [release = ''] = key.split(' ');
      this.broken.push({ rule: 14, release, sentence: `${operation} took from ${lost} while ${key} was unproven.` });
    }
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
    if (isPlanning(release)) {
      if (isWrite(operation) && !ofPlans.includes(operation))
        this.broken.push({ rule: 9, sentence: `${release} did ${operation}, and is no release.` });
      return;
    }
    const before = announcements[operation];
    if (before !== undefined && !before.some((type) => this.written.has(`${release} ${type}`)))
      this.broken.push({ rule: 9, release, sentence: `${operation} was not announced by ${before.join(' or ')}.` });
    const intention = intentionOf(operation, input);
    if (intention === undefined) return;
    const times = (this.intentions.get(intention) ?? 0) + 1;
    this.intentions.set(intention, times);
    if (times > 1) this.broken.push({ rule: 9, release, sentence: `${intention} was carried out ${times} times.` });
  }

  /** Rules 6, 7, 12, 13 and 14, by what Lambda and CloudFormation say. */
  private async awsRules(
    { head, events }: Pick<ReleaseRecord, 'head' | 'events'>,
    environments: readonly EnvironmentRecord[],
    standing: Standing,
  ): Promise<BrokenRule[]> {
    if (!isEnd(head.status)) return [];
    const { service, release } = head;
    const checks = Object.entries(head.environments).map(async ([name, { targets }]): Promise<BrokenRule[]> => {
      const record = environments.find((one) => one.service === service && one.environment === name);
      if (record?.quarantine !== undefined || record?.cleared.includes(release) === true) return [];
      const before = await this.before.get(`${release} ${name}`);
      const ofTargets = Object.entries(targets).map(async ([target, phase]): Promise<BrokenRule[]> => {
        const stackName = await stackNameIn(this.aws, release, name);
        const now = await standing.portraitOf(stackName, parseTarget(target));
        const place = `${service} in ${name}, ${target}`;
        const unproven = unprovenIn(events, name);
        const then = before?.get(target);
        const always = [
          ...splitAliases(now, place, release),
          ...(unproven === undefined || then === undefined
            ? []
            : removals(then, await standing.eventsOf(stackName, parseTarget(target)), unproven, place, release)),
        ];
        // A later release may have changed what this one restored.
        const latest = [...this.before.keys()].findLast(
          (key) => key.startsWith(`${service}-`) && key.endsWith(` ${name}`),
        );
        const isLatest = latest === `${release} ${name}`;
        if (!isLatest) return always;
        if (head.status === 'Succeeded') return [...always, ...outOfDate(now, place, release)];
        const undone = phase === 'rolledBack' && events.some(({ type }) => type === 'rolledBack');
        return undone && then !== undefined ? [...always, ...differences(then, now, place, release)] : always;
      });
      return (await Promise.all(ofTargets)).flat();
    });
    return (await Promise.all(checks)).flat();
  }
}

/** What takes a permission from a role or user that stays. */
const takesPermissions: readonly string[] = ['Role', 'User', 'Group'].flatMap((name) => [`Delete${name}Policy`, `Detach${name}Policy`]); // prettier-ignore

/** Rule 14: what CloudFormation took away before the release was proven. */
function removals(
  { resources }: Portrait,
  all: readonly StackEvent[],
  unproven: Unproven,
  place: string,
  release: string,
): BrokenRule[] {
  // prettier-ignore
  return takenAway(resources, all, unproven).map((lost) => ({
    ...{ rule: 14, release },
    sentence: `${lost} of ${place} was taken away while ${release} was unproven.`,
  }));
}

/** Rule 6: no alias shares its users out. */
function splitAliases({ aliases }: Portrait, place: string, release: string): BrokenRule[] {
  return aliases
    .filter(({ weights }) => Object.keys(weights).length > 0)
    .map(({ alias }) => ({ ...{ rule: 6, release }, sentence: `${alias} of ${place} serves two versions.` }));
}

/** Rule 12: each alias serves what its function is. */
function outOfDate({ aliases }: Portrait, place: string, release: string): BrokenRule[] {
  return aliases
    .filter(({ upToDate }) => !upToDate)
    .map(({ alias, version }) => ({
      ...{ rule: 12, release },
      sentence: `${alias} of ${place} serves version ${version}, which is not what its function is.`,
    }));
}

/** Rules 7 and 13: everything is as it was. */
function differences(before: Portrait, now: Portrait, place: string, release: string): BrokenRule[] {
  const show = (list: readonly Serving[]): string =>
    list
      .map((one) => `${one.alias} → ${one.version}`)
      .sort()
      .join(', ');
  const list = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(', ');
  const compared = [
    [7, show(before.aliases), show(now.aliases)],
    [13, list(before.resources), list(now.resources)],
    [13, list(before.parameters), list(now.parameters)],
  ] as const;
  return compared
    .filter(([, then, after]) => then !== after)
    .map(([rule, then, after]) => ({
      ...{ rule, release },
      sentence: `The rollback of ${place} left ${after || 'nothing'}; before it was ${then || 'nothing'}.`,
    }));
}

/** Every text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a call carries out, where it may be carried out once only. */
function intentionOf(operation: string, input: unknown): string | undefined {
  const members = typeof input === 'object' && input !== null ? Object.fromEntries(Object.entries(input)) : {};
  const token: unknown = operation === 'CreateDeployment' ? members['description'] : members['ClientRequestToken'];
  const once = operation === 'CreateDeployment' || operation === 'ExecuteChangeSet';
  return once && typeof token === 'string' ? `${operation} of "${token}"` : undefined;
}
