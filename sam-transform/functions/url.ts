import { resourceProblem } from '../model/errors.ts';
import { isIntrinsic } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { filled, isFilled, isList, isMap, type Fields } from '../model/values.ts';

const CORS: Readonly<Record<string, 'list' | 'bool' | 'int'>> = {
  AllowOrigins: 'list',
  AllowMethods: 'list',
  AllowCredentials: 'bool',
  AllowHeaders: 'list',
  ExposeHeaders: 'list',
  MaxAge: 'int',
};

/** The URL of a function, or of its alias, and for a public one the permissions to call it. @param target whose URL it is @throws Problem */
export function functionUrl(id: string, config: Fields, target: unknown, attributes: Fields): readonly Made[] {
  const { AuthType, Cors, InvokeMode } = config;
  const isWritten = !isIntrinsic(config);
  if (isWritten) {
    requireAuthType(id, AuthType);
    requireCors(id, Cors);
  }
  const url: Made = {
    id: `${id}Url`,
    type: 'AWS::Lambda::Url',
    attributes,
    properties: { TargetFunctionArn: target, AuthType, Cors: filled(Cors), InvokeMode },
  };
  if (AuthType !== 'NONE' || !isWritten) return [url];
  const permission = (suffix: string, properties: Fields): Made => ({
    id: `${id}${suffix}`,
    type: 'AWS::Lambda::Permission',
    attributes,
    properties: { FunctionName: target, Principal: '*', ...properties },
  });
  return [
    url,
    permission('UrlPublicPermissions', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: AuthType }),
    permission('URLInvokeAllowPublicAccess', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
  ];
}

function requireAuthType(id: string, type: unknown): void {
  if (type === 'AWS_IAM' || type === 'NONE' || isIntrinsic(type)) return;
  throw resourceProblem(
    id,
    'AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.',
  );
}

function requireCors(id: string, cors: unknown): void {
  if (!isFilled(cors) || isIntrinsic(cors)) return;
  if (!isMap(cors)) throw resourceProblem(id, "Property 'FunctionUrlConfig.Cors' should be a map.");
  for (const [name, value] of Object.entries(cors)) {
    const type = CORS[name];
    if (type === undefined) throw resourceProblem(id, `${name} is not a valid property for configuring Cors.`);
    if (!isIntrinsic(value) && !isOfType(value, type)) throw resourceProblem(id, `${name} must be of type ${type}.`);
  }
}

function isOfType(value: unknown, type: 'list' | 'bool' | 'int'): boolean {
  if (type === 'list') return isList(value);
  return type === 'bool' ? typeof value === 'boolean' : Number.isInteger(value);
}
