import { listOf, recordOf } from '../../values/records.ts';
import { attributeReference, refName } from '../template.ts';

/** A function, and the alias that references to it are led to. */
export interface Led {
  readonly functionId: string;
  /** Logical id of the alias, or `Function.Alias` where SAM's transform is going to make it. */
  readonly aliasId: string;
  /** Name of the alias. */
  readonly aliasName: string;
  /** What the function may be called, as its `FunctionName` says. */
  readonly functionNames: readonly string[];
}

/**
 * A value in which every reference to a function's code of the moment leads to its alias: the function's ARN becomes the alias's, its name
 * the name with the alias behind it. `Ref` of an alias is its ARN:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html#aws-resource-lambda-alias-return-values
 */
export function rewire(value: unknown, led: Led): unknown {
  // A property that is the function's name alone takes an ARN as well.
  if (refName(value) === led.functionId || isArn(value, led)) return { Ref: led.aliasId };
  if (Array.isArray(value)) return value.map((item) => rewire(item, led));
  if (typeof value !== 'object' || value === null) return value;
  return mapMembers(value, (name, inner) => {
    if (name === 'Fn::Sub') return rewireSub(inner, led);
    return name.startsWith('Fn::') && name !== 'Fn::If' ? rewirePart(inner, led) : rewire(inner, led);
  });
}

/** A part of what is put together to a text. */
function rewirePart(value: unknown, led: Led): unknown {
  if (refName(value) === led.functionId) return { 'Fn::Sub': `\${${led.functionId}}:${led.aliasName}` };
  if (isArn(value, led)) return { Ref: led.aliasId };
  if (Array.isArray(value)) return value.map((item) => rewirePart(item, led));
  if (typeof value !== 'object' || value === null) return value;
  return mapMembers(value, (name, inner) => (name === 'Fn::Sub' ? rewireSub(inner, led) : rewirePart(inner, led)));
}

function isArn(value: unknown, { functionId }: Led): boolean {
  const attribute = attributeReference(value);
  return attribute?.name === functionId && attribute.attribute === 'Arn';
}

function mapMembers(value: object, change: (name: string, inner: unknown) => unknown): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [name, change(name, inner)]),
  );
}

/** Variables of a `Fn::Sub` hide resources of the same name. */
function rewireSub(value: unknown, led: Led): unknown {
  if (typeof value === 'string') return rewireText(value, led);
  const [text, variables, ...rest] = listOf(value);
  if (typeof text !== 'string') return rewirePart(value, led);
  return [rewireText(text, led, Object.keys(recordOf(variables))), rewirePart(variables, led), ...rest];
}

function rewireText(text: string, { functionId, aliasId, aliasName }: Led, hidden: readonly string[] = []): string {
  return text.replace(/\$\{(?!!)\s*([^}]+?)\s*\}/g, (written, name: string) => {
    if (hidden.includes(name)) return written;
    if (name === `${functionId}.Arn`) return `\${${aliasId}}`;
    return name === functionId ? `${written}:${aliasName}` : written;
  });
}
