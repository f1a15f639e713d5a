import type { PlacedCode } from './code.ts';
import type { FunctionRecord, VersionRecord } from './store.ts';

/**
 * The environment variables AWS sets, and the function's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function variablesOf(
  record: FunctionRecord,
  { version, settings }: VersionRecord,
  { folder, opt }: PlacedCode,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const json = settings.logging.LogFormat === 'JSON';
  return {
    PATH: [process.env['PATH'] ?? '/usr/local/bin:/usr/bin/:/bin', ...(opt === undefined ? [] : [`${opt}/bin`])].join(
      ':',
    ),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...settings.variables,
    _HANDLER: settings.handler,
    LAMBDA_TASK_ROOT: folder,
    AWS_REGION: record.region,
    AWS_DEFAULT_REGION: record.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: record.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logging.LogGroup,
    AWS_LAMBDA_LOG_FORMAT: settings.logging.LogFormat,
    ...(json ? { AWS_LAMBDA_LOG_LEVEL: settings.logging.ApplicationLogLevel ?? 'INFO' } : {}),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    ...own,
  };
}
