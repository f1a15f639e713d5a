import { specificationOf } from '../specification/specification.ts';
import { actionOf, type Handler } from './handler-actions.ts';
import { servicePrefix } from './service-prefix.ts';

/**
 * The IAM actions that a type's resources need where they are recorded, but for those of API Gateway, which are methods; undefined for
 * what is no type of AWS's.
 */
export async function recordedActions(type: string): Promise<readonly string[] | undefined> {
  const specification = specificationOf(type);
  if (specification === undefined) return undefined;
  const service = servicePrefix(specification);
  if (service === 'apigateway') return [];
  const handlers: readonly Handler[] = ['create', 'read', 'update', 'delete'];
  const actions = await Promise.all(handlers.map((handler) => actionOf(handler, specification)));
  return [...new Set(actions.flatMap((action) => (action === undefined ? [] : [`${service}:${action}`])))];
}
