import { leftOutOptions } from '../core/template/resource-kinds/left-out.ts';
import { identityKinds, resourceKinds, type Grant, type ResourceKind } from '../core/template/resource-kinds.ts';

const introduction = `# What CloudFormation may make

Written from \`core/template/resource-kinds.ts\` by \`npm run schemas\`: from the same list come the grants of CloudFormation in every target. A template
may name the types below and no others, as long as the policy's \`execution\` of the target says \`"builtIn"\`, as it does by default.
\`Custom::*\` stands for every name that a team makes up.`;

const leftOut = `## What is not on the list

Hosted zones, certificates and custom domains; web ACLs; networks and security groups (functions name those that are there); distributions;
databases but DynamoDB; users and groups; \`AWS::ApiGateway::Account\`, which is one for all of an account; nested stacks. They are made by the platform team, or by CloudFormation under an \`execution\` of the target's own. What CloudFormation's handlers ask for and
the list does not grant stands with its reasons in \`scripts/compare-grants/left-out.ts\`.`;

/** The page for people: which resource types a template may name, and how far what is granted for them reaches. */
export function resourcesPage(): string {
  return `${[
    introduction,
    '## Kinds of resources',
    kindsTable([...resourceKinds, ...identityKinds]),
    leftOut,
    '## Options that are left out',
    'A template that asks for one is rejected (`template.option-not-granted`) where a target goes by this list.',
    optionsList(),
    '## What is not narrowed to names',
    'Everything else is granted on resources with the names of an entry alone.',
    widerList([...resourceKinds, ...identityKinds]),
  ].join('\n\n')}\n`;
}

function kindsTable(kinds: readonly ResourceKind[]): string {
  const rows = kinds.map(
    ({ title, types, note = '' }) => `| ${title} | ${types.map((type) => `\`${type}\``).join(', ')} | ${note} |`,
  );
  const table = ['| kind | types | note |', '| --- | --- | --- |', ...rows].join('\n');
  // Cells are too long to be lined up.
  return `<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->`;
}

function widerList(kinds: readonly ResourceKind[]): string {
  return kinds
    .flatMap(({ title, grants }) => grants.filter(isWider).map((grant) => widerLine(title, grant)))
    .join('\n');
}

function optionsList(): string {
  return leftOutOptions
    .map(
      ({ types, property, what }) => `- \`${property}\` of ${types.map((type) => `\`${type}\``).join(', ')}: ${what}.`,
    )
    .join('\n');
}

function isWider({ resources }: Grant): boolean {
  return resources.some((resource) => !resource.includes('{name}'));
}

function widerLine(title: string, { actions, resources, because }: Grant): string {
  const wide = resources.filter((resource) => !resource.includes('{name}')).map((resource) => `\`${resource}\``);
  return `- ${title}: ${actions.length === 1 ? `\`${actions.join()}\`` : `${actions.length} actions`} on ${wide.join(', ')}. ${because}`;
}
