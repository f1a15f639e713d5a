import {
  AddPermissionCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  type AddPermissionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../kernel/errors.ts';
import type { PolicyStatement } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { ask, policyOf, type Lambda } from './lambda.ts';
import { arnOf, isVersion, readReference } from './names.ts';
import { aliasOf, checkRevision, conflict, freshRevision, invalid, versionOf, type FunctionRecord } from './store.ts';

/** Resource policies. https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function permissionOperations(lambda: Lambda): AnyOperation[] {
  return [add(lambda), remove(lambda), read(lambda)];
}

function add(lambda: Lambda): AnyOperation {
  return operation({
    command: AddPermissionCommand,
    accepts: [
      'FunctionName',
      'StatementId',
      'Action',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'EventSourceToken',
      'FunctionUrlAuthType',
      'InvokedViaFunctionUrl',
      'Qualifier',
      'RevisionId',
    ],
    authorize: (input, call) => {
      const asked = ask(lambda, 'AddPermission', input, call);
      const authType = input.FunctionUrlAuthType;
      return {
        ...asked,
        context: {
          'lambda:Principal': input.Principal ?? '',
          ...(authType === undefined ? {} : { 'lambda:FunctionUrlAuthType': authType }),
        },
      };
    },
    handle: async (input, { caller }) => {
      const { record, qualifier } = target(lambda, readReference(input.FunctionName, caller, input.Qualifier));
      const policy = record.policies.get(qualifier) ?? { statements: [], revisionId: freshRevision() };
      if (input.RevisionId !== undefined) checkRevision(input.RevisionId, policy.revisionId);
      if (!/^[a-zA-Z0-9_-]{1,100}$/.test(input.StatementId ?? ''))
        throw invalid(`Invalid statement id: ${input.StatementId ?? ''}`);
      if (!/^lambda:[*]|lambda:[a-zA-Z]+|[*]$/.test(input.Action ?? ''))
        throw invalid(`Invalid action: ${input.Action ?? ''}`);
      if (policy.statements.some(({ Sid }) => Sid === input.StatementId))
        throw conflict(
          `The statement id (${input.StatementId ?? ''}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      checkUrlMembers(input);
      const statement = statementOf(input, arnOf(record, qualifier === '' ? undefined : qualifier));
      record.policies.set(qualifier, {
        statements: [...policy.statements, statement],
        revisionId: freshRevision(),
      });
      return { Statement: JSON.stringify(statement) };
    },
  });
}

function remove(lambda: Lambda): AnyOperation {
  return operation({
    command: RemovePermissionCommand,
    accepts: ['FunctionName', 'StatementId', 'Qualifier', 'RevisionId'],
    authorize: (input, call) => ask(lambda, 'RemovePermission', input, call),
    handle: async (input, { caller }) => {
      const { record, qualifier } = target(lambda, readReference(input.FunctionName, caller, input.Qualifier));
      const policy = record.policies.get(qualifier);
      const left = policy?.statements.filter(({ Sid }) => Sid !== input.StatementId) ?? [];
      if (policy === undefined || left.length === policy.statements.length)
        throw missing(`Statement ${input.StatementId ?? ''} is not found in resource policy.`);
      checkRevision(input.RevisionId, policy.revisionId);
      if (left.length === 0) record.policies.delete(qualifier);
      else record.policies.set(qualifier, { statements: left, revisionId: freshRevision() });
      return {};
    },
  });
}

function read(lambda: Lambda): AnyOperation {
  return operation({
    command: GetPolicyCommand,
    accepts: ['FunctionName', 'Qualifier'],
    authorize: (input, call) => ask(lambda, 'GetPolicy', input, call),
    handle: async (input, { caller }) => {
      const { record, qualifier } = target(lambda, readReference(input.FunctionName, caller, input.Qualifier));
      const document = policyOf(record, qualifier);
      if (document === undefined) throw missing('The resource you requested does not exist.');
      return { Policy: JSON.stringify(document), RevisionId: record.policies.get(qualifier)?.revisionId };
    },
  });
}

/** Where a policy hangs: at the function (`''`), a version or an alias. `$LATEST` cannot have one of its own. */
function target(
  lambda: Lambda,
  reference: ReturnType<typeof readReference>,
): { readonly record: FunctionRecord; readonly qualifier: string } {
  const record = lambda.store.get(reference);
  const { qualifier } = reference;
  if (qualifier === undefined) return { record, qualifier: '' };
  if (qualifier === '$LATEST') throw invalid('We currently do not support adding policies for $LATEST.');
  if (isVersion(qualifier)) versionOf(record, qualifier);
  else aliasOf(record, qualifier);
  return { record, qualifier };
}

function statementOf(input: AddPermissionRequest, resource: string): PolicyStatement {
  const equal = {
    ...(input.SourceAccount === undefined ? {} : { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.EventSourceToken === undefined ? {} : { 'lambda:EventSourceToken': input.EventSourceToken }),
    ...(input.FunctionUrlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
  };
  const condition = {
    ...(Object.keys(equal).length === 0 ? {} : { StringEquals: equal }),
    ...(input.InvokedViaFunctionUrl === undefined
      ? {}
      : { Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) } }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId ?? '',
    Effect: 'Allow',
    Principal: principalOf(input.Principal ?? ''),
    Action: input.Action ?? '',
    Resource: resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

/** Each goes with one action alone. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function checkUrlMembers({ Action, FunctionUrlAuthType, InvokedViaFunctionUrl }: AddPermissionRequest): void {
  if (FunctionUrlAuthType !== undefined && Action !== 'lambda:InvokeFunctionUrl')
    throw invalid('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action');
  if (InvokedViaFunctionUrl !== undefined && Action !== 'lambda:InvokeFunction')
    throw invalid('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action');
}

function principalOf(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)) return { Service: principal };
  throw invalid('The provided principal was invalid. Please check the principal and try again.');
}

function missing(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' });
}
