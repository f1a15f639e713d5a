/** Size of a drawing, in its own units; it is scaled to the page. */
const [WIDTH, HEIGHT] = [320, 110];
/** Room for the scale at the left, for the weeks below, and above. */
const [LEFT, BOTTOM, TOP] = [58, 20, 14];

/** Height of a bar of 0, which can be seen. */
const LEAST = 1.5;

/** One bar: of a week. */
interface OneBar {
  /** What it is of: `2026-11-23`. */
  readonly name: string;
  /** Absent where there is nothing to measure: no bar, which a value of 0 has. */
  readonly value?: number | undefined;
  /** The part of it that is bad, drawn over it. */
  readonly bad?: number;
  /** Value, in words. */
  readonly told: string;
}

/** What was counted or measured week by week, and what it is in all. */
export interface BarsView {
  readonly title: string;
  readonly tone: 'count' | 'bad' | 'time';
  readonly bars: readonly OneBar[];
  /** The highest value, as the scale tells it. */
  readonly top: string;
  /** Of all weeks together, in large letters; and more about it. */
  readonly all: string;
  readonly note?: string | undefined;
}

/** Bars of weeks, with the number of all of them below. */
export function Bars({ title, tone, bars, top, all, note }: BarsView) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <Drawing title={title} tone={tone} bars={bars} top={top} />
      <p class="figure">{all}</p>
      {note === undefined ? null : <p class="soft">{note}</p>}
    </figure>
  );
}

function Drawing({ title, tone, bars, top }: Pick<BarsView, 'title' | 'tone' | 'bars' | 'top'>) {
  const highest = Math.max(...bars.map(({ value = 0 }) => value), 0);
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const height = (value: number): number =>
    highest === 0 ? 0 : Math.round((value / highest) * (HEIGHT - BOTTOM - TOP) * 10) / 10;
  const base = HEIGHT - BOTTOM;
  const place = (index: number): number => Math.round((LEFT + index * step + step * 0.15) * 10) / 10;
  const told = bars.map((bar) => `${bar.name}: ${bar.told}`);
  return (
    <svg
      class={`chart bars-${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${title}, by week. ${told.join('; ')}.`}
    >
      <line class="axis" x1={String(LEFT)} y1={String(base)} x2={String(WIDTH)} y2={String(base)} />
      {highest === 0 ? null : (
        <text x={String(LEFT - 4)} y={String(TOP + 4)} text-anchor="end">
          {top}
        </text>
      )}
      <text x={String(LEFT)} y={String(HEIGHT - 4)}>
        {dayOf(bars[0]?.name)}
      </text>
      <text x={String(WIDTH)} y={String(HEIGHT - 4)} text-anchor="end">
        {dayOf(bars.at(-1)?.name)}
      </text>
      {bars.map(({ name, value, bad = 0, told: words }, index) => (
        <g>
          <title>{`Week of ${name}: ${words}`}</title>
          {value === undefined ? null : (
            <rect class="value" {...boxOf(place(index), step * 0.7, base, Math.max(LEAST, height(value)))} />
          )}
          {bad === 0 ? null : <rect class="bad" {...boxOf(place(index), step * 0.7, base, height(bad))} />}
        </g>
      ))}
    </svg>
  );
}

function boxOf(x: number, width: number, base: number, height: number) {
  return { x: String(x), y: String(base - height), width: String(Math.round(width * 10) / 10), height: String(height) };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `23 Nov` of `2026-11-23`. */
function dayOf(date = ''): string {
  const [, month = '', day = ''] = date.split('-');
  return `${Number(day)} ${months[Number(month) - 1] ?? ''}`;
}
