/** What the handlers of one resource type ask for: the kind of handler (`create`, `read`, …), and its actions. */
export type Handlers = Readonly<Record<string, readonly string[]>>;

/** Actions that are asked for and deliberately not granted. */
export interface LeftOut {
  readonly actions: readonly string[];
  /** The resource types it is about; all unless said. */
  readonly types?: readonly string[];
  readonly because: string;
}

/** What is not granted to one resource type. */
interface TypeComparison {
  readonly type: string;
  /** Not granted, and nobody says why. */
  readonly missing: readonly { readonly action: string; readonly handlers: readonly string[] }[];
  readonly leftOut: readonly { readonly action: string; readonly because: string }[];
}

export interface Comparison {
  readonly types: readonly TypeComparison[];
  /** Resource types of which nothing is known. */
  readonly unknown: readonly string[];
  /** Reasons that nothing needs any more: the action is granted, or no handler asks for it. */
  readonly stale: readonly string[];
}

/** Compares actions, in whatever case they are written; on which resources they are granted is not looked at. */
export function compareGrants(
  handlers: Readonly<Record<string, Handlers>>,
  allowed: readonly string[],
  granted: readonly string[],
  reasons: readonly LeftOut[],
): Comparison {
  const has = new Set(granted.map((action) => action.toLowerCase()));
  const known = allowed.filter((type) => handlers[type] !== undefined);
  const types = known.map((type) => compareType(type, handlers[type] ?? {}, has, reasons));
  const used = new Set(types.flatMap(({ type, leftOut }) => leftOut.map(({ action }) => `${type} ${action}`)));
  return {
    types,
    unknown: allowed.filter((type) => handlers[type] === undefined),
    stale: reasons.flatMap(({ actions, types: of = known }) =>
      actions.filter((action) => of.every((type) => !used.has(`${type} ${action.toLowerCase()}`))),
    ),
  };
}

function compareType(
  type: string,
  handlers: Handlers,
  granted: ReadonlySet<string>,
  reasons: readonly LeftOut[],
): TypeComparison {
  const asked = new Map<string, string[]>();
  for (const [handler, actions] of Object.entries(handlers)) {
    for (const action of new Set(actions.map((each) => each.toLowerCase())))
      if (!granted.has(action)) asked.set(action, [...(asked.get(action) ?? []), handler]);
  }
  const compared = [...asked].map(([action, of]) => ({
    action,
    handlers: of,
    because: reasonFor(type, action, reasons),
  }));
  return {
    type,
    missing: compared.flatMap(({ action, handlers: of, because }) =>
      because === undefined ? [{ action, handlers: of }] : [],
    ),
    leftOut: compared.flatMap(({ action, because }) => (because === undefined ? [] : [{ action, because }])),
  };
}

function reasonFor(type: string, action: string, reasons: readonly LeftOut[]): string | undefined {
  return reasons.find(
    ({ actions, types }) =>
      (types === undefined || types.includes(type)) && actions.some((each) => each.toLowerCase() === action),
  )?.because;
}
