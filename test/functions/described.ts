import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as z from 'zod';

/** What the API answered to a request. */
export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string | null | undefined;
  readonly text: string;
}

const content = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }));
const response = z.looseObject({ content: content.optional(), $ref: z.string().optional() });
const servers = z.array(z.looseObject({ url: z.string() }));
const operation = z.looseObject({ responses: z.record(z.string(), response), servers: servers.optional() });
const document = z
  .looseObject({
    servers,
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.looseObject({ responses: z.record(z.string(), response) }),
  })
  .parse(JSON.parse(readFileSync('openapi.json', 'utf8')));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi.json');
const validators = new Map<string, ValidateFunction>();

/** What stands before the paths at each server: nothing, or `/oidc`. */
const prefixes = prefixesOf(document.servers).filter((prefix) => prefix !== '');

function prefixesOf(all: z.infer<typeof servers>): string[] {
  return all.map(({ url }) => url.replace(/^https:\/\/[^/]+/, ''));
}

/** Holds an answer of the API to `openapi.json`; any other answer passes. @throws Error that says what is not as it is described */
export function requireDescribed(method: string, path: string, answer: ApiAnswer): void {
  const asked = path.replace(/\?.*/s, '');
  const server = prefixes.find((prefix) => asked.startsWith(`${prefix}/`)) ?? '';
  const where = asked.slice(server.length);
  if (server === '' && !where.startsWith('/v1/') && where !== '/openapi.json') return;
  const template = templateOf(where);
  const known = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
  const found =
    known !== undefined && prefixesOf(known.servers ?? document.servers).includes(server) ? known : undefined;
  const name = `${method} ${template ?? where}`;
  if (found === undefined && answer.status < 400) throw new Error(`${name} is not in openapi.json.`);
  const kind = (answer.contentType ?? '').replace(/;.*/, '');
  const [key, one] = responseTo(found, answer.status);
  if (one.content === undefined) {
    if (answer.text !== '') throw new Error(`${name}: ${key} has no body in openapi.json.`);
    return;
  }
  if (one.content[kind] === undefined) throw new Error(`${name}: ${key} is not described as "${kind}".`);
  const pointer = [...key.split('/'), 'content', kind, 'schema'].map(escaped).join('/');
  const id = `openapi.json#/${found === undefined || key.startsWith('components/') ? pointer : `${placeOf(template, method)}/${pointer}`}`;
  const validate = validators.get(id) ?? ajv.compile({ $ref: id });
  validators.set(id, validate);
  if (!validate(JSON.parse(answer.text)))
    throw new Error(
      `${name}: ${answer.status} is not as described: ${ajv.errorsText(validate.errors)}: ${answer.text}`,
    );
}

type Response = z.infer<typeof response>;

/** The description of an answer, and where it stands in its operation, or in the document. */
function responseTo(found: z.infer<typeof operation> | undefined, status: number): readonly [string, Response] {
  const shared = { name: 'components/responses/Problem', of: document.components.responses['Problem'] };
  const key = found?.responses[String(status)] === undefined ? 'default' : String(status);
  const own = found?.responses[key];
  const reference = own?.$ref?.replace('#/', '');
  if (reference !== undefined) {
    const one = document.components.responses[reference.split('/').at(-1) ?? ''];
    if (one !== undefined) return [reference, one];
  }
  if (own !== undefined) return [`responses/${key}`, own];
  if (shared.of === undefined) throw new Error('openapi.json has no response for refusals.');
  return [shared.name, shared.of];
}

/** `/v1/releases/{id}` of `/v1/releases/orders-1-a1`; what has no parameters counts before what has. */
function templateOf(path: string): string | undefined {
  const fitting = Object.keys(document.paths).filter((template) => {
    const pattern = template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`, 's').test(path);
  });
  return fitting.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

function placeOf(template: string | undefined, method: string): string {
  return ['paths', escaped(template ?? ''), method.toLowerCase()].join('/');
}

/** A name in a JSON Pointer in a URI. https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function escaped(name: string): string {
  return encodeURIComponent(name.replace(/~/g, '~0').replace(/\//g, '~1'));
}

/** Reads a response, and holds it to the description. */
export async function readDescribed(method: string, path: string, answer: globalThis.Response): Promise<string> {
  const text = await answer.text();
  requireDescribed(method, path, { status: answer.status, contentType: answer.headers.get('content-type'), text });
  return text;
}
