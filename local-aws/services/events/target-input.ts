/**
 * What a target is given: the event, a constant, a part of the event, or a template filled from it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Envelope, Rule, RuleTarget } from './buses.ts';
import { isRecord } from './matchers.ts';
import { own } from '../../kernel/own.ts';

/** The text that a target gets. `now` is when the event came to the bus. */
export function inputFor(target: RuleTarget, rule: Rule, event: Envelope, now: Date): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, readPath(target.InputPath)) ?? null);
  const { InputTransformer: transformer } = target;
  if (transformer === undefined) return JSON.stringify(event);
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', now.toISOString()],
    ['aws.events.event.json', event],
    ['aws.events.event', { ...event, detail: undefined }],
  ]);
  for (const [name, path] of Object.entries(transformer.InputPathsMap ?? {}))
    values.set(name, valueAt(event, readPath(path)));
  return fill(transformer.InputTemplate ?? '', values);
}

/** @throws NotImplemented, AwsError ValidationException, for what could not be filled in when an event comes */
export function checkInput({ Id: id, Input: input, InputPath: path, InputTransformer: transformer }: RuleTarget): void {
  if ([input, path, transformer].filter((given) => given !== undefined).length > 1)
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`,
    );
  if (input !== undefined) requireJson(input, id);
  if (path !== undefined) readPath(path);
  if (transformer === undefined) return;
  const paths = transformer.InputPathsMap ?? {};
  for (const each of Object.values(paths)) readPath(each);
  for (const [, name = ''] of (transformer.InputTemplate ?? '').matchAll(PLACEHOLDER)) {
    if (!Object.hasOwn(paths, name) && !name.startsWith('aws.events.'))
      throw new AwsError(
        'ValidationException',
        `InputTemplate for target ${id} contains placeholder <${name}> which is not in InputPathsMap.`,
      );
  }
}

function requireJson(text: string, id: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('ValidationException', `JSON syntax error in input for target ${id}`);
  }
}

/** `$.detail.items[0]['a-b']` as its steps. Wildcards, slices and filters are refused. */
function readPath(path: string): (string | number)[] {
  if (!/^\$(\.[\w-]+|\['[^']+'\]|\[\d+\])*$/.test(path))
    throw new NotImplemented(`the JSON path ${path} in EventBridge targets`);
  return [...path.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/g)].map(([, name, quoted, index]) =>
    index === undefined ? (name ?? quoted ?? '') : Number(index),
  );
}

function valueAt(event: unknown, steps: readonly (string | number)[]): unknown {
  let value = event;
  for (const step of steps) {
    if (typeof step === 'number') value = Array.isArray(value) ? (value[step] satisfies unknown) : undefined;
    else value = isRecord(value) ? own(value, step) : undefined;
  }
  return value;
}

const PLACEHOLDER = /<([\w.-]+)>/g;

/** Fills a template. Inside quotes a value stands as text, elsewhere as JSON; a value that is missing leaves nothing. */
function fill(template: string, values: ReadonlyMap<string, unknown>): string {
  return template.replace(PLACEHOLDER, (_, name: string, offset: number) => {
    const value = values.get(name);
    const quoted = isInsideQuotes(template, offset);
    if (value === undefined) return quoted ? '' : '""';
    if (!quoted) return JSON.stringify(value);
    // Within a JSON string the value's own quotes have to be escaped.
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  });
}

function isInsideQuotes(text: string, offset: number): boolean {
  return [...text.slice(0, offset).matchAll(/(?<!\\)(?:\\\\)*"/g)].length % 2 === 1;
}
