import type { ApiModel, Shape } from './shapes.ts';

/**
 * The part of a model that says what requests of these operations have to be: only shapes that their inputs reach, and of those
 * only what constrains them. Reducing what is reduced changes nothing, so a test can tell without AWS's models whether what
 * is committed fits the operations that are implemented.
 * @throws Error for an operation that the model does not have
 */
export function reduce(model: ApiModel, operations: ReadonlySet<string>, inputless: ReadonlySet<string>): ApiModel {
  const kept = new Map<string, Shape>();
  const inputs = [...operations].filter((name) => !inputless.has(name)).sort();
  for (const name of inputs) {
    const input = model.operations[name];
    if (input === undefined) throw new Error(`The model ${model.source.api} has no operation ${name} with an input.`);
    keep(input.input, model, kept);
  }
  const shapes = [...kept].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    source: model.source,
    operations: Object.fromEntries(inputs.flatMap((name) => entryOf(name, model))),
    shapes: Object.fromEntries(shapes.map(([name, shape]) => [name, only(shape, kept)])),
  };
}

function entryOf(name: string, { operations }: ApiModel): [string, ApiModel['operations'][string]][] {
  const operation = operations[name];
  if (operation === undefined) return [];
  const errors = (operation.errors ?? []).filter((error) => /^Invalid\w+Exception$|RequiredException$/.test(error));
  return [[name, { input: operation.input, ...(errors.length === 0 ? {} : { errors }) }]];
}

/** Keeps a shape and all below it, unless any value of its type will do. */
function keep(name: string, { shapes, ...model }: ApiModel, kept: Map<string, Shape>): void {
  const shape = shapes[name];
  if (shape === undefined || kept.has(name) || !constrains(shape)) return;
  kept.set(name, shape);
  for (const below of [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value])
    if (below !== undefined) keep(below, { shapes, ...model }, kept);
}

function constrains({ type, min, max, pattern, enum: values }: Shape): boolean {
  if (type === 'structure' || type === 'list' || type === 'map' || type === 'integer' || type === 'long') return true;
  return min !== undefined || max !== undefined || pattern !== undefined || values !== undefined;
}

function only(shape: Shape, kept: ReadonlyMap<string, Shape>): Shape {
  const { type, required = [], members = {}, member, key, value, min, max, pattern, enum: values, sensitive } = shape;
  const below = Object.entries(members).filter(([, name]) => kept.has(name));
  return {
    type,
    ...(required.length === 0 ? {} : { required }),
    ...(below.length === 0 ? {} : { members: Object.fromEntries(below) }),
    ...(member === undefined || !kept.has(member) ? {} : { member }),
    ...(key === undefined || !kept.has(key) ? {} : { key }),
    ...(value === undefined || !kept.has(value) ? {} : { value }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(values === undefined ? {} : { enum: values }),
    ...(sensitive === undefined ? {} : { sensitive }),
  };
}

/** A model as text: one shape a line, so that a change of AWS's reads as one. */
export function writeModel({ source, operations, shapes }: ApiModel): string {
  const lines = (entries: Readonly<Record<string, unknown>>): string =>
    Object.entries(entries)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n  "source": ${JSON.stringify(source)},\n  "operations": {\n${lines(operations)}\n  },\n  "shapes": {\n${lines(shapes)}\n  }\n}\n`;
}
