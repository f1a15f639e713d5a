import { ownMember, recordOf, listOf } from '../values/records.ts';
import { membersOf } from './members-of.ts';
import { attributesOfTypes } from './specification/table.ts';
import { hasTransforms, type Template } from './template.ts';

/** An attribute that is asked for and that its type has not. */
interface UnknownAttribute {
  readonly logicalId: string;
  readonly type: string;
  readonly attribute: string;
  /** What the type has. */
  readonly offered: readonly string[];
  /** Of the function that asks. */
  readonly place: string;
}

/** Attributes that `Fn::GetAtt` and `Fn::Sub` ask for of types that core knows. Not of a template with transforms, which make others of them. */
export function unknownAttributes(template: Template): UnknownAttribute[] {
  if (hasTransforms(template)) return [];
  const asked = [
    ...Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
      askedIn(Properties, `Resources.${id}.Properties`),
    ),
    ...Object.entries(template.Outputs ?? {}).flatMap(([name, body]) => askedIn(body, `Outputs.${name}`)),
  ];
  return asked.flatMap(({ logicalId, attribute, place }) => {
    const type = ownMember(template.Resources, logicalId)?.Type;
    const listed = type === undefined ? undefined : ownMember(attributesOfTypes, type);
    if (type === undefined || listed === undefined) return [];
    const offered = listed.split(' ').filter((one) => one !== '');
    return offered.includes(attribute) ? [] : [{ logicalId, type, attribute, offered, place }];
  });
}

type Asked = Pick<UnknownAttribute, 'logicalId' | 'attribute' | 'place'>;

function askedIn(value: unknown, place: string): Asked[] {
  return membersOf(value, place).flatMap(({ name, inner, at }) => [
    ...(name === 'Fn::GetAtt' ? askedByName(inner, at) : []),
    ...(name === 'Fn::Sub' ? askedInText(inner, at) : []),
    ...askedIn(inner, at),
  ]);
}

function askedByName(value: unknown, place: string): Asked[] {
  const [logicalId, ...parts] = typeof value === 'string' ? value.split('.') : listOf(value);
  if (typeof logicalId !== 'string' || parts.length === 0 || parts.some((part) => typeof part !== 'string')) return [];
  return [{ logicalId, attribute: parts.join('.'), place }];
}

/** Variables of a `Fn::Sub` hide what has the same name. */
function askedInText(value: unknown, place: string): Asked[] {
  const [text, variables] = listOf(value);
  if (typeof text !== 'string') return [];
  const hidden = Object.keys(recordOf(variables));
  return [...text.matchAll(/(?<=\$\{)(?!!)[^}]+(?=\})/g)]
    .map(([name]) => name.trim())
    .filter((name) => name.includes('.') && !name.startsWith('AWS::') && !hidden.includes(name))
    .flatMap((name) => askedByName(name, place));
}
