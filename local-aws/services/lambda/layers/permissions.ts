import {
  AddLayerVersionPermissionCommand,
  GetLayerVersionPolicyCommand,
  RemoveLayerVersionPermissionCommand,
  type AddLayerVersionPermissionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../kernel/errors.ts';
import type { PolicyStatement } from '../../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import type { Lambda } from '../lambda.ts';
import { checkRevision, conflict, freshRevision, invalid } from '../store.ts';
import { askLayer, namedLayer } from './operations.ts';
import { layerPolicy } from './store.ts';

/** Who else may have a layer version. https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
export function layerPermissionOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: AddLayerVersionPermissionCommand,
      accepts: ['LayerName', 'VersionNumber', 'StatementId', 'Action', 'Principal', 'OrganizationId', 'RevisionId'],
      authorize: ({ LayerName, VersionNumber }, { caller }) =>
        askLayer(lambda, 'AddLayerVersionPermission', namedLayer(LayerName, VersionNumber, caller)),
      handle: async (input, { caller }) => {
        const arn = namedLayer(input.LayerName, input.VersionNumber, caller);
        const layer = lambda.layers.get(arn);
        checkRevision(input.RevisionId, layer.revisionId);
        const statement = statementOf(input, arn);
        if (layer.statements.some(({ Sid }) => Sid === statement.Sid))
          throw conflict(`The statement id (${statement.Sid ?? ''}) provided already exists.`);
        layer.statements.push(statement);
        layer.revisionId = freshRevision();
        return { Statement: JSON.stringify(statement), RevisionId: layer.revisionId };
      },
    }),
    operation({
      command: RemoveLayerVersionPermissionCommand,
      accepts: ['LayerName', 'VersionNumber', 'StatementId', 'RevisionId'],
      authorize: ({ LayerName, VersionNumber }, { caller }) =>
        askLayer(lambda, 'RemoveLayerVersionPermission', namedLayer(LayerName, VersionNumber, caller)),
      handle: async (input, { caller }) => {
        const layer = lambda.layers.get(namedLayer(input.LayerName, input.VersionNumber, caller));
        checkRevision(input.RevisionId, layer.revisionId);
        const index = layer.statements.findIndex(({ Sid }) => Sid === input.StatementId);
        if (index === -1) throw gone(`Statement ${input.StatementId ?? ''} is not found in resource policy.`);
        layer.statements.splice(index, 1);
        layer.revisionId = freshRevision();
        return {};
      },
    }),
    operation({
      command: GetLayerVersionPolicyCommand,
      accepts: ['LayerName', 'VersionNumber'],
      authorize: ({ LayerName, VersionNumber }, { caller }) =>
        askLayer(lambda, 'GetLayerVersionPolicy', namedLayer(LayerName, VersionNumber, caller)),
      handle: async ({ LayerName, VersionNumber }, { caller }) => {
        const layer = lambda.layers.get(namedLayer(LayerName, VersionNumber, caller));
        const policy = layerPolicy(layer);
        if (policy === undefined) throw gone('No policy is associated with the given resource.');
        return { Policy: JSON.stringify(policy), RevisionId: layer.revisionId };
      },
    }),
  ];
}

function statementOf(input: AddLayerVersionPermissionRequest, Resource: string): PolicyStatement {
  const { StatementId: Sid = '', Principal = '', OrganizationId } = input;
  if (OrganizationId !== undefined && Principal !== '*')
    throw invalid('Principal has to be * where an organization is given.');
  return {
    Sid,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action: 'lambda:GetLayerVersion',
    Resource,
    ...(OrganizationId === undefined ? {} : { Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } } }),
  };
}

function gone(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' });
}
