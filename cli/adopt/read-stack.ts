import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { RunningStack } from '../../core/manifest/draft/adopt.ts';
import { isIdentityType } from '../../core/template/steps/boundary.ts';
import { readStackTemplate } from '../../core/template/parse.ts';
import type { Template } from '../../core/template/template.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { readIdentity } from './read-identity.ts';

/** Clients of the stack's account and region. */
export interface StackClients {
  readonly cloudFormation: CloudFormationClient;
  readonly iam: IAMClient;
}

/** Reads a stack and its roles and users; changes nothing. @throws CommandError where there is no such stack, or its template cannot be read */
export async function readStack({ cloudFormation, iam }: StackClients, name: string): Promise<RunningStack> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const [, , , region = '', account = ''] = stack?.StackId?.split(':') ?? [];
  const { StackName = name, StackStatus: status = 'gone', Parameters = [] } = stack ?? {};
  const [processed, written, resources] = await Promise.all([
    readTemplate(cloudFormation, StackName, 'Processed'),
    readTemplate(cloudFormation, StackName, 'Original'),
    readResources(cloudFormation, StackName),
  ]);
  const identities = await Promise.all(
    resources.flatMap(({ logicalId, physicalId, type }) =>
      isIdentityType(type)
        ? [readIdentity(iam, type, physicalId).then((read) => ({ logicalId, type, name: physicalId, ...read }))]
        : [],
    ),
  );
  return {
    ...{ name: StackName, account, region, status, processed, written, resources, identities },
    parameters: Object.fromEntries(
      Parameters.map(({ ParameterKey = '', ParameterValue = '' }): [string, string] => [ParameterKey, ParameterValue]),
    ),
  };
}

async function readTemplate(
  client: CloudFormationClient,
  StackName: string,
  TemplateStage: 'Original' | 'Processed',
): Promise<Template> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName, TemplateStage }));
  try {
    return readStackTemplate(TemplateBody);
  } catch (error) {
    const said = error instanceof RangeError ? error.message : String(error);
    throw new CommandError(`The template of ${StackName} cannot be read: ${said}`, exitCode.badInput, {
      code: 'cli.template-unreadable',
    });
  }
}

async function readResources(client: CloudFormationClient, StackName: string) {
  const found: { logicalId: string; physicalId: string; type: string }[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } of StackResourceSummaries)
      found.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
  return found.filter(({ physicalId }) => physicalId !== '');
}
