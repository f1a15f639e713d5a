import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { defaultStackName } from '../../../core/contract/names.ts';
import type { Target } from '../../../core/values/identifiers.ts';
import type { LocalAws } from 'local-aws';

/** What an alias serves, as Lambda says. */
export interface Serving {
  /** `<function>:<alias>` */
  readonly alias: string;
  readonly version: string;
  /** Further versions that get a share. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Asks AWS, as the target's administrator and past the engine, what every alias of a service's stack serves. */
export async function readServing(
  aws: LocalAws,
  service: string,
  environment: string,
  place: Target,
): Promise<Serving[]> {
  const lambda = aws.client(LambdaClient, place);
  const aliases = await aliasesOf(aws, defaultStackName(service, environment), place);
  const serving = await Promise.all(
    aliases.map(async ([FunctionName, Name]): Promise<Serving> => {
      const { FunctionVersion = '', RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName, Name }));
      const weights = { ...RoutingConfig?.AdditionalVersionWeights };
      return { alias: `${FunctionName}:${Name}`, version: FunctionVersion, weights };
    }),
  );
  lambda.destroy();
  return serving.sort((a, b) => a.alias.localeCompare(b.alias));
}

async function aliasesOf(aws: LocalAws, StackName: string, place: Target): Promise<[string, string][]> {
  const cloudFormation = aws.client(CloudFormationClient, place);
  try {
    const { StackResourceSummaries = [] } = await cloudFormation.send(new ListStackResourcesCommand({ StackName }));
    return StackResourceSummaries.flatMap(({ ResourceType, PhysicalResourceId, ResourceStatus }) => {
      if (ResourceType !== 'AWS::Lambda::Alias' || ResourceStatus === 'DELETE_COMPLETE') return [];
      const [, , , , , , name = '', alias = ''] = PhysicalResourceId?.split(':') ?? [];
      return [[name, alias]];
    });
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return [];
    throw error;
  } finally {
    cloudFormation.destroy();
  }
}
