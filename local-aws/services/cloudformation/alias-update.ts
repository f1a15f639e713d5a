import { CreateDeploymentCommand, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { pause, PACE, placeOf, type Engine } from './engine.ts';
import { scopeOf } from './desired.ts';
import { validationError } from './errors.ts';
import { evaluate } from './intrinsics.ts';
import { existingView } from './properties.ts';
import type { Properties } from './provider.ts';
import type { ResourceRecord, Work } from './stack.ts';
import { isRecord, sameValue } from './values.ts';

/** Whether an alias names CodeDeploy for moving to another version, and moves. */
export function movesByCodeDeploy(wanted: ResourceRecord, previous: Properties): boolean {
  return (
    wanted.definition.UpdatePolicy?.CodeDeployLambdaAliasUpdate !== undefined &&
    !sameValue(wanted.properties.FunctionVersion, previous.FunctionVersion)
  );
}

/**
 * Moves an alias to its new version by a CodeDeploy deployment and waits for its end.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
 */
export async function shiftByCodeDeploy(
  engine: Engine,
  work: Work,
  wanted: ResourceRecord,
  previous: Properties,
): Promise<void> {
  const policy = resolvedPolicy(work, wanted);
  const { deploymentId } = await engine.kernel.send(
    work.caller,
    new CreateDeploymentCommand({
      applicationName: policy.ApplicationName,
      deploymentGroupName: policy.DeploymentGroupName,
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: JSON.stringify(appSpec(policy, wanted, previous)) },
      },
    }),
  );
  if (deploymentId === undefined) throw validationError('CodeDeploy gave no deployment id');
  for (;;) {
    await pause(engine, PACE.poll, work.stack);
    const { deploymentInfo } = await engine.kernel.send(work.caller, new GetDeploymentCommand({ deploymentId }));
    if (deploymentInfo?.status === 'Succeeded') return;
    if (deploymentInfo?.status === 'Failed' || deploymentInfo?.status === 'Stopped')
      throw validationError(
        `CodeDeploy deployment ${deploymentId} ${deploymentInfo.status.toLowerCase()}: ${deploymentInfo.errorInformation?.message ?? 'no reason given'}`,
      );
  }
}

function appSpec(policy: Readonly<Record<string, string>>, wanted: ResourceRecord, previous: Properties): unknown {
  const hooks = [
    { BeforeAllowTraffic: policy.BeforeAllowTrafficHook },
    { AfterAllowTraffic: policy.AfterAllowTrafficHook },
  ].filter((hook) => Object.values(hook)[0] !== undefined);
  return {
    version: 0.0,
    Resources: [
      {
        [wanted.logicalId]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: wanted.properties.FunctionName,
            Alias: wanted.properties.Name,
            CurrentVersion: String(previous.FunctionVersion),
            TargetVersion: String(wanted.properties.FunctionVersion),
          },
        },
      },
    ],
    ...(hooks.length > 0 ? { Hooks: hooks } : {}),
  };
}

function resolvedPolicy({ stack }: Work, wanted: ResourceRecord): Readonly<Record<string, string>> {
  if (stack.desired === undefined) return {};
  const scope = scopeOf(stack.desired, placeOf(stack), existingView(stack.resources));
  const policy = evaluate(wanted.definition.UpdatePolicy?.CodeDeployLambdaAliasUpdate, scope);
  return isRecord(policy)
    ? Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, String(value)]))
    : {};
}
