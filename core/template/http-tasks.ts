import { executionIn } from '../policy/execution.ts';
import { problem, type Problem } from '../values/problems.ts';
import { ownMember } from '../values/records.ts';
import { matchesName } from './name-problems.ts';
import { findReferences } from './references.ts';
import { certainResources, resolveText } from './resolve.ts';
import type { PlannedStack } from './target-problem.ts';
import { propertyOf, type Template } from './template.ts';

const machineTypes = /^AWS::(StepFunctions|Serverless)::StateMachine$/;

/**
 * Connections that state machines use for HTTP tasks, and that the boundary lets them have nothing of: it knows connections by names
 * alone, since these have no tags, and CloudFormation calls one without a name by no name of the service. The task would be refused
 * when it runs. What a state machine does with a connection otherwise, the boundary does not let it do either.
 * https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 * @param names that the entry of the policy has in the target
 * @param fileName of the template in the artifact
 */
export function httpTaskProblems(stack: PlannedStack, names: readonly string[], fileName: string): Problem[] {
  if (executionIn(stack.planned.executions, stack).boundary !== undefined) return [];
  return certainResources(stack)
    .filter(([, { Type }]) => machineTypes.test(Type))
    .flatMap(([logicalId, { Type, Properties }]) =>
      [...ownConnections(Properties, stack, names), ...writtenConnections(Properties, names)].map((which) => {
        const sentence = `"${logicalId}" (${Type}) uses ${which}, and the boundary that Sluice makes lets HTTP tasks use connections by names of the service alone: give it a Name that begins with the stack’s (!Sub "\${AWS::StackName}-…"), or ask the platform team for a "boundary" of its own, or "none", in "execution" of the target.`;
        const places = [`Resources.${logicalId}.Properties`];
        return problem('template.connection-out-of-reach', fileName, sentence, { places, who: 'either' });
      }),
    );
}

/** Of the template: by reference, in the definition itself or in what is put into it. */
function ownConnections(properties: unknown, stack: PlannedStack, names: readonly string[]): string[] {
  return [...findReferences(properties).parametersAndResources].flatMap((id) => {
    const connection = connectionNamed(stack.template, id);
    if (connection === undefined) return [];
    const given = propertyOf(connection, 'Name');
    if (given === undefined) return [`the connection "${id}", which has no Name`];
    // A name that the built-in role may not give is a problem of its own.
    if (executionIn(stack.planned.executions, stack).role === undefined) return [];
    const name = resolveText(given, stack);
    return name === undefined || isOf(name, names) ? [] : [`the connection "${id}", which is called "${name}"`];
  });
}

function connectionNamed({ Resources }: Template, id: string) {
  const resource = ownMember(Resources, id);
  return resource?.Type === 'AWS::Events::Connection' ? resource : undefined;
}

/** Of other stacks, by an ARN as it is. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
function writtenConnections(properties: unknown, names: readonly string[]): string[] {
  const written = JSON.stringify(properties ?? {}).matchAll(/(?<=:connection\/)[\w.-]+(?=\/[\w-])/g);
  const found = new Set([...written].map(([name]) => name));
  return [...found].filter((name) => !isOf(name, names)).map((name) => `the connection "${name}"`);
}

function isOf(name: string, names: readonly string[]): boolean {
  return names.some((pattern) => matchesName(pattern, name));
}
