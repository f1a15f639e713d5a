import type { Members, PropertyType, ResourceSpecification } from '../specification/specification.ts';
import { isRecord, listOf } from '../values.ts';

/** The roles that a resource's properties name by their ARN, in properties that are called after them (`RoleArn`). */
export function rolesIn(
  specification: ResourceSpecification,
  properties: Readonly<Record<string, unknown>>,
): readonly string[] {
  const inMembers = (members: Members, given: Readonly<Record<string, unknown>>): readonly string[] =>
    Object.entries(members).flatMap(([name, { type }]) => inValue(name, type, given[name]));
  const inValue = (name: string, type: PropertyType, value: unknown): readonly string[] => {
    switch (type.type) {
      case 'string':
        return /role(arn)?$/i.test(name) && typeof value === 'string' && ROLE.test(value) ? [value] : [];
      case 'array':
        return listOf(value).flatMap((entry) => inValue(name, type.element, entry));
      case 'ref':
        return isRecord(value) ? inMembers(specification.members(type), value) : [];
      default:
        return [];
    }
  };
  return [...new Set(inMembers(specification.properties, properties))];
}

const ROLE = /^arn:aws:iam::\d{12}:role\//;
