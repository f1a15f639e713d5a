import {
  CreateDeploymentConfigCommand,
  DeleteDeploymentConfigCommand,
  GetDeploymentConfigCommand,
  ListDeploymentConfigsCommand,
  type TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { arnOf, configurationOf, newId, type Realms } from './store.ts';

/** Deployment configurations: AWS's own for Lambda, and custom canary and linear ones. */
export function configurationOperations(realms: Realms): AnyOperation[] {
  const onConfiguration =
    (action: string) =>
    (input: { deploymentConfigName: string | undefined }, { caller }: { caller: Caller }) => ({
      action: `codedeploy:${action}`,
      resource: arnOf(caller, `deploymentconfig:${input.deploymentConfigName ?? ''}`),
    });
  return [
    operation({
      command: CreateDeploymentConfigCommand,
      accepts: ['deploymentConfigName', 'trafficRoutingConfig', 'computePlatform'],
      authorize: onConfiguration('CreateDeploymentConfig'),
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const name = input.deploymentConfigName ?? '';
        if (input.computePlatform !== 'Lambda')
          throw new NotImplemented(`the compute platform ${input.computePlatform ?? 'Server'} of codedeploy`);
        if (name === '' || name.startsWith('CodeDeployDefault.'))
          throw new AwsError('InvalidDeploymentConfigNameException', 'The deployment configuration name is invalid.');
        if (realm.configurations.has(name))
          throw new AwsError(
            'DeploymentConfigAlreadyExistsException',
            `A deployment configuration with the name ${name} already exists.`,
          );
        const routing = checkRouting(input.trafficRoutingConfig);
        const configuration = { id: newId(), name, routing, createdAt: realms.kernel.clock.date() };
        realm.configurations.set(name, configuration);
        return { deploymentConfigId: configuration.id };
      },
    }),
    operation({
      command: GetDeploymentConfigCommand,
      accepts: ['deploymentConfigName'],
      authorize: onConfiguration('GetDeploymentConfig'),
      handle: async (input, { caller }) => {
        const { id, name, routing, createdAt } = configurationOf(realms.of(caller), input.deploymentConfigName ?? '');
        return {
          deploymentConfigInfo: {
            deploymentConfigId: id,
            deploymentConfigName: name,
            createTime: createdAt,
            computePlatform: 'Lambda' as const,
            trafficRoutingConfig: routing,
          },
        };
      },
    }),
    operation({
      command: DeleteDeploymentConfigCommand,
      accepts: ['deploymentConfigName'],
      authorize: onConfiguration('DeleteDeploymentConfig'),
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const name = input.deploymentConfigName ?? '';
        if (name.startsWith('CodeDeployDefault.'))
          throw new AwsError('InvalidOperationException', 'A predefined deployment configuration cannot be deleted.');
        for (const { groups } of realm.applications.values())
          for (const { configuration } of groups.values())
            if (configuration === name)
              throw new AwsError(
                'DeploymentConfigInUseException',
                `The deployment configuration ${name} is still in use.`,
              );
        realm.configurations.delete(name);
        return {};
      },
    }),
    operation({
      command: ListDeploymentConfigsCommand,
      accepts: [],
      authorize: (_input, { caller }) => ({
        action: 'codedeploy:ListDeploymentConfigs',
        resource: arnOf(caller, 'deploymentconfig:*'),
      }),
      handle: async (_input, { caller }) => ({
        deploymentConfigsList: [...realms.of(caller).configurations.keys()].sort(),
      }),
    }),
  ];
}

/** Shares are 1–99 %, and a Lambda deployment's traffic moves within 48 hours. */
function checkRouting(routing: TrafficRoutingConfig | undefined): TrafficRoutingConfig {
  const invalid = (why: string): AwsError =>
    new AwsError('InvalidTrafficRoutingConfigurationException', `The traffic routing configuration is invalid: ${why}`);
  if (routing === undefined) throw invalid('it is missing');
  if (routing.type === 'AllAtOnce') return routing;
  const [share, interval] =
    routing.type === 'TimeBasedCanary'
      ? [routing.timeBasedCanary?.canaryPercentage, routing.timeBasedCanary?.canaryInterval]
      : [routing.timeBasedLinear?.linearPercentage, routing.timeBasedLinear?.linearInterval];
  if (share === undefined || share < 1 || share > 99) throw invalid('the percentage must be 1 to 99');
  if (interval === undefined || interval < 1 || interval > 2880)
    throw invalid('the interval must be 1 to 2880 minutes');
  return routing;
}
