import { groupChanges, type ShownChange } from '../approval/change-groups.ts';
import { versionChange, whatChanges } from '../approval/brief.ts';
import { becauseWords, whyAsked } from '../approval/causes.ts';
import type { PlanDocument, PlanTarget } from '../contract/api/plans.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { OutlinedEnvironment } from './items.ts';

/** Lines of details that one environment has room for; `--json` has all. */
const DETAILS = 200;

/** What an artifact would change, in lines: environment after environment, as an approval says it. */
export function describePlanned(plan: PlanDocument): string[] {
  const { service, version, environments, dataLosses } = plan;
  const title = `Plan of ${service}${version === undefined ? '' : ` ${version}`} (${plan.plan})`;
  const shown = environments.flatMap((environment) => {
    const targets = plan.targets.filter((target) => target.environment === environment.name);
    return ['', ...describeEnvironment(environment, targets, { version: version ?? '', dataLosses })];
  });
  return [title, ...shown, '', 'Nothing was changed, and no release has begun.'];
}

/** Would no target refuse it, and was each seen? */
export function isClear({ state, environments, targets }: PlanDocument): boolean {
  const expected = environments.reduce((sum, { waves }) => sum + waves.flat().length, 0);
  return state === 'done' && targets.length === expected && targets.every((target) => target.state === 'seen');
}

function describeEnvironment(
  { name, rollout, approval, waves }: OutlinedEnvironment,
  targets: readonly PlanTarget[],
  { version, dataLosses }: Pick<PlanDocument, 'dataLosses'> & { readonly version: string },
): string[] {
  const changes = targets.flatMap((target): ShownChange[] =>
    target.change === undefined ? [] : [{ ...target, lookedAhead: target.change }],
  );
  const { change, losses, broader, others } = whatChanges(changes);
  const lost = [...losses, ...dataLosses];
  const seen = targets.filter((target) => target.inService !== undefined);
  const facts: [string, readonly string[]][] = [
    ['Version', seen.length === 0 ? [] : [versionChange(seen, version)]],
    ['Change', changes.length === 0 ? [] : [change]],
    ['What is lost', changes.length === 0 || lost.length > 0 ? lost : ['nothing that Sluice knows of']],
    ['What becomes broader', broader],
    ['To know', others],
    ['Approval', describeApproval(approval, version, expectedTargets(waves, targets))],
    ['Rollout', [rollout]],
    ['Refused', targets.flatMap(describeRefusals)],
    ['Not seen', [...targets.flatMap(describeUnseen), ...neverBegun(waves.flat().map(nameTarget), targets)]],
  ];
  const lines = facts.flatMap(([label, sentences]) =>
    sentences.length === 1 ? [`  ${label}: ${sentences[0]}`] : [...labelled(label, sentences)],
  );
  return [name, ...lines, ...describeDetails(changes)];
}

function labelled(label: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [`  ${label}:`, ...sentences.map((one) => `    - ${one}`)];
}

function describeDetails(changes: readonly ShownChange[]): string[] {
  const { groups, left } = groupChanges(changes, DETAILS);
  const lines = groups.flatMap(({ targets, parts }) => [
    `  ${targets}`,
    // What is to be known stands above.
    ...parts
      .filter(({ title }) => title !== 'To know')
      .flatMap(({ title, items }) => [`    ${title}`, ...items.map((item) => `      - ${item}`)]),
  ]);
  return left === 0 ? lines : [...lines, `  … and ${left} more: see --json`];
}

/** What asking would do, by the decision by which it is asked. */
function describeApproval(
  approval: OutlinedEnvironment['approval'],
  version: string,
  targets: Parameters<typeof whyAsked>[0]['targets'],
): string[] {
  if (approval === undefined) return ['nobody is asked'];
  const { required, people, when, including = [], barred = [], changesData = false } = approval;
  const because = whyAsked({ when, head: { version }, changesData, targets });
  if (when !== undefined && because.length === 0)
    return [`nobody is asked: this change has nothing of what asks for it (${when.join(', ')})`];
  const why = when === undefined ? '' : `, because ${because.map((one) => becauseWords[one]).join('; ')}`;
  const among = including.length === 0 ? '' : `, among them one of ${including.join(' and one of ')}`;
  const may = people.filter((email) => !barred.some((one) => one.email === email));
  const left = barred.map((one) => `not ${one.email}: ${one.why}`);
  return [`${required} of ${may.length === 0 ? 'nobody who may' : may.join(', ')}${among}${why}`, ...left];
}

/** As the decision reads them: one that was not seen may change anything. */
function expectedTargets(waves: OutlinedEnvironment['waves'], targets: readonly PlanTarget[]) {
  return waves.flat().map((place) => {
    const seen = targets.find((one) => nameTarget(one) === nameTarget(place));
    return {
      ...(seen?.change === undefined ? {} : { lookedAhead: seen.change }),
      ...(seen?.inService === undefined ? {} : { inService: seen.inService }),
    };
  });
}

function describeRefusals({ refusals = [], ...target }: PlanTarget): string[] {
  return refusals.map(({ sentence, code }) => `${nameTarget(target)}: ${sentence} [${code}]`);
}

function describeUnseen({ unseen, ...target }: PlanTarget): string[] {
  return unseen === undefined ? [] : [`${nameTarget(target)}: ${unseen}`];
}

/** Targets that nothing is known of: their previews died before they began. */
function neverBegun(expected: readonly string[], targets: readonly PlanTarget[]): string[] {
  const known = targets.filter(({ state }) => state !== 'looking').map(nameTarget);
  return expected
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: it could not be looked at; ask again.`);
}
