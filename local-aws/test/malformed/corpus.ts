import type { LocalAws } from '../../aws.ts';
import { modelOf } from '../../constraints/model.ts';
import type { Service } from '../../kernel/service.ts';
import { loadModels, type OperationModel, type ServiceModel } from '../../wire/model.ts';
import { HOSTILE, placesIn, seeded, withAt } from './mutations.ts';
import { form, json, protocolsOf, write, type Raw } from './requests.ts';
import { sampleInput, type Ids } from './samples.ts';

/** One request of the corpus. */
export interface Case {
  readonly service: string;
  /** What is wrong with it, for whoever reads a failure. */
  readonly title: string;
  readonly raw: Raw;
}

/** How many malformed inputs each operation is given, besides none at all and one with nulls in all lists. */
const EACH = 4;

/**
 * The corpus: for every operation of every service nothing at all, a well-formed input, and inputs of which one place holds what nobody
 * expects. The same for the same resources. What deletes comes last, so that there is something for the others to work on.
 */
export function* corpus(aws: LocalAws, ids: Ids): Generator<Case> {
  const models = loadModels();
  const random = seeded(20261126);
  const all = aws.kernel.installed.flatMap((service) =>
    service.operations.map((operation) => ({ service, operation })),
  );
  const late = all.filter(({ operation }) => LATE.test(operation.name));
  for (const { service, operation } of [...all.filter((each) => !late.includes(each)), ...late]) {
    const model = models.get(service.signingName);
    const described = model?.operations.get(operation.name);
    if (model === undefined || described === undefined) throw new Error(`No model of ${operation.name}`);
    yield* casesOf(service, described, model, operation.accepts, ids, random);
  }
  for (const model of models.values()) yield* unreadable(model);
}

const LATE = /^(Delete|Remove|Schedule|Detach|Disable|Untag)/;

function* casesOf(
  { signingName: service }: Service,
  operation: OperationModel,
  model: ServiceModel,
  accepted: ReadonlySet<string>,
  ids: Ids,
  random: () => number,
): Generator<Case> {
  const api = modelOf(service);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const plain = sampleInput(operation, api, service, { all: false, ids });
  const every = sampleInput(operation, api, service, { all: true, ids });
  const full = Object.fromEntries(Object.entries(every).filter(([member]) => accepted.has(member)));
  const places = placesIn(full);
  const at = (path: readonly (string | number)[], value: unknown): unknown => {
    const [top = ''] = path;
    return withAt({ ...plain, [top]: full[top] }, path, value);
  };
  const inputs: (readonly [string, unknown])[] = [
    ['as it should be', plain],
    ['nothing', {}],
    ...lists(full).map((path) => [`${path.join('.')}: [null]`, at(path, [null])] as const),
  ];
  for (let count = 0; count < EACH; count += 1) {
    const path = pick(places) ?? [];
    const value = pick(HOSTILE);
    inputs.push([`${path.join('.')}: ${short(value)}`, at(path, value)]);
  }
  for (const [path, text] of documents(full)) {
    for (let count = 0; count < EACH; count += 1) {
      const within = pick(placesIn(text)) ?? [];
      const value = pick(HOSTILE);
      const broken = JSON.stringify(withAt(text, within, value)) ?? '';
      inputs.push([`${path.join('.')}/${within.join('.')}: ${short(value)}`, at(path, broken)]);
    }
  }
  for (const [title, input] of inputs) {
    const protocol = pick(protocolsOf(model)) ?? 'json';
    const raw = write(isMembers(input) ? input : {}, operation, model, protocol);
    yield { service, title: `${service}:${operation.name} by ${protocol}, ${title}`, raw };
  }
}

function short(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 80);
}

/** The places of texts that are JSON documents, with what they hold. */
function documents(input: unknown): (readonly [readonly (string | number)[], unknown])[] {
  return placesIn(input).flatMap((path) => {
    const text = valueAt(input, path);
    return typeof text === 'string' && /^\{"/.test(text) ? [[path, JSON.parse(text)] as const] : [];
  });
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  let value = input;
  for (const step of path)
    value = Array.isArray(value) ? value[Number(step)] : isMembers(value) ? value[step] : undefined;
  return value;
}

/** The places of lists, of those that JSON can put a null into. */
function lists(input: unknown): (readonly (string | number)[])[] {
  return placesIn(input).filter((path) => Array.isArray(valueAt(input, path)));
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Requests that are wrong before any operation is asked. */
function* unreadable(model: ServiceModel): Generator<Case> {
  const service = model.signingName;
  const name = [...model.operations.keys()][0] ?? '';
  const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
  const bodies = ['', '{', 'null', '[]', '"x"', '1', '{"__proto__":{"polluted":1}}', deep, '\u0000', '{"a":1e999}'];
  const [protocol] = protocolsOf(model);
  for (const body of bodies)
    yield {
      service,
      title: `${service} with the body ${body.slice(0, 40)}`,
      raw: protocol === 'rest' ? post('/', body) : json(`${model.target}.${name}`, body, model),
    };
  for (const target of ['', '.', 'constructor', `${model.target}.__proto__`, `${model.target}.toString`])
    yield { service, title: `${service} with the target ${target}`, raw: json(target, '{}', model) };
  for (const entries of [
    [['Action', 'constructor']],
    [
      ['Action', name],
      ['__proto__.polluted', 'yes'],
    ],
    [
      ['Action', name],
      ['constructor.prototype.polluted', 'yes'],
    ],
    [
      ['Action', name],
      ['a..b', 'x'],
      ['a', 'y'],
      ['.', 'z'],
    ],
  ] as const)
    yield { service, title: `${service} with the form ${JSON.stringify(entries)}`, raw: form(entries) };
  for (const path of ['/%ZZ', '/%ff/%00', '//', '/__proto__', `/${'a/'.repeat(500)}`])
    yield { service, title: `${service} at ${path.slice(0, 40)}`, raw: { ...post(path, ''), method: 'GET' } };
}

function post(path: string, body: string): Raw {
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body };
}
