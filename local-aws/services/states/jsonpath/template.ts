/** Payload templates and what their fields may hold. https://states-language.net/#payload-template */
import { isList, isObject, type Json } from '../json.ts';
import { IntrinsicFailure, INTRINSICS } from './intrinsics.ts';
import { IntrinsicSyntaxError, readIntrinsic, type Argument, type Call } from './read-intrinsic.ts';
import { PathSyntaxError, readPath } from './read-path.ts';
import { select, type Sources } from './select.ts';

/** A path led nowhere. */
export class PathFailure extends Error {
  override readonly name = 'PathFailure';

  constructor(readonly path: string) {
    super(`There is nothing at ${path}`);
  }
}

/** Fills in a template: every field whose name ends in `.$` gets what its path or function gives. @throws PathFailure, IntrinsicFailure */
export function fill(template: Json, sources: Sources): Json {
  if (isList(template)) return template.map((entry) => fill(entry, sources));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), read(value, sources)]
        : [name, fill(value, sources)],
    ),
  );
}

/** The value of a path or of a call of an intrinsic function. @throws PathFailure, IntrinsicFailure */
export function read(text: string, sources: Sources): Json {
  return text.startsWith('$') ? required(text, sources) : run(readIntrinsic(text), sources);
}

function required(path: string, sources: Sources): Json {
  const value = select(path, sources);
  if (value === undefined) throw new PathFailure(path);
  return value;
}

function run(call: Call, sources: Sources): Json {
  const intrinsic = INTRINSICS[call.name];
  if (intrinsic === undefined) throw new TypeError(`No function ${call.name}: the definition was not checked.`);
  const args = call.arguments.map((argument, index) => {
    const value = argumentOf(argument, sources);
    const isTemplate = call.name === 'States.Format' && index === 0;
    return argument.kind === 'value' && typeof value === 'string' && !isTemplate ? unescape(value) : value;
  });
  return intrinsic.run(...args);
}

function argumentOf(argument: Argument, sources: Sources): Json {
  switch (argument.kind) {
    case 'value':
      return argument.value;
    case 'path':
      return required(argument.path, sources);
    case 'call':
      return run(argument.call, sources);
  }
}

/** "If an open escape backslash \ is found in the Intrinsic Function, the interpreter will throw a runtime error." */
function unescape(text: string): string {
  return text.replace(/\\([^]?)/gu, (found: string, escaped: string) => {
    if (/^[{}'\\]$/.test(escaped)) return escaped;
    throw new IntrinsicFailure(`'${found}' is no escape in '${text}'`);
  });
}

/** What is wrong with the value of a field that holds a path or a function, as a sentence; undefined if nothing is. */
export function problemOf(text: string): string | undefined {
  try {
    if (text.startsWith('$')) readPath(text);
    else return unknownIn(readIntrinsic(text));
  } catch (error) {
    if (error instanceof PathSyntaxError || error instanceof IntrinsicSyntaxError) return error.message;
    throw error;
  }
  return undefined;
}

function unknownIn({ name, arguments: args }: Call): string | undefined {
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (intrinsic === undefined) return `There is no intrinsic function '${name}'`;
  const [least, most] = intrinsic.takes;
  if (args.length < least || args.length > most) return `'${name}' does not take ${args.length} arguments`;
  return args
    .map((each) => (each.kind === 'call' ? unknownIn(each.call) : undefined))
    .find((each) => each !== undefined);
}

/** Calls `report` with each field of a template that cannot be filled in. */
export function checkFill(template: Json, at: string, report: (problem: string, at: string) => void): void {
  if (isList(template)) {
    template.forEach((entry, index) => checkFill(entry, `${at}[${index}]`, report));
    return;
  }
  if (!isObject(template)) return;
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith('.$')) checkFill(value, `${at}/${name}`, report);
    else if (typeof value !== 'string')
      report(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        `${at}/${name}`,
      );
    else {
      if (Object.hasOwn(template, name.slice(0, -2)))
        report(`The field '${name.slice(0, -2)}' is there twice, with and without '.$'`, `${at}/${name}`);
      const problem = problemOf(value);
      if (problem !== undefined)
        report(
          `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call (${problem})`,
          `${at}/${name}`,
        );
    }
  }
}
