import { AdoptionDue, TargetNotReady } from '../../../core/contract/errors.ts';
import { targetRoleName } from '../../../core/contract/names.ts';
import { type AdoptedIdentity, summarizeAdoption } from '../../../core/template/adoption.ts';
import { VERSION } from '../../../core/template/aliases.ts';
import { findCut } from '../../../core/template/boundary-cut.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { requireApprovedChange } from '../forward/approved-change.ts';
import { type GuardedTemplate, guardTemplate } from '../../../core/template/guard/guard.ts';
import { functionMeant } from '../../../core/template/function-reference.ts';
import { stampFunctions, stampsOfPublished } from '../../../core/template/steps/stamp.ts';
import { addBoundary, isIdentityType } from '../../../core/template/steps/boundary.ts';
import { describeUnbounded, findUnbounded, type LiveIdentity } from '../../../core/template/live-boundary.ts';
import { propertyOf, resourcesOfType, type Template } from '../../../core/template/template.ts';
import type { Live } from './live.ts';
import type { TargetContext, TargetView } from '../target-context.ts';

/**
 * What has to be other in the live stack before the release's own change: roles and users get the boundary, functions that are to be guarded
 * an alias that serves what is live, so that the first rollout has a version to begin from.
 * @returns undefined where nothing has to be adopted
 * @throws TargetNotReady
 */
export async function findAdoption(work: TargetView, live: Live | undefined): Promise<ChangeSummary | undefined> {
  if (live === undefined) return undefined;
  const { changed: guarded } = guardLive(work, live);
  const identities = await findUnboundedIdentities(work, live);
  if (identities.length === 0 && guarded.length === 0) return undefined;
  return summarizeAdoption({ identities, arn: work.boundary, guarded });
}

/** The live template as it is once it is adopted. @throws TargetNotReady */
export async function adoptTemplate(work: TargetView, live: Live): Promise<Template> {
  const guarded = guardLive(work, live).template;
  const stamps = stampsOfPublished(guarded, await publishedAlready(work, live, guarded));
  return addBoundary(stampFunctions(guarded, stamps).template, work.boundary).template;
}

/**
 * Functions that get their first version in this stack, while Lambda has one of just what they are: from a guard that was taken away, or
 * published by hand. Lambda publishes no second one. https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 * @returns the number of that version, by the logical id of its function
 */
async function publishedAlready({ target }: TargetView, live: Live, guarded: Template): Promise<Map<string, string>> {
  const { functions } = target;
  const added = resourcesOfType(guarded, VERSION).filter(([id]) => live.template.Resources[id] === undefined);
  const found = await Promise.all(
    added.map(async ([, version]): Promise<[string, string][]> => {
      const functionId = functionMeant(guarded, propertyOf(version, 'FunctionName'));
      const name = live.resources.find(({ logicalId }) => logicalId === functionId)?.physicalId;
      if (functionId === undefined || name === undefined) return [];
      const newest = (await functions.versions(name)).map(Number).sort((a, b) => b - a)[0];
      if (newest === undefined) return [];
      const held = [String(newest), '$LATEST'].map((one) => functions.heldDigest(name, one));
      const [published, latest] = await Promise.all(held);
      return published === latest ? [[functionId, String(newest)]] : [];
    }),
  );
  return new Map(found.flat());
}

/** @throws TargetNotReady where what is live cannot be guarded */
function guardLive({ plan, place }: TargetView, { template, stack }: Live): GuardedTemplate {
  const guarded = guardTemplate(template, plan.manifest);
  if (guarded.problems.length === 0) return guarded;
  const sentence = `The stack ${stack.name} that is live cannot be guarded as the release asks: ${guarded.problems.join(' ')} Release the template without "guard" first.`;
  throw new TargetNotReady(sentence, place);
}

/**
 * A role that somebody else made may be without the boundary. To add it takes permissions from the version in service, to take
 * it away again is granted to nobody, and to leave it would let a template grant that role anything: such a stack is adopted in
 * a change of its own before the release's.
 * @returns those without it, and what it would take from them
 * @throws TargetNotReady where a role or user cannot get the boundary by a change of the stack
 */
async function findUnboundedIdentities(work: TargetView, live: Live): Promise<AdoptedIdentity[]> {
  const { target, boundary, where, place } = work;
  if (boundary === undefined) return [];
  const found = findUnbounded(live.template, await identitiesOf(work, live), boundary);
  const stuck = found.filter(({ adoptable }) => !adoptable);
  if (stuck.length > 0) {
    const stack = { name: live.stack.name, region: where.region };
    throw new TargetNotReady(describeUnbounded(stuck, stack, boundary), place);
  }
  if (found.length === 0) return [];
  const document = await target.identities.documentOf(boundary);
  if (document === undefined) {
    const sentence = `The permissions boundary ${boundary} cannot be read, and what it would cut cannot be said: deploy the target's stack of this version, or let its role ${targetRoleName('deploy', where.region)} read the policy.`;
    throw new TargetNotReady(sentence, place);
  }
  return Promise.all(
    found.map(async ({ logicalId, type, name }) => {
      const cut = findCut(await target.identities.grantsOf(type, name), document);
      return { logicalId, type, name, cut };
    }),
  );
}

function identitiesOf({ target }: TargetView, { resources }: Live): Promise<readonly LiveIdentity[]> {
  return Promise.all(
    resources.flatMap(({ logicalId, physicalId: name, type }) =>
      isIdentityType(type) && name !== ''
        ? [target.identities.boundaryOf(type, name).then((boundary) => ({ logicalId, type, name, boundary }))]
        : [],
    ),
  );
}

/**
 * The stack is adopted before the release's own change, once somebody has seen what that cuts. Where the policy asks nobody, a
 * stack is adopted only if nothing is cut.
 * @throws AdoptionDue, ApprovalVoid, TargetNotReady
 */
export async function requireAdopted(work: TargetContext, live: Live | undefined): Promise<void> {
  const adoption = await findAdoption(work, live);
  if (adoption === undefined) return;
  requireSeenCut(work, adoption);
  await requireApprovedChange(work, adoption);
  throw new AdoptionDue(adoption.boundary ?? '', work.place);
}

/** Where nobody is asked, nobody would see what the boundary cuts. @throws TargetNotReady */
export function requireSeenCut(work: TargetView, adoption: ChangeSummary): void {
  const { planned, place } = work;
  if (planned.approval === undefined && adoption.warnings.length > 0) {
    const losses = adoption.warnings.map(({ sentence }) => sentence).join(' ');
    const sentence = `${losses} The policy requires no approval for ${planned.name}, so nobody would be asked: give the environment an approval rule, let the boundary allow it, or name the boundary ${work.boundary ?? ''} in the template of the stack that is live.`;
    throw new TargetNotReady(sentence, place);
  }
}
