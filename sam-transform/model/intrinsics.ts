import { isList, isMap, isText, type Fields } from './values.ts';

export function ref(id: string): Fields {
  return { Ref: id };
}

export function getAtt(id: string, attribute: string): Fields {
  return { 'Fn::GetAtt': [id, attribute] };
}

export function sub(text: string, variables: Fields = {}): Fields {
  return { 'Fn::Sub': Object.keys(variables).length === 0 ? text : [text, variables] };
}

/** `whenTrue` where the condition holds, otherwise `whenFalse`, or nothing. */
export function choose(condition: unknown, whenTrue: unknown, whenFalse: unknown = ref('AWS::NoValue')): Fields {
  return { 'Fn::If': [condition, whenTrue, whenFalse] };
}

export function isIntrinsic(value: unknown): value is Fields {
  if (!isMap(value)) return false;
  const [name, ...others] = Object.keys(value);
  return (
    name !== undefined && others.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))
  );
}

export function isIf(value: unknown): value is Fields {
  return isIntrinsic(value) && 'Fn::If' in value;
}

export function isNoValue(value: unknown): boolean {
  return isIntrinsic(value) && value.Ref === 'AWS::NoValue';
}

/** The three arguments of an `Fn::If`; undefined where it is malformed. */
export function ifArguments(value: Fields): readonly [unknown, unknown, unknown] | undefined {
  const items = value['Fn::If'];
  return isList(items) && items.length === 3 ? [items[0], items[1], items[2]] : undefined;
}

export const IF_ARGUMENTS = 'Fn::If requires 3 arguments';

/** A `Ref` or `Fn::GetAtt` as it is written within `Fn::Sub`. */
export function shorthand(value: unknown): string {
  if (isIntrinsic(value) && isText(value.Ref)) return `\${${value.Ref}}`;
  const path = isIntrinsic(value) ? value['Fn::GetAtt'] : undefined;
  if (isList(path)) return `\${${path.join('.')}}`;
  throw new TypeError('Only a Ref and a Fn::GetAtt have a short form');
}

/** The logical id that a `Ref` or a `Fn::GetAtt` names. */
export function referredId(value: unknown): string | undefined {
  if (!isIntrinsic(value)) return undefined;
  if (isText(value.Ref)) return value.Ref;
  const path = value['Fn::GetAtt'];
  if (isList(path) && path.length === 2 && isText(path[0])) return path[0];
  const [id, attribute, more] = isText(path) ? path.split('.') : [];
  return attribute !== undefined && more === undefined ? id : undefined;
}
