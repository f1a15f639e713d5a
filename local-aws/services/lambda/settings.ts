import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { onlyMembers } from '../only-members.ts';
import { arnOf } from './names.ts';
import { invalid, type FunctionRecord, type LayerUse, type Settings, type VersionRecord } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIME = /^(nodejs\d+\.x|python3\.\d+|java\d+(\.al2)?|dotnet\d+|ruby3\.\d+|go1\.x|provided(\.al2(023)?)?)$/;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

type Given = Omit<UpdateFunctionConfigurationRequest, 'FunctionName' | 'RevisionId'> &
  Pick<CreateFunctionRequest, 'Architectures'>;

/** The settings of a new function, with AWS's defaults. @throws AwsError InvalidParameterValueException, NotImplemented */
export function settingsOf(input: CreateFunctionRequest, layers: readonly LayerUse[] | undefined): Settings {
  if (input.PackageType !== undefined && input.PackageType !== 'Zip')
    throw new NotImplemented(`functions of package type ${input.PackageType}`);
  if (input.Runtime === undefined)
    throw invalid('Runtime is mandatory for functions created with deployment packages.');
  if (input.Handler === undefined)
    throw invalid('Handler is mandatory for functions created with deployment packages.');
  return changed(
    {
      role: input.Role ?? '',
      handler: input.Handler,
      runtime: input.Runtime,
      description: '',
      timeout: 3,
      memorySize: 128,
      variables: {},
      architecture: 'x86_64',
      tracing: 'PassThrough',
      ephemeralStorage: 512,
      logging: { LogFormat: 'Text', LogGroup: `/aws/lambda/${nameIn(input.FunctionName)}` },
      deadLetterTarget: undefined,
      layers: [],
      vpc: undefined,
    },
    input,
    nameIn(input.FunctionName),
    layers,
  );
}

/** Settings with what an update gives in place of what was. @throws AwsError as {@link settingsOf} */
export function changed(
  settings: Settings,
  given: Given,
  name: string,
  layers: readonly LayerUse[] | undefined,
): Settings {
  const next: Settings = {
    role: given.Role ?? settings.role,
    handler: given.Handler ?? settings.handler,
    runtime: given.Runtime ?? settings.runtime,
    description: given.Description ?? settings.description,
    timeout: given.Timeout ?? settings.timeout,
    memorySize: given.MemorySize ?? settings.memorySize,
    variables: given.Environment === undefined ? settings.variables : (given.Environment.Variables ?? {}),
    architecture: given.Architectures?.[0] ?? settings.architecture,
    tracing: given.TracingConfig?.Mode ?? settings.tracing,
    ephemeralStorage: given.EphemeralStorage?.Size ?? settings.ephemeralStorage,
    logging: given.LoggingConfig === undefined ? settings.logging : loggingOf(given.LoggingConfig, name),
    deadLetterTarget:
      given.DeadLetterConfig === undefined ? settings.deadLetterTarget : given.DeadLetterConfig.TargetArn || undefined,
    layers: layers ?? settings.layers,
    vpc: given.VpcConfig === undefined ? settings.vpc : vpcOf(given.VpcConfig),
  };
  check(next, given);
  return next;
}

/** No subnets and no groups take a function out of its network. https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
function vpcOf({ SubnetIds = [], SecurityGroupIds = [] }: NonNullable<Given['VpcConfig']>): Settings['vpc'] {
  if (SubnetIds.length === 0 && SecurityGroupIds.length === 0) return undefined;
  if (SubnetIds.length === 0 || SecurityGroupIds.length === 0)
    throw invalid('Subnets and security groups must both be set, or both be left empty.');
  return { subnets: SubnetIds, securityGroups: SecurityGroupIds };
}

function loggingOf(given: NonNullable<Given['LoggingConfig']>, name: string): Settings['logging'] {
  const format = given.LogFormat ?? 'Text';
  if (format === 'Text' && (given.ApplicationLogLevel !== undefined || given.SystemLogLevel !== undefined))
    throw invalid('Log levels can be set for the JSON log format only.');
  const base = { LogFormat: format, LogGroup: given.LogGroup ?? `/aws/lambda/${name}` };
  return format === 'Text'
    ? base
    : {
        ...base,
        ApplicationLogLevel: given.ApplicationLogLevel ?? 'INFO',
        SystemLogLevel: given.SystemLogLevel ?? 'INFO',
      };
}

function check(settings: Settings, given: Given): void {
  onlyMembers(given.Environment, ['Variables'], 'a function’s Environment');
  onlyMembers(given.TracingConfig, ['Mode'], 'a function’s TracingConfig');
  onlyMembers(given.VpcConfig, ['SubnetIds', 'SecurityGroupIds'], 'a function’s VpcConfig');
  onlyMembers(given.EphemeralStorage, ['Size'], 'a function’s EphemeralStorage');
  onlyMembers(given.DeadLetterConfig, ['TargetArn'], 'a function’s DeadLetterConfig');
  onlyMembers(
    given.LoggingConfig,
    ['LogFormat', 'LogGroup', 'ApplicationLogLevel', 'SystemLogLevel'],
    'a function’s LoggingConfig',
  );
  if (!RUNTIME.test(settings.runtime))
    throw violation('runtime', settings.runtime, 'Member must satisfy enum value set');
  range('timeout', settings.timeout, 1, 900);
  range('memorySize', settings.memorySize, 128, 10_240);
  range('ephemeralStorage.size', settings.ephemeralStorage, 512, 10_240);
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@\-/]+$/.test(settings.role))
    throw violation('role', settings.role, 'Member must be the ARN of a role');
  if (!/^[^\s]{1,128}$/.test(settings.handler))
    throw violation('handler', settings.handler, 'Member must satisfy regular expression pattern: [^\\s]+');
  if ((given.Architectures?.length ?? 1) !== 1) throw invalid('Architectures must name exactly one architecture.');
  checkVariables(settings.variables);
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const bad = Object.keys(variables).find((name) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (bad !== undefined)
    throw violation('environment.variables', bad, 'Map keys must satisfy: [a-zA-Z]([a-zA-Z0-9_])+');
  if (Buffer.byteLength(JSON.stringify(variables)) > 4_096 + 2 * Object.keys(variables).length * 3)
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
}

function range(member: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw violation(member, String(value), `Member must have value between ${least} and ${most}`);
}

function violation(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function nameIn(functionName: string | undefined): string {
  return (functionName ?? '').split(':').at(-1) ?? '';
}

/** What two publishes compare: equal code and equal settings publish nothing new. */
export function fingerprint({ code, settings }: VersionRecord): string {
  return JSON.stringify([code.sha256, settings]);
}

/** A version as the API shows it; `qualified` puts the version into the ARN, as AWS does where a qualifier was asked. */
export function describe(record: FunctionRecord, version: VersionRecord, qualifier?: string): FunctionConfiguration {
  const { settings, code } = version;
  return {
    FunctionName: record.name,
    FunctionArn: arnOf(record, qualifier ?? (version.version === '$LATEST' ? undefined : version.version)),
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: new Date(version.lastModified).toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: version.version,
    ...(Object.keys(settings.variables).length === 0 ? {} : { Environment: { Variables: { ...settings.variables } } }),
    ...(settings.deadLetterTarget === undefined ? {} : { DeadLetterConfig: { TargetArn: settings.deadLetterTarget } }),
    ...(settings.layers.length === 0
      ? {}
      : { Layers: settings.layers.map(({ arn, content }) => ({ Arn: arn, CodeSize: content?.size ?? 0 })) }),
    ...(settings.vpc === undefined
      ? {}
      : { VpcConfig: { SubnetIds: [...settings.vpc.subnets], SecurityGroupIds: [...settings.vpc.securityGroups] } }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: version.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [settings.architecture],
    EphemeralStorage: { Size: settings.ephemeralStorage },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { ...settings.logging },
  };
}
