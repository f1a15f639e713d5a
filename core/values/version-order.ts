const number = /\d+/g;
/** Of Semantic Versioning (https://semver.org/#spec-item-9): a pre-release comes before its version. */
const semantic = /^(?<core>\d+\.\d+\.\d+)-(?<before>[0-9A-Za-z.-]+)$/;

/**
 * Which of two versions is the later, by their names: below 0 where the first is the earlier. Versions of one form (`1.4.2`,
 * `2026-11-20.1`) are compared number by number, pre-releases as Semantic Versioning does; undefined where neither tells.
 */
export function compareVersions(one: string, other: string): number | undefined {
  if (one === other) return 0;
  if (/[A-Za-z]/.test(one + other) || formOf(one) !== formOf(other)) return compareSemantic(one, other);
  return compareLists(numbersIn(one), numbersIn(other), compareNumbers);
}

/** `N.N`: dots at the end that one has more of are as if there were zeros. */
function formOf(version: string): string {
  const form = version.replace(number, 'N');
  return /^N(\.N)*$/.test(form) ? 'numbers' : form;
}

function numbersIn(version: string): bigint[] {
  return [...version.matchAll(number)].map(([digits]) => BigInt(digits));
}

function compareSemantic(one: string, other: string): number | undefined {
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a === undefined || b === undefined) return undefined;
  const core = compareLists(numbersIn(a.core), numbersIn(b.core), compareNumbers);
  if (core !== 0) return core;
  if (a.before === undefined) return 1;
  if (b.before === undefined) return -1;
  return compareLists(a.before.split('.'), b.before.split('.'), compareIdentifiers);
}

function partsOf(version: string): { readonly core: string; readonly before?: string } | undefined {
  if (/^\d+\.\d+\.\d+$/.test(version)) return { core: version };
  const { core, before } = semantic.exec(version)?.groups ?? {};
  return core === undefined || before === undefined ? undefined : { core, before };
}

/** The first difference decides; of two that begin alike, the shorter is the earlier, but for zeros. */
function compareLists<T>(
  one: readonly T[],
  other: readonly T[],
  compare: (a: T | undefined, b: T | undefined) => number,
): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const order = compare(one[index], other[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareNumbers(a: bigint = 0n, b: bigint = 0n): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers come before words. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [first, second] = [a, b].map((text) => /^\d+$/.test(text));
  if (first === true && second === true) return compareNumbers(BigInt(a), BigInt(b));
  if (first !== second) return first === true ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
