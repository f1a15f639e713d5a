/** How far something has come. @param percent between 0 and 100 */
export function Bar({
  percent,
  label,
  tone,
}: {
  readonly percent: number;
  readonly label: string;
  readonly tone: string;
}) {
  return (
    <svg class={`bar ${tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="track" width="100" height="4" />
      <rect class="done" width={String(percent)} height="4" />
    </svg>
  );
}
