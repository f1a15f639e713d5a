import { isRecord, listOf, sameValue, Unknown } from '../values.ts';
import type { Members, Property, PropertyType, ResourceSpecification } from './specification.ts';

/**
 * Whether the change of a property makes a new resource; the API's RequiresRecreation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
 */
export type Recreation = 'Always' | 'Conditionally' | 'Never';

/** What the specification says of the change of one property. A value that is not known yet counts as changed. */
export function recreationBySpecification(
  specification: ResourceSpecification,
  name: string,
  before: unknown,
  after: unknown,
): Recreation {
  const property = specification.properties[name];
  if (property === undefined) return 'Never';
  const further = specification.furtherReplacing.filter(([first]) => first === name);
  if (further.some(([, ...path]) => differAt(path, before, after))) return 'Always';
  return ofProperty(property, before, after, specification);
}

function ofProperty(
  { causesReplacement, type }: Property,
  before: unknown,
  after: unknown,
  specification: ResourceSpecification,
): Recreation {
  if (sameValue(before, after)) return 'Never';
  if (causesReplacement === 'yes') return 'Always';
  if (causesReplacement === 'maybe') return 'Conditionally';
  return within(type, before, after, specification);
}

/** Of what is inside of a value, what matters most. */
function within(type: PropertyType, before: unknown, after: unknown, specification: ResourceSpecification): Recreation {
  switch (type.type) {
    case 'ref':
      return ofMembers(specification.members(type), before, after, specification);
    case 'array': {
      const [then, now] = [listOf(before), listOf(after)];
      return greatest(
        then.slice(0, now.length).map((entry, at) => within(type.element, entry, now[at], specification)),
      );
    }
    case 'map': {
      const [then, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
      const both = Object.keys(then).filter((key) => key in now);
      return greatest(both.map((key) => within(type.element, then[key], now[key], specification)));
    }
    default:
      return 'Never';
  }
}

function ofMembers(
  members: Members,
  before: unknown,
  after: unknown,
  specification: ResourceSpecification,
): Recreation {
  const [then, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  const known = !(before instanceof Unknown || after instanceof Unknown);
  const found = greatest(
    Object.entries(members).map(([name, member]) => ofProperty(member, then[name], now[name], specification)),
  );
  return known || found === 'Never' ? found : 'Conditionally';
}

const ORDER: readonly Recreation[] = ['Never', 'Conditionally', 'Always'];

function greatest(all: readonly Recreation[]): Recreation {
  return all.reduce((most, one) => (ORDER.indexOf(one) > ORDER.indexOf(most) ? one : most), 'Never');
}

function differAt([name, ...rest]: readonly string[], before: unknown, after: unknown): boolean {
  if (name === undefined) return !sameValue(before, after);
  if (name === '*') {
    const [then, now] = [listOf(before), listOf(after)];
    return then.length !== now.length || then.some((entry, at) => differAt(rest, entry, now[at]));
  }
  return differAt(rest, isRecord(before) ? before[name] : undefined, isRecord(after) ? after[name] : undefined);
}
