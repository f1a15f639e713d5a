import type * as z from 'zod';
import { validationError } from '../errors.ts';
import type { PlannedChange } from '../planned-change.ts';
import type { Properties, ResourceProvider } from '../provider.ts';
import type { Providers } from '../providers.ts';
import { propertyViolations, type Violation } from './property-violations.ts';
import { specificationOf } from './specification.ts';

/**
 * What CloudFormation has against a resource's properties before it asks anybody. Of a type that behaves, only properties that no type
 * has: its provider judges what they hold.
 */
function violationsOf(provider: ResourceProvider, properties: Properties): readonly Violation[] {
  if (provider.open === true) return [];
  if (provider.recorded !== undefined) return propertyViolations(provider.recorded, properties);
  return unknownProperties(provider, properties).map((name) => ({
    path: '#',
    message: `extraneous key [${name}] is not permitted`,
  }));
}

/** The properties of a type that neither its provider nor AWS's specification has. */
function unknownProperties(provider: ResourceProvider, properties: Properties): readonly string[] {
  const unheard = Object.keys(properties).filter((name) => !provider.properties.includes(name));
  if (unheard.length === 0) return [];
  const specification = specificationOf(provider.type);
  return specification === undefined ? [] : unheard.filter((name) => !Object.hasOwn(specification.properties, name));
}

/**
 * Refuses properties while a resource is made or changed, in the words of the registry's own validation.
 * @throws AwsError ValidationError
 */
export function requireValid(logicalId: string, provider: ResourceProvider, properties: Properties): void {
  const violations = violationsOf(provider, properties);
  if (violations.length === 0) return;
  throw validationError(refusal(logicalId, violations));
}

function refusal(logicalId: string, violations: readonly Violation[]): string {
  const listed = violations.map(({ path, message }) => `${path}: ${message}`).join('\n');
  return `Properties validation failed for resource ${logicalId} with message:\n${listed}`;
}

/** A resource whose properties are refused, and what they are. */
interface Refused {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
}

/** What the registry says of properties that the provider of a type that behaves could not read. @param error the provider's */
export function refusedShape({ logicalId, type, properties }: Refused, error: z.ZodError): string {
  const specification = specificationOf(type);
  const found = specification === undefined ? [] : propertyViolations(specification, properties);
  return refusal(logicalId, found.length > 0 ? found : error.issues.map(violationOf));
}

/**
 * What the specification's types allow and a constraint does not. The registry leaves the value out:
 * https://github.com/aws-cloudformation/cloudformation-resource-schema
 */
function violationOf({ code, path }: z.core.$ZodIssue): Violation {
  const keyword = KEYWORDS[code] ?? 'type';
  return {
    path: ['#', ...path].map(String).join('/'),
    message: `failed validation constraint for keyword [${keyword}]`,
  };
}

const KEYWORDS: Readonly<Record<string, string>> = {
  invalid_value: 'enum',
  invalid_format: 'pattern',
  too_small: 'minimum',
  too_big: 'maximum',
  invalid_union: 'anyOf',
};

/**
 * The same while a change set is made, which fails by it. AWS gives the details by DescribeEvents; here they stand behind its sentence.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
 * @throws AwsError ValidationError
 */
export function validateEarly(changes: readonly PlannedChange[], providers: Providers): void {
  const found = changes.flatMap(({ logicalId, type, after }) => {
    const provider = providers.get(type);
    if (provider === undefined || after === undefined) return [];
    const violations = violationsOf(provider, after);
    return violations.map(({ path, message }) => `${message} (at /Resources/${logicalId}/Properties${path.slice(1)})`);
  });
  if (found.length === 0) return;
  throw validationError(
    `The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information. ${found.join('; ')}`,
  );
}
