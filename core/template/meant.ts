const MOST = 3;

/**
 * A sentence about what a name may mean that a manifest has and the template does not, with a space before it; empty where nothing is
 * like it. The CDK ends the logical ids of what it makes with eight digits, and SAM begins those of what it makes with the function's.
 */
export function meantBy(name: string, known: readonly string[]): string {
  const given = name.toLowerCase();
  const alike = known.filter((one) => {
    const other = one.toLowerCase();
    return other.startsWith(given) || given.startsWith(other);
  });
  return alike.length === 0 ? '' : ` Is ${alike.slice(0, MOST).join(' or ')} meant?`;
}
