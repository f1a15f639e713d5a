import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalAws } from 'local-aws';
import type { Target } from '../../../core/values/identifiers.ts';

/** What an alias serves, as Lambda says. */
export interface Serving {
  /** `<function>:<alias>` */
  readonly alias: string;
  readonly version: string;
  /** Further versions that get a share. */
  readonly weights: Readonly<Record<string, number>>;
  /** Is it what the function is, code and configuration? */
  readonly upToDate: boolean;
}

/** A service's stack in a target, as its administrator sees it. */
export interface Portrait {
  readonly aliases: readonly Serving[];
  /** Physical ids by logical id. */
  readonly resources: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

const nothing: Portrait = { aliases: [], resources: {}, parameters: {} };

/** Asks AWS, as the target's administrator and past the engine, what a service's stack is and what each of its aliases serves. */
export async function readPortrait(aws: LocalAws, StackName: string, place: Target): Promise<Portrait> {
  const cloudFormation = aws.client(CloudFormationClient, place);
  try {
    const [{ Stacks = [] }, { StackResourceSummaries = [] }] = await Promise.all([
      cloudFormation.send(new DescribeStacksCommand({ StackName })),
      cloudFormation.send(new ListStackResourcesCommand({ StackName })),
    ]);
    const present = StackResourceSummaries.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
    const aliases = present.filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Alias');
    const parameters = Stacks[0]?.Parameters ?? [];
    return {
      aliases: await Promise.all(
        aliases.map(({ PhysicalResourceId = '' }) => readServing(aws, PhysicalResourceId, place)),
      ),
      resources: Object.fromEntries(
        present.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [LogicalResourceId, PhysicalResourceId]),
      ),
      parameters: Object.fromEntries(
        parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
      ),
    };
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return nothing;
    throw error;
  } finally {
    cloudFormation.destroy();
  }
}

async function readServing(aws: LocalAws, aliasArn: string, place: Target): Promise<Serving> {
  const lambda = aws.client(LambdaClient, place);
  const [, , , , , , FunctionName = '', Name = ''] = aliasArn.split(':');
  const { FunctionVersion = '', RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName, Name }));
  const [served, latest] = await Promise.all(
    [FunctionVersion, '$LATEST'].map(async (Qualifier) => {
      const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
      const { CodeSha256, Environment, Handler, Layers, MemorySize, Role, Runtime, Timeout } = found;
      return JSON.stringify({ CodeSha256, Environment, Handler, Layers, MemorySize, Role, Runtime, Timeout });
    }),
  );
  lambda.destroy();
  const weights = { ...RoutingConfig?.AdditionalVersionWeights };
  return { alias: `${FunctionName}:${Name}`, version: FunctionVersion, weights, upToDate: served === latest };
}
