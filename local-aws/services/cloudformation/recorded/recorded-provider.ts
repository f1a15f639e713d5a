import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../kernel/errors.ts';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { recreationBySpecification } from '../specification/recreation.ts';
import type { ResourceSpecification } from '../specification/specification.ts';
import { authorizeHandler } from './handler-actions.ts';
import { MadeUpValues } from './made-up-values.ts';
import type { Origin, RecordedResources } from './recorded-resources.ts';
import { nameLimits } from './shapes.ts';

/**
 * Stands for a type that nothing here simulates: its resources have an id and attributes, change and go as the specification says, and
 * do nothing. Whoever makes them needs the permissions that AWS would ask for.
 */
export function recordedProvider(specification: ResourceSpecification, resources: RecordedResources): ResourceProvider {
  const { type } = specification;
  const stateOf = (properties: Properties, origin: Origin, place: ResourceContext): ResourceState => {
    const values = new MadeUpValues({ specification, properties, origin, place });
    return { physicalId: values.physicalId(), attributes: values.attributes() };
  };
  return {
    type,
    recorded: specification,
    properties: Object.keys(specification.properties),
    createOnly: [],
    recreation: (name, before, after) => recreationBySpecification(specification, name, before, after),
    attributes: Object.keys(specification.attributes),
    create: async (properties, context) => {
      const origin = originFor(specification, context);
      const { physicalId, attributes } = stateOf(properties, origin, context);
      const { account, region, logicalId, stackName } = context;
      const resource = { account, region, type, physicalId, logicalId, stackName };
      await authorizeHandler('create', specification, { properties, origin, context });
      if (resources.originOf(resource) !== undefined)
        throw new AwsError(
          'AlreadyExists',
          `Resource of type '${type}' with identifier '${physicalId}' already exists.`,
        );
      resources.add(resource, origin);
      await authorizeHandler('read', specification, { properties, origin, context });
      return { physicalId, attributes };
    },
    update: async (physicalId, properties, _, context) => {
      const origin = resources.originOf({ ...context, type, physicalId });
      if (origin === undefined)
        throw new AwsError('NotFound', `Resource of type '${type}' with identifier '${physicalId}' was not found.`);
      await authorizeHandler('update', specification, { properties, origin, context });
      await authorizeHandler('read', specification, { properties, origin, context });
      return { physicalId, attributes: stateOf(properties, origin, context).attributes };
    },
    delete: async (physicalId, properties, context) => {
      const origin = resources.originOf({ ...context, type, physicalId });
      if (origin === undefined) return;
      await authorizeHandler('delete', specification, { properties, origin, context });
      resources.remove({ ...context, type, physicalId });
    },
  };
}

function originFor({ type }: ResourceSpecification, context: ResourceContext): Origin {
  const { longest, lower } = nameLimits[type] ?? { longest: 64 };
  return {
    seed: randomUUID(),
    name: context.name(longest, { lower: lower === true }),
    madeAt: context.kernel.clock.now(),
  };
}
