import { AwsError } from '../kernel/errors.ts';
import { modelOf } from './model.ts';
import { violationsOf, type Violation } from './violations.ts';

/**
 * Refuses a request that AWS's model of the operation forbids, as the service itself does.
 * @throws AwsError ValidationException, or what the service says instead
 */
export function refuseViolations(signingName: string, operation: string, input: unknown): void {
  const model = modelOf(signingName);
  const violations = violationsOf(input, operation, model);
  const [first] = violations;
  if (first === undefined) return;
  const wrongType = violations.find(({ kind }) => kind === 'type');
  if (wrongType !== undefined)
    throw new AwsError('SerializationException', `${wrongType.path.join('.')} should be ${wrongType.constraint}.`);
  throw new AwsError(
    codeOf(signingName, first, model.operations[operation]?.errors ?? []),
    messageOf(signingName, violations),
  );
}

/**
 * What a service calls a request that its model forbids. The pages of common errors name `ValidationError` for services that speak
 * (or spoke) the query protocol and `ValidationException` for the others; these have words of their own.
 */
const CODES: Readonly<Record<string, string>> = {
  apigateway: 'BadRequestException',
  'apigateway-v1': 'BadRequestException',
  cloudformation: 'ValidationError',
  iam: 'ValidationError',
  logs: 'InvalidParameterException',
  monitoring: 'ValidationError',
  ses: 'BadRequestException',
  sns: 'ValidationError',
  sts: 'ValidationError',
};

function codeOf(signingName: string, { kind, path }: Violation, errors: readonly string[]): string {
  if (signingName === 'codedeploy') return codeDeployCode(path[0] ?? '', kind, errors);
  // What S3 reads from a document has to fit its schema; the rest are headers and parameters.
  if (signingName === 's3') return path.length > 1 ? 'MalformedXML' : 'InvalidArgument';
  if (signingName === 'monitoring' && kind === 'missing') return 'MissingParameter';
  if (signingName === 'sqs') return kind === 'missing' ? 'MissingParameter' : 'InvalidParameterValue';
  return CODES[signingName] ?? 'ValidationException';
}

/** CodeDeploy has errors for most members, e.g. ApplicationNameRequiredException and InvalidApplicationNameException. */
function codeDeployCode(member: string, kind: Violation['kind'], errors: readonly string[]): string {
  const name = member.charAt(0).toUpperCase() + member.slice(1);
  const required = `${name}RequiredException`;
  if (kind === 'missing' && errors.includes(required)) return required;
  // The name may be cut: AutoRollbackConfiguration is what InvalidAutoRollbackConfigException is about.
  const invalid = errors
    .filter((error) => name.startsWith(/^Invalid(.+)Exception$/.exec(error)?.[1] ?? '-'))
    .sort((one, other) => other.length - one.length);
  return invalid[0] ?? 'ValidationException';
}

function messageOf(signingName: string, violations: readonly Violation[]): string {
  const [first] = violations;
  if (signingName === 's3' && first !== undefined && first.path.length > 1)
    return 'The XML you provided was not well-formed or did not validate against our published schema.';
  const missing = violations.filter(({ kind }) => kind === 'missing');
  if (signingName === 'monitoring' && first?.kind === 'missing')
    return missing.map(({ path }) => `The parameter ${queryPath(path)} is required.`).join('\n');
  if (signingName === 'sqs' && first?.kind === 'missing')
    return `The request must contain the parameter ${first.path.join('.')}.`;
  const all = violations.map(({ path, constraint, shown }) => {
    const value = shown === undefined ? 'Value' : shown === 'null' ? 'Value null' : `Value '${shown}'`;
    return `${value} at '${path.map(lowerFirst).join('.')}' failed to satisfy constraint: ${constraint}`;
  });
  return `${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${all.join('; ')}`;
}

/** `MetricData.member.1.Value`, as the query protocol has it. */
function queryPath(path: readonly string[]): string {
  return path.map((step) => step.replace(/^(\d+)\.member$/, 'member.$1')).join('.');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
