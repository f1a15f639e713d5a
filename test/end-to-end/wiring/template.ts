import * as z from 'zod';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const json: z.ZodType<Json> = z.json();

const templateSchema = z
  .object({
    Resources: z.record(
      z.string(),
      z.object({ Type: z.string(), Properties: z.record(z.string(), json).default({}) }).catchall(json),
    ),
  })
  .catchall(json);

/** A CloudFormation template as `cdk synth` writes it: JSON, each resource with its properties. */
export type Template = z.infer<typeof templateSchema>;
export type Resource = Template['Resources'][string];

export function readTemplate(text: string): Template {
  return templateSchema.parse(JSON.parse(text));
}

/** Names of members and places in lists, from the outside in. */
export type Path = readonly (string | number)[];

/** What is at a place of a value; undefined where there is nothing. */
export function at(value: Json | undefined, path: Path): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined || value === undefined) return value;
  if (isList(value)) return typeof step === 'number' ? at(value[step], rest) : undefined;
  return isObject(value) ? at(value[step], rest) : undefined;
}

/** A template without what is at one place. @throws Error when nothing is there */
export function withoutPath(template: Template, path: Path): Template {
  return templateSchema.parse(removeAt(json.parse(template), path, path));
}

function removeAt(value: Json, path: Path, whole: Path): Json {
  const [step, ...rest] = path;
  if (isList(value) && typeof step === 'number' && step < value.length) {
    return value.flatMap((one, index) =>
      index !== step ? [one] : rest.length === 0 ? [] : [removeAt(one, rest, whole)],
    );
  }
  if (isObject(value) && typeof step === 'string' && step in value) {
    const { [step]: found, ...others } = value;
    return rest.length === 0 ? others : { ...others, [step]: removeAt(found ?? null, rest, whole) };
  }
  throw new Error(`The template has nothing at ${whole.join('.')}.`);
}

/**
 * A template without a resource, and without everything that speaks of it, as if its construct had never been written: list
 * members that refer to it go, and so do resources that cannot do without it. @throws Error when it is not there
 */
export function withoutResource(template: Template, logicalId: string): Template {
  if (!(logicalId in template.Resources)) throw new Error(`The template has no resource ${logicalId}.`);
  const gone = new Set([logicalId]);
  let before: number;
  let resources: Record<string, Json> = {};
  do {
    before = gone.size;
    resources = {};
    for (const [id, { DependsOn, ...resource }] of Object.entries(template.Resources)) {
      if (gone.has(id)) continue;
      const left = strip(resource, gone);
      if (left === undefined) gone.add(id);
      else resources[id] = isObject(left) ? { ...left, ...dependencies(DependsOn, gone) } : left;
    }
  } while (gone.size > before);
  const outputs = isObject(template['Outputs']) ? Object.entries(template['Outputs']) : [];
  return templateSchema.parse({
    ...template,
    Resources: resources,
    Outputs: Object.fromEntries(outputs.filter(([, output]) => strip(output, gone) !== undefined)),
  });
}

function dependencies(names: Json | undefined, gone: ReadonlySet<string>): JsonObject {
  const left = (isList(names) ? names : names === undefined ? [] : [names]).filter(
    (name) => typeof name === 'string' && !gone.has(name),
  );
  return left.length === 0 ? {} : { DependsOn: left };
}

/** A value without what refers to resources that are gone; undefined when it makes no sense any more. */
function strip(value: Json, gone: ReadonlySet<string>): Json | undefined {
  if (isList(value))
    return value.flatMap((one) => {
      const left = strip(one, gone);
      return left === undefined ? [] : [left];
    });
  if (!isObject(value)) return value;
  const [name = '', ...more] = Object.keys(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return mentions(value[name] ?? null, gone) ? undefined : value;
  const left = Object.entries(value).map(([key, one]): [string, Json | undefined] => [key, strip(one, gone)]);
  const whole = left.filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return whole.length < left.length ? undefined : Object.fromEntries(whole);
}

/** Whether the argument of an intrinsic function names one of them. */
function mentions(argument: Json, ids: ReadonlySet<string>): boolean {
  if (typeof argument === 'string')
    return ids.has(argument) || [...ids].some((id) => argument.includes(`\${${id}}`) || argument.includes(`\${${id}.`));
  if (isList(argument)) return argument.some((one) => mentions(one, ids));
  return isObject(argument) && Object.values(argument).some((one) => mentions(one, ids));
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that may stand alone or in a list, as a list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : isList(value) ? value : [value];
}
