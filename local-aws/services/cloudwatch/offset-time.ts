/** `2026-11-20T10:00:00.000+0000`, as CloudWatch writes times in events. */
export function offsetTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}
