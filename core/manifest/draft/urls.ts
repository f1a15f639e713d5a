import { recordOf } from '../../values/records.ts';
import { logicalId } from '../../values/identifiers.ts';
import { textsOf } from '../../template/symbolic-text.ts';
import { propertyOf, type Template } from '../../template/template.ts';

/** An output that holds the address of an API, or of something on it. */
export interface ApiUrl {
  readonly output: string;
  /** Logical id of the API; of the URL, where it is a function's own. */
  readonly api: string;
  /** What it asks the API for, without its stage and without `/` at the end; empty for the API itself. */
  readonly path: string;
}

/** The outputs of a template that hold the address of one of its APIs. One that a condition may leave out is none. */
export function urlsOf(template: Template): ApiUrl[] {
  return Object.entries(template.Outputs ?? {}).flatMap(([output, body]) => {
    const { Value: value, Condition: condition } = recordOf(body);
    const texts = textsOf(value) ?? [];
    const [text] = texts;
    if (text === undefined || texts.length > 1 || condition !== undefined || !logicalId.safeParse(output).success)
      return [];
    const found = functionUrl(text) ?? apiUrl(template, text);
    return found === undefined ? [] : [{ output, ...found }];
  });
}

type Address = Omit<ApiUrl, 'output'>;

function functionUrl(text: string): Address | undefined {
  const [, api, rest = ''] = /^⟦(\w+)\.FunctionUrl⟧(\/.*)?$/.exec(text) ?? [];
  return api === undefined ? undefined : { api, path: trimmed(rest) };
}

function apiUrl(template: Template, text: string): Address | undefined {
  const [, byHost, byAttribute, rest = ''] =
    /^(?:https:\/\/⟦(\w+)⟧\.execute-api\.[^/]*|⟦(\w+)\.ApiEndpoint⟧)(\/.*)?$/.exec(text) ?? [];
  const api = byHost ?? byAttribute;
  if (api === undefined) return undefined;
  const stage = /^\/[^/]+/.exec(rest)?.[0] ?? '';
  if (!isRest(template, api))
    return { api, path: trimmed(namesStage(template, stage) ? rest.slice(stage.length) : rest) };
  // A REST API answers nothing outside of its stages.
  return stage === '' ? undefined : { api, path: trimmed(rest.slice(stage.length)) };
}

function isRest({ Resources }: Template, api: string): boolean {
  return api === 'ServerlessRestApi' || /^AWS::(ApiGateway::RestApi|Serverless::Api)$/.test(Resources[api]?.Type ?? '');
}

/** Is this the stage of an HTTP API, which stands in its address only if it is not the default one? */
function namesStage(template: Template, segment: string): boolean {
  const name = segment.slice(1);
  if (name.startsWith('⟦') || name === '$default') return true;
  return Object.values(template.Resources).some((resource) => {
    const stage = textsOf(propertyOf(resource, 'StageName')) ?? [];
    return stage.includes(name);
  });
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
