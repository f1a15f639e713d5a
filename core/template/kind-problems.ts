import { ownMember } from '../values/records.ts';
import { problem, type Problem } from '../values/problems.ts';
import { likeType } from './like-type.ts';
import { holds, type FutureStack } from './resolve.ts';
import { identityKinds, resourceKinds } from './resource-kinds.ts';

/** Nested stacks have a problem of their own. */
const refusedElsewhere: readonly string[] = ['AWS::CloudFormation::Stack', 'AWS::Serverless::Application'];

/** Types as templates name them; one that ends in `*` stands for all that begin so. */
const known = [...resourceKinds, ...identityKinds].flatMap(({ types }) => types).concat(refusedElsewhere);

const listed = 4;

/** How to take out what a build tool puts in by itself, or write it otherwise. */
const hints: Readonly<Record<string, string>> = {
  'AWS::Serverless::GraphQLApi': 'As AWS::AppSync::GraphQLApi with its parts it is on the list.',
  'AWS::ApiGateway::Account': 'The CDK leaves it out where a RestApi says cloudWatchRole: false.',
};

/**
 * A problem for each resource type that CloudFormation is not allowed to make by the built-in list, in the template's order. Of SAM
 * and other transforms, what a team writes counts. What its condition leaves out of each of the stacks is not made.
 * @param stacks in targets that go by the list
 * @param fileName of the template in the artifact
 */
export function kindProblems(stacks: readonly FutureStack[], fileName: string): Problem[] {
  const byType = new Map<string, string[]>();
  for (const [logicalId, { Type, Condition }] of Object.entries(stacks[0]?.template.Resources ?? {})) {
    const leftOut = Condition !== undefined && stacks.every((stack) => holds({ Condition }, stack) === false);
    if (!isKnown(Type) && !leftOut) byType.set(Type, [...(byType.get(Type) ?? []), logicalId]);
  }
  return [...byType].map(([type, logicalIds]) =>
    problem('template.kind-not-granted', fileName, sentence(type, logicalIds), {
      places: logicalIds.map((logicalId) => `Resources.${logicalId}.Type`),
      who: 'either',
    }),
  );
}

function isKnown(type: string): boolean {
  return known.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : type === one));
}

function sentence(type: string, logicalIds: readonly string[]): string {
  const one = logicalIds.length === 1;
  const like = likeType(
    type,
    known.filter((name) => !name.endsWith('*')),
  );
  const hint = like === undefined ? ownMember(hints, type) : `If ${like} is meant, correct the type.`;
  return `${quoted(logicalIds)} ${one ? 'is' : 'are'} of the type ${type}, which is not on the list of what CloudFormation may make for a service: ask the platform team to set "execution" of the target to managed policies or a role of its own, or take ${one ? 'it' : 'them'} out of the template.${hint === undefined ? '' : ` ${hint}`}`;
}

/** `"A", "B" and 3 more`. */
function quoted(logicalIds: readonly string[]): string {
  const names = logicalIds.slice(0, listed).map((name) => `"${name}"`);
  const more = logicalIds.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.slice(-1).join()}`;
}
