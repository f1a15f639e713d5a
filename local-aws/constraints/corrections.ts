import type { ApiModel, Shape } from './shapes.ts';

/** A place where AWS's model is stricter than the service is. */
interface Correction {
  /** `<signing name>#<shape>`. */
  readonly shape: string;
  /** What of the shape is not held against requests. */
  readonly without: readonly ('pattern' | 'min' | 'max' | 'enum' | 'required')[];
  /** How it is known that the service takes more. */
  readonly because: string;
}

export const CORRECTIONS: readonly Correction[] = [
  {
    shape: 'events#HeaderValue',
    without: ['pattern'],
    because:
      'the pattern takes time beyond measure on a long text in a backtracking engine; headers are not implemented',
  },
];

/** A service's model without what is known to be wrong in it. */
export function corrected(signingName: string, model: ApiModel): ApiModel {
  const shapes: Record<string, Shape> = { ...model.shapes };
  for (const { shape, without } of CORRECTIONS) {
    const [service, name = ''] = shape.split('#');
    const found = shapes[name];
    if (service !== signingName || found === undefined) continue;
    const kept = Object.entries(found).filter(([key]) => !without.some((dropped) => dropped === key));
    shapes[name] = { type: found.type, ...Object.fromEntries(kept) };
  }
  return { ...model, shapes };
}
