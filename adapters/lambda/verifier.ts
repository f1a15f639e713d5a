import type { SliceOrder } from '../../core/contract/tasks.ts';
import type { Observability } from '../powertools/observability.ts';
import { invokeLater } from './later.ts';

/** The engine's own `verify` function, invoked asynchronously. */
export interface Verifier {
  orderSlice(order: SliceOrder): Promise<void>;
}

/** @param functionArn ARN of the function `verify` */
export function openVerifier(observe: Observability, functionArn: string): Verifier {
  const invoke = invokeLater(observe, functionArn);
  return { orderSlice: (order) => invoke(order) };
}
