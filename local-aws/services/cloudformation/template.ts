import * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import { parseText } from './template-text.ts';

/**
 * A CloudFormation template as data.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export interface Template {
  /** The text with transforms expanded; undefined where that failed. */
  readonly processed: string | undefined;
  /** The text as it was given. */
  readonly original: string;
  /** What `Transform` names. */
  readonly transforms: readonly string[];
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: unknown;
  readonly parameters: ReadonlyMap<string, ParameterDefinition>;
  readonly rules: ReadonlyMap<string, RuleDefinition>;
  readonly mappings: ReadonlyMap<string, unknown>;
  readonly conditions: ReadonlyMap<string, unknown>;
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  readonly outputs: ReadonlyMap<string, OutputDefinition>;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const truth = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const count = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);

const parameterSchema = z.strictObject({
  Type: z.string(),
  Default: scalar.optional(),
  NoEcho: truth.optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  Description: z.string().optional(),
  MinLength: count.optional(),
  MaxLength: count.optional(),
  MinValue: count.optional(),
  MaxValue: count.optional(),
});
export type ParameterDefinition = z.infer<typeof parameterSchema>;

const ruleSchema = z.strictObject({
  RuleCondition: z.unknown().optional(),
  Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
});
type RuleDefinition = z.infer<typeof ruleSchema>;

const policy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  Metadata: z.unknown().optional(),
  DeletionPolicy: policy.optional(),
  UpdateReplacePolicy: policy.optional(),
  UpdatePolicy: z.record(z.string(), z.unknown()).optional(),
  CreationPolicy: z.unknown().optional(),
  /** For people: the CDK writes it. */
  Description: z.string().optional(),
  /** Of custom resources; the Serverless Framework writes a number. */
  Version: z.union([z.string(), z.number()]).optional(),
});
export type ResourceDefinition = z.infer<typeof resourceSchema>;

const outputSchema = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});
type OutputDefinition = z.infer<typeof outputSchema>;

export const SECTIONS: readonly string[] = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];

/** The sections of a template, as data. @throws AwsError ValidationError for what is no template */
export function readSections(text: string): Readonly<Record<string, unknown>> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseText(text));
  if (!parsed.success) throw validationError('Template format error: unsupported structure.');
  return parsed.data;
}

/** What a template was before its transforms were expanded. */
export type Written = Pick<Template, 'original' | 'transforms'>;

/**
 * Reads a template. @param written where the text is an expanded one
 * @throws AwsError ValidationError for what is no template; NotImplemented for a transform
 */
export function parseTemplate(text: string, written: Written = { original: text, transforms: [] }): Template {
  const sections = readSections(text);
  refuseUnknownSections(sections);
  const resources = section(sections, 'Resources', resourceSchema);
  if (resources.size === 0)
    throw validationError('Template format error: At least one Resources member must be defined.');
  return { ...declared(sections), ...written, processed: text, resources };
}

/** What a template says besides its resources, conditions and outputs, which only its transforms make. @throws AwsError ValidationError */
export function parseUnexpanded(sections: Readonly<Record<string, unknown>>, written: Written): Template {
  const { parameters, description, version } = declared({ ...sections, Conditions: {}, Outputs: {}, Rules: {} });
  const nothing = new Map<string, never>();
  return {
    ...{ ...written, processed: undefined, parameters, description, version },
    ...{ rules: nothing, mappings: nothing, conditions: nothing, resources: nothing, outputs: nothing },
  };
}

function declared(
  sections: Readonly<Record<string, unknown>>,
): Omit<Template, 'processed' | 'original' | 'transforms' | 'resources'> {
  const version = sections.AWSTemplateFormatVersion;
  if (version !== undefined && version !== '2010-09-09')
    throw validationError(`Template format error: Unsupported template format version: ${JSON.stringify(version)}.`);
  const description = z.string().optional().safeParse(sections.Description);
  if (!description.success) throw validationError('Template format error: Description must be a string.');
  return {
    version,
    description: description.data,
    metadata: sections.Metadata,
    parameters: section(sections, 'Parameters', parameterSchema),
    rules: section(sections, 'Rules', ruleSchema),
    mappings: section(sections, 'Mappings', z.unknown()),
    conditions: section(sections, 'Conditions', z.unknown()),
    outputs: section(sections, 'Outputs', outputSchema),
  };
}

function refuseUnknownSections(sections: Readonly<Record<string, unknown>>): void {
  if (sections.Transform !== undefined)
    throw new NotImplemented(`the template's Transform ${JSON.stringify(sections.Transform)}`);
  if (sections.Hooks !== undefined) throw new NotImplemented("the template's Hooks");
  const unknown = Object.keys(sections).filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0) throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
}

function section<T>(
  sections: Readonly<Record<string, unknown>>,
  name: string,
  schema: z.ZodType<T>,
): ReadonlyMap<string, T> {
  const present = sections[name] ?? {};
  const entries = z.record(z.string(), z.unknown()).safeParse(present);
  if (!entries.success) throw validationError(`Template format error: ${name} must be an object.`);
  return new Map(Object.entries(entries.data).map(([id, value]) => [id, member(name, id, value, schema)]));
}

function member<T>(section: string, id: string, value: unknown, schema: z.ZodType<T>): T {
  if (section !== 'Mappings' && !/^[A-Za-z0-9]{1,255}$/.test(id))
    throw validationError(`Template format error: ${section} name ${id} is non alphanumeric.`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys')
    throw validationError(
      section === 'Resources'
        ? `Invalid template resource property '${issue.keys.join("', '")}' of ${id}`
        : `Template format error: unsupported ${issue.keys.join(', ')} in ${section}/${id}`,
    );
  const path = [section, id, ...(issue?.path ?? [])].map(String).join('/');
  throw validationError(`Template format error: [/${path}] ${issue?.message ?? 'is malformed'}`);
}
