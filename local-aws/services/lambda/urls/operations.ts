import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  UpdateFunctionUrlConfigCommand,
  type Cors,
} from '@aws-sdk/client-lambda';
import { AwsError, NotImplemented } from '../../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../../kernel/service.ts';
import { onlyMembers } from '../../only-members.ts';
import { ask, page, type Lambda } from '../lambda.ts';
import { arnOf, isVersion, readReference } from '../names.ts';
import { aliasOf, conflict, invalid, type FunctionRecord } from '../store.ts';
import type { FunctionUrl, UrlSettings } from './urls.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}
interface Given {
  readonly AuthType?: string | undefined;
  readonly Cors?: Cors | undefined;
  readonly InvokeMode?: string | undefined;
}

const CORS = ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'] as const;

/** Function URLs. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
export function urlOperations(lambda: Lambda): AnyOperation[] {
  return [...changeOperations(lambda), ...readOperations(lambda)];
}

function changeOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: CreateFunctionUrlConfigCommand,
      accepts: ['FunctionName', 'Qualifier', 'AuthType', 'Cors', 'InvokeMode'],
      authorize: (input, call) => asked(lambda, 'CreateFunctionUrlConfig', input, call, input.AuthType),
      handle: async (input, call) => {
        const { record, alias } = target(lambda, input, call);
        if (lambda.urls.find(record, alias) !== undefined)
          throw conflict(
            `Failed to create function url config for [functionArn = ${arnOf(record, alias)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
          );
        return created(await lambda.urls.create(record, alias, settingsOf(input, undefined)));
      },
    }),
    operation({
      command: UpdateFunctionUrlConfigCommand,
      accepts: ['FunctionName', 'Qualifier', 'AuthType', 'Cors', 'InvokeMode'],
      authorize: (input, call) => asked(lambda, 'UpdateFunctionUrlConfig', input, call, input.AuthType),
      handle: async (input, call) => {
        const url = existing(lambda, input, call);
        url.settings = settingsOf(input, url.settings);
        url.changedAt = lambda.kernel.clock.date();
        return describe(url);
      },
    }),
    operation({
      command: DeleteFunctionUrlConfigCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => asked(lambda, 'DeleteFunctionUrlConfig', input, call),
      handle: async (input, call) => {
        await lambda.urls.delete(existing(lambda, input, call));
        return {};
      },
    }),
  ];
}

function readOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: GetFunctionUrlConfigCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => asked(lambda, 'GetFunctionUrlConfig', input, call),
      handle: async (input, call) => describe(existing(lambda, input, call)),
    }),
    operation({
      command: ListFunctionUrlConfigsCommand,
      accepts: ['FunctionName', 'Marker', 'MaxItems'],
      authorize: (input, call) => ask(lambda, 'ListFunctionUrlConfigs', input, call),
      handle: async (input, { caller }) => {
        const all = lambda.urls.of(lambda.store.named(input.FunctionName, caller)).map(describe);
        const { items, next } = page(all, input.Marker, input.MaxItems);
        return { FunctionUrlConfigs: [...items], NextMarker: next };
      },
    }),
  ];
}

/** Policies may ask how a URL authorizes: as it will, or as it does. */
function asked(lambda: Lambda, action: string, input: Named, call: Call, authType?: string): Authorization {
  const { qualifier, ...reference } = readReference(input.FunctionName, call.caller, input.Qualifier);
  const record = lambda.store.find({ ...reference, qualifier });
  const type = authType ?? (record && lambda.urls.find(record, qualifier)?.settings.authType);
  return {
    ...ask(lambda, action, input, call),
    context: type === undefined ? {} : { 'lambda:FunctionUrlAuthType': type },
  };
}

/** A URL is of a function, which is its `$LATEST`, or of an alias. */
function target(lambda: Lambda, input: Named, { caller }: Call): { record: FunctionRecord; alias: string | undefined } {
  const reference = readReference(input.FunctionName, caller, input.Qualifier);
  const record = lambda.store.get(reference);
  const { qualifier: alias } = reference;
  if (alias === undefined) return { record, alias };
  if (isVersion(alias))
    throw invalid(`The qualifier ${alias} is a version: a function URL is of a function or an alias.`);
  aliasOf(record, alias);
  return { record, alias };
}

function existing(lambda: Lambda, input: Named, call: Call): FunctionUrl {
  const { record, alias } = target(lambda, input, call);
  const url = lambda.urls.find(record, alias);
  if (url === undefined)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
      Type: 'User',
    });
  return url;
}

function settingsOf({ AuthType, Cors, InvokeMode }: Given, before: UrlSettings | undefined): UrlSettings {
  if (InvokeMode !== undefined && InvokeMode !== 'BUFFERED')
    throw new NotImplemented(`InvokeMode ${InvokeMode} of function URLs`);
  onlyMembers(Cors, CORS, 'Cors of a function URL');
  const authType = AuthType ?? before?.authType;
  if (authType !== 'NONE' && authType !== 'AWS_IAM') throw invalid(`Invalid AuthType: ${authType ?? ''}`);
  return { authType, cors: Cors ?? before?.cors };
}

function describe(url: FunctionUrl) {
  return { ...created(url), LastModifiedTime: url.changedAt.toISOString() };
}

/** What its creation answers: not when it was changed. */
function created({ record, alias, listener, settings, createdAt }: FunctionUrl) {
  return {
    FunctionUrl: `${listener.endpoint()}/`,
    FunctionArn: arnOf(record, alias),
    AuthType: settings.authType,
    CreationTime: createdAt.toISOString(),
    InvokeMode: 'BUFFERED' as const,
    ...(settings.cors === undefined ? {} : { Cors: mutable(settings.cors) }),
  };
}

function mutable(cors: NonNullable<UrlSettings['cors']>): Cors {
  const { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, MaxAge } = cors;
  return {
    AllowCredentials,
    AllowHeaders: AllowHeaders && [...AllowHeaders],
    AllowMethods: AllowMethods && [...AllowMethods],
    AllowOrigins: AllowOrigins && [...AllowOrigins],
    ExposeHeaders: ExposeHeaders && [...ExposeHeaders],
    MaxAge,
  };
}
