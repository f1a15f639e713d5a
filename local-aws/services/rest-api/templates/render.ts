/**
 * Mapping templates, written in the Velocity Template Language.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import { render } from 'velocityjs';
import { contextFor, type Routed } from '../event.ts';
import { INPUT, inputOf } from './input.ts';
import { methodHandlers } from './java-methods.ts';
import { UTIL, util } from './util.ts';

/** What a template came to. */
export type Rendered =
  | { readonly kind: 'text'; readonly text: string; readonly override: Override }
  /** It refers to what is not there here, by name. */
  | { readonly kind: 'unknown'; readonly what: string }
  /** It cannot be read or run. */
  | { readonly kind: 'broken' };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html */
interface Override {
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const REFERENCE = /\$!?\{?(util|input)\.(\w+)/g;
const KNOWN: Readonly<Record<string, readonly string[]>> = { util: UTIL, input: INPUT };

/** @param body what `$input` stands for: that of the request, or of the integration's answer */
export function renderTemplate(template: string, body: Buffer, routed: Routed): Rendered {
  const unknown = [...template.matchAll(REFERENCE)].find(
    ([, root = '', name = '']) => KNOWN[root]?.includes(name) !== true,
  );
  if (unknown !== undefined)
    return { kind: 'unknown', what: `$${unknown[1] ?? ''}.${unknown[2] ?? ''} of mapping templates` };
  const responseOverride: { status?: unknown; header: Record<string, unknown> } = { header: {} };
  const scope = {
    input: inputOf(body, routed),
    util,
    stageVariables: { ...routed.stage.variables },
    context: { ...contextFor(routed), responseOverride, requestOverride: { header: {}, path: {}, querystring: {} } },
  };
  try {
    const text = render(template, scope, undefined, { customMethodHandlers: methodHandlers });
    return { kind: 'text', text, override: overrideOf(responseOverride) };
  } catch {
    return { kind: 'broken' };
  }
}

function overrideOf({ status, header }: { readonly status?: unknown; readonly header: object }): Override {
  return {
    status: status === undefined ? undefined : Number(status),
    headers: Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)])),
  };
}
