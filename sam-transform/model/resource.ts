import { compact, type Fields } from './values.ts';

/** A resource of the expanded template. */
export interface Made {
  readonly id: string;
  readonly type: string;
  readonly dependsOn?: unknown;
  /** Condition, DeletionPolicy and the like, beside the properties. */
  readonly attributes: Fields;
  readonly properties: Fields;
}

/** What SAM hands on from one of its resources to those that it makes besides. */
const HANDED_ON = ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy'];
/** What it keeps on the resource of the same name. */
const KEPT = [...HANDED_ON, 'UpdatePolicy', 'Metadata'];

export function handedOn(definition: Fields): Fields {
  return only(definition, HANDED_ON);
}

export function kept(definition: Fields): Fields {
  return only(definition, KEPT);
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));
}

export function render({ type, dependsOn, attributes, properties }: Made): Fields {
  return {
    Type: type,
    ...(dependsOn === undefined || dependsOn === null || dependsOn === '' ? {} : { DependsOn: dependsOn }),
    ...attributes,
    Properties: compact(properties),
  };
}
