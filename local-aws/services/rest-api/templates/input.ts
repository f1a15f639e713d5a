/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference */
import { isJson, type Json } from '../../states/json.ts';
import { select } from '../../states/jsonpath/select.ts';
import { headersOf, type Routed } from '../event.ts';

/** What there is of `$input`. */
export const INPUT = ['body', 'json', 'params', 'path'];

type Parameters = Readonly<Record<'path' | 'querystring' | 'header', Readonly<Record<string, string>>>>;

interface Input {
  readonly body: string;
  /** What a path leads to, as JSON text. */
  readonly json: (path: string) => string;
  /** What a path leads to; null where it leads nowhere. */
  readonly path: (path: string) => Json;
  /** A parameter of the path, the query string or a header, the first that has the name; all of them without a name. */
  readonly params: (name?: string) => string | Parameters | Readonly<Record<string, string>>;
}

export function inputOf(bytes: Buffer, routed: Routed): Input {
  // A request without a body has an empty object for one, as templates that put it into JSON expect (the CDK's do).
  const body = bytes.length === 0 ? '{}' : bytes.toString('utf8');
  const whole = jsonOf(body);
  const parameters = parametersOf(routed);
  const at = (path: string): Json => select(path, { input: whole, context: null, variables: {} }) ?? null;
  return {
    body,
    path: at,
    json: (path) => {
      const found = at(path);
      return found === null ? '' : JSON.stringify(found);
    },
    params: (name) => {
      if (name === undefined) return parameters;
      if (name === 'path' || name === 'querystring' || name === 'header') return parameters[name];
      const { path, querystring, header } = parameters;
      return [path, querystring, header].find((place) => Object.hasOwn(place, name))?.[name] ?? '';
    },
  };
}

/** A body that is no JSON is a text. */
function jsonOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : text;
  } catch {
    return text;
  }
}

/** The last value of each name. */
function parametersOf({ rawHeaders, request, pathParameters }: Routed): Parameters {
  return {
    path: pathParameters,
    querystring: Object.fromEntries(request.query),
    header: Object.fromEntries([...headersOf(rawHeaders)].map(([name, values]) => [name, values.at(-1) ?? ''])),
  };
}
