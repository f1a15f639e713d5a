import { placesName } from '../../core/artifact/limits.ts';
import { truncateProblems } from '../../core/artifact/listing.ts';
import { withLocations } from '../../core/artifact/locate.ts';
import { ArtifactRejected, ReleaseHalted } from '../../core/contract/errors.ts';
import { tellRejected } from '../../core/notify/messages.ts';
import { lacks } from '../../core/manifest/legible.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { toldOfRejection } from '../../core/notify/told.ts';
import { freezePlan } from '../../core/ledger/target.ts';
import { problemsFor } from '../../core/release/origin.ts';
import { judgeByPolicy } from '../../core/release/judge.ts';
import { type PlanInput } from '../../core/release/make-plan.ts';
import { outlinePlan, type Plan, workflowPlan } from '../../core/release/plan.ts';
import { problemSentence, summarizeProblems, type Problem } from '../../core/values/problems.ts';
import { digestOf } from '../../core/release/chain.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isHalted } from '../../core/release/progress.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead, readItem, readPlan } from '../../engine/ledger/read.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { liveKey } from '../../core/ledger/keys.ts';
import { liveRow } from '../../core/ledger/live-row.ts';
import { missingIn, missingValueProblems } from '../../core/template/missing-values.ts';
import { type PlannedStack, stacksOf, type TargetProblem } from '../../core/template/target-problem.ts';
import { inspectArtifact, type Inspection } from './inspect-artifact.ts';
import type { ValidateServices } from './services.ts';
import { cutText } from '../../core/values/text.ts';

/**
 * Judges the artifact and freezes the plan; a second call returns the frozen plan.
 * @throws ArtifactRejected
 * @throws ReleaseHalted in the execution that undoes what a halted release left: it starts nothing and plans the rollback
 */
export async function validate(
  { release }: TaskInput<'validate'>,
  services: ValidateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'validate'>> {
  const { ledger } = services;
  const before = await readHead(ledger, release);
  if (before.status !== 'Received') return judgedBefore(before, services);
  const judged = await judge(before, services, invocation);
  const { result, head: after } = await updateRelease({ ledger, invocation }, release, (head) => {
    // Another call was quicker: by another policy, perhaps. What it froze counts.
    if (head.status !== 'Received') return { result: 'known' };
    return 'plan' in judged
      ? { result: 'judged', events: [accepted(judged.plan, invocation)], writes: freezePlan(judged.plan) }
      : {
          result: 'judged',
          events: [rejected(judged.problems, invocation)],
          writes: tellRejected(release, toldOfRejection(services.policy, judged.author), invocation.now()),
        };
  });
  if (result === 'known') return judgedBefore(after, services);
  if ('plan' in judged) return workflowPlan(judged.plan);
  const sentences = judged.problems.map((one) => `${one.code}: ${problemSentence(one)}`).join(' ');
  throw new ArtifactRejected(cutText(sentences, 2000), { release, evidence: { problems: judged.problems } });
}

/** What an earlier call came to. @throws ArtifactRejected, ReleaseHalted */
async function judgedBefore(head: ReleaseHead, { ledger }: ValidateServices): Promise<TaskOutput<'validate'>> {
  const { release } = head;
  if (head.rejected !== undefined) throw new ArtifactRejected('The artifact was rejected.', { release });
  if (isHalted(head)) throw new ReleaseHalted('The release was stopped and is being rolled back.', { release });
  return workflowPlan(await readPlan(ledger, release));
}

type Judged = { plan: Plan } | { problems: readonly Problem[]; author: string | undefined };

async function judge(head: ReleaseHead, services: ValidateServices, { log }: InvocationContext): Promise<Judged> {
  const { release, artifact, origin } = head;
  return judgeArtifact({ release, artifact, origin }, services, { log, count: (found) => problemsFor(head, found) });
}

interface Judging extends Pick<InvocationContext, 'log'> {
  /** Which problems count. */
  readonly count: (found: readonly Problem[]) => readonly Problem[];
}

/** Everything of the artifact that counts against a release of it, or the plan that it would have. */
export async function judgeArtifact(
  { release, artifact, origin }: Pick<PlanInput, 'release' | 'artifact' | 'origin'>,
  { artifacts, policy, ledger }: ValidateServices,
  { count, log }: Judging,
): Promise<Judged> {
  const { manifest, leftOut = [], template, problems: found, sources } = await inspectArtifact(artifact, artifacts);
  const author = lacks(leftOut, 'source') ? undefined : manifest?.source.author;
  const against = async (problems: readonly Problem[]): Promise<Judged> => ({
    problems: await locateAll(truncateProblems(problems), sources, log),
    author,
  });
  // What the policy says of a service is not known without its name.
  if (manifest === undefined || lacks(leftOut, 'service')) return against(count(found));
  const { plan, problems, inTargets } = judgeByPolicy({
    ...{ release, artifact, manifest, policy, origin, template, leftOut },
  });
  const missing =
    plan === undefined || template === undefined || lacks(leftOut, 'parameters')
      ? []
      : await ofValues(stacksOf(template, plan), manifest, ledger);
  const all = count([...found, ...problems, ...[...inTargets, ...missing].map(({ problem }) => problem)]);
  return plan !== undefined && all.length === 0 ? { plan } : against(all);
}

/** Problems with lines of the team's files, as far as the artifact says where it comes from. */
async function locateAll(
  problems: readonly Problem[],
  sources: Inspection['sources'],
  log: InvocationContext['log'],
): Promise<readonly Problem[]> {
  if (sources === undefined) return problems;
  const documents = await sources();
  if (documents !== undefined) return withLocations(problems, documents);
  log.warn(`${placesName} of the artifact cannot be read: no line of its sources is named`, {});
  return problems;
}

/** What the values of parameters decide. */
async function ofValues(stacks: readonly PlannedStack[], manifest: Manifest, ledger: Ledger): Promise<TargetProblem[]> {
  const { valueProblemsIn } = await import('../../core/template/value-problems.ts');
  return [...(await missingValues(stacks, manifest.service, ledger)), ...valueProblemsIn(stacks, manifest.template)];
}

/** Where nothing was ever released, no stack has a value that the manifest does not give. The ledger is asked of such targets alone. */
async function missingValues(
  stacks: readonly PlannedStack[],
  service: string,
  ledger: Ledger,
): Promise<TargetProblem[]> {
  const open = stacks.filter((stack) => missingIn(stack, service, true).certain.length > 0);
  const rows = await Promise.all(
    open.map(async ({ planned, account, region, label }) => {
      const key = liveKey(service, { environment: planned.name, account, region });
      return { label, isNew: (await readItem(ledger, key, liveRow)) === undefined };
    }),
  );
  return missingValueProblems(open, service, ({ label }) => rows.some((row) => row.label === label && row.isNew));
}

function accepted(plan: Plan, invocation: InvocationContext): EventDraft {
  const { author, commit } = plan.manifest.source;
  return {
    type: 'accepted',
    at: invocation.now(),
    actor: invocation.actor,
    evidence: {
      plan: digestOf(plan),
      author,
      ...(commit === undefined ? {} : { commit }),
      environments: outlinePlan(plan),
      ...(plan.notify.slack === undefined ? {} : { slack: true }),
    },
  };
}

function rejected(problems: readonly Problem[], invocation: InvocationContext): EventDraft {
  return {
    type: 'rejected',
    at: invocation.now(),
    actor: invocation.actor,
    reason: summarizeProblems(problems),
    evidence: { problems: problems.map((one) => ({ ...one })) },
  };
}
