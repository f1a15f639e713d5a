import { GetAccountCommand, UpdateAccountCommand, type Account } from '@aws-sdk/client-api-gateway';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { badRequest } from '../api-gateway/errors.ts';
import type { RestApis } from './apis.ts';
import { applyPatches } from './patches.ts';

/**
 * What is one for all REST APIs of an account and region: the role by which API Gateway writes logs.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html
 */
export function accountOperations(apis: RestApis): AnyOperation[] {
  const key = ({ caller }: Call): string => `${caller.account}/${caller.region}`;
  const shape = (call: Call): Account => {
    const role = apis.logRoles.get(key(call));
    return {
      ...(role === undefined ? {} : { cloudwatchRoleArn: role }),
      throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
      features: ['UsagePlans'],
      apiKeyVersion: '4',
    };
  };
  return [
    operation({
      command: GetAccountCommand,
      accepts: [],
      authorize: (_, call) => ask('GET', '/account', call),
      handle: async (_, call) => shape(call),
    }),
    operation({
      command: UpdateAccountCommand,
      accepts: ['patchOperations'],
      authorize: (input, call) => [
        ask('PATCH', '/account', call),
        ...(input.patchOperations ?? []).flatMap(({ path, value }) =>
          path === '/cloudwatchRoleArn' && value !== undefined && value !== '' ? [passRole(value)] : [],
        ),
      ],
      handle: async (input, call) => {
        const change = (value = ''): void => {
          if (value === '') apis.logRoles.delete(key(call));
          else if (/^arn:aws:iam::\d{12}:role\//.test(value)) apis.logRoles.set(key(call), value);
          else
            throw badRequest(
              'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.',
            );
        };
        applyPatches(
          input.patchOperations,
          [{ path: '/cloudwatchRoleArn', operations: ['replace', 'remove'], change }],
          "an account's settings",
        );
        return shape(call);
      },
    }),
  ];
}

function passRole(resource: string): Authorization {
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'apigateway.amazonaws.com' } };
}
