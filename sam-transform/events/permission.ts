import { suffixed } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import type { Fields } from '../model/values.ts';
import type { EventTarget } from './target.ts';

/** The permission by which a service invokes the function. @param prefix of the logical id; `suffix` is put behind it */
export function permission(
  target: EventTarget,
  principal: string,
  prefix: string,
  { suffix = '', ...properties }: Fields & { readonly suffix?: string },
): Made {
  return {
    id: suffixed(`${prefix}Permission`, suffix),
    type: 'AWS::Lambda::Permission',
    attributes: target.attributes,
    properties: { Action: 'lambda:InvokeFunction', FunctionName: target.name, Principal: principal, ...properties },
  };
}
