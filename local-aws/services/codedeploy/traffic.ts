import { GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { DeploymentFailure, type Run } from './running.ts';

/** The alias must serve the AppSpec's CurrentVersion, and nothing else. @throws DeploymentFailure */
export async function checkAlias({ kernel, role, realm, spec }: Run): Promise<void> {
  const qualified = `${spec.functionName}:${spec.alias}`;
  // CodeDeploy also asks for provisioned concurrency, which would have to follow the traffic; here no alias has any.
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambda.html
  kernel.port.iam.authorize(role, [
    {
      action: 'lambda:GetProvisionedConcurrencyConfig',
      resource: `arn:aws:lambda:${realm.region}:${realm.account}:function:${qualified}`,
    },
  ]);
  const alias = await kernel.send(role, new GetAliasCommand({ FunctionName: spec.functionName, Name: spec.alias }));
  const weights = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  if (alias.FunctionVersion === spec.currentVersion && weights.length === 0) return;
  const serving = [alias.FunctionVersion ?? '', ...weights].join(' and ');
  throw new DeploymentFailure(
    'INVALID_LAMBDA_CONFIGURATION',
    `The deployment failed because the AWS Lambda function ${spec.functionName}'s alias ${spec.alias} serves version ${serving}, not only the AppSpec file's CurrentVersion ${spec.currentVersion}.`,
  );
}

/** Gives the target version a share of the alias's traffic, 0 to 1. */
export async function shareTraffic({ kernel, role, spec, deployment }: Run, weight: number): Promise<void> {
  await kernel.send(
    role,
    new UpdateAliasCommand({
      FunctionName: spec.functionName,
      Name: spec.alias,
      FunctionVersion: spec.currentVersion,
      RoutingConfig: { AdditionalVersionWeights: { [spec.targetVersion]: weight } },
    }),
  );
  deployment.weight = weight;
  deployment.moved = true;
  deployment.updatedAt = kernel.clock.date();
}

/** Gives the target version all of the alias's traffic. */
export async function finishTraffic({ kernel, role, spec, deployment }: Run): Promise<void> {
  await kernel.send(
    role,
    new UpdateAliasCommand({
      FunctionName: spec.functionName,
      Name: spec.alias,
      FunctionVersion: spec.targetVersion,
      RoutingConfig: { AdditionalVersionWeights: {} },
    }),
  );
  deployment.weight = 1;
  deployment.moved = true;
  deployment.updatedAt = kernel.clock.date();
}
