import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type {
  Attribute,
  DefinitionReference,
  Property,
  PropertyType,
  Resource,
  SpecDatabase,
} from '@aws-cdk/service-spec-types';

/** What AWS's resource specification says of one type. */
export interface ResourceSpecification {
  /** E.g. `AWS::Cognito::UserPool`. */
  readonly type: string;
  /** The last part of the type. */
  readonly name: string;
  readonly properties: Members;
  /** What Fn::GetAtt offers, with dots for what is inside of another. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** What `Ref` gives: names of properties or attributes. Empty where the specification does not say. */
  readonly identifier: readonly string[];
  /** Its ARN with `${Partition}`, `${Region}`, `${Account}` and names of its own. */
  readonly arn?: string | undefined;
  /** The property that holds its tags, and whether that is a list of Key and Value or an object. */
  readonly tags?: { readonly property: string; readonly asObject: boolean } | undefined;
  /** Paths of properties, `*` for all entries, whose change replaces besides what properties say themselves. */
  readonly furtherReplacing: readonly (readonly string[])[];
  /** The members of a type that a property refers to. */
  readonly members: (type: DefinitionReference) => Members;
}

/** Properties by name, of a resource or of a type inside of it. */
export type Members = Readonly<Record<string, Property>>;
export type { Property, PropertyType };

let database: SpecDatabase | undefined;

/** It is some 15 MB of text, read in half a second: by those alone who ask for what no provider knows. */
function load(): SpecDatabase {
  database ??= loadAwsServiceSpecSync();
  return database;
}

/**
 * A type as AWS's public specification has it (package `@aws-cdk/aws-service-spec`); undefined where there is none of that name, and
 * for types that only a transform knows.
 */
export function specificationOf(type: string): ResourceSpecification | undefined {
  const [resource] = load().lookup('resource', 'cloudFormationType', 'equals', type);
  return resource === undefined || resource.cloudFormationTransform !== undefined
    ? undefined
    : toSpecification(resource);
}

/** The types of the service that a type belongs to. */
export function typesBeside(type: string): readonly ResourceSpecification[] {
  const before = `${type.split('::').slice(0, 2).join('::')}::`;
  return [...load().all('resource')]
    .filter(({ cloudFormationType }) => cloudFormationType.startsWith(before))
    .map(toSpecification);
}

function toSpecification(resource: Resource): ResourceSpecification {
  const { cfnRefIdentifier, primaryIdentifier = [], tagInformation } = resource;
  return {
    type: resource.cloudFormationType,
    name: resource.name,
    properties: resource.properties,
    attributes: resource.attributes,
    identifier: cfnRefIdentifier ?? primaryIdentifier,
    arn: resource.arnTemplate,
    tags:
      tagInformation === undefined
        ? undefined
        : { property: tagInformation.tagPropertyName, asObject: tagInformation.variant === 'map' },
    furtherReplacing: resource.additionalReplacementProperties ?? [],
    members: ({ reference }) => load().get('typeDefinition', reference).properties,
  };
}
