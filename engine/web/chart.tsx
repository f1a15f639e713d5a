import type { Chart, CheckCharts } from '../../core/overview/charts.ts';

/** Size of a chart's drawing, in its own units; it is scaled to the page. */
const [WIDTH, HEIGHT] = [320, 120];
/** Room for the scale at the left, and for times below. */
const [LEFT, BOTTOM, TOP] = [44, 20, 10];

/** What was measured while traffic moved, drawn. The numbers are in the table of the evidence. */
export function Charts({ checks }: { readonly checks: readonly CheckCharts[] }) {
  return (
    <>
      {checks.map(({ check, charts }) => (
        <section>
          <h3>{check}</h3>
          <div class="charts">
            {charts.map((chart) => (
              <figure>
                <figcaption>
                  {chart.title}
                  {chart.unit === '' ? '' : ` (${chart.unit})`}
                </figcaption>
                <Drawing chart={chart} />
                <Key chart={chart} />
              </figure>
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function Key({ chart: { lines, limit, unit } }: { readonly chart: Chart }) {
  return (
    <p class="key soft">
      {lines.map(({ name, of, points }) => (
        <span class={`line-${of}`}>
          {name}: {shortOf(points.at(-1)?.value ?? 0)} {unit}
        </span>
      ))}
      {limit === undefined ? null : (
        <span class="line-limit">
          limit: {limit} {unit}
        </span>
      )}
    </p>
  );
}

function Drawing({ chart }: { readonly chart: Chart }) {
  const { title, unit, lines, limit, top } = chart;
  const times = lines.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const scale = top === 0 ? 1 : top * 1.1;
  const x = (at: string): number =>
    round(LEFT + ((Date.parse(at) - first) / Math.max(1, last - first)) * (WIDTH - LEFT - 8));
  const y = (value: number): number => round(HEIGHT - BOTTOM - (value / scale) * (HEIGHT - BOTTOM - TOP));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sentenceOf(chart)} class="chart">
      <line class="axis" x1={String(LEFT)} y1={String(y(0))} x2={String(WIDTH)} y2={String(y(0))} />
      <text x={String(LEFT - 4)} y={String(y(0))} text-anchor="end">
        0
      </text>
      <text x={String(LEFT - 4)} y={String(y(top) + 4)} text-anchor="end">
        {String(Math.round(top * 10) / 10)}
      </text>
      <text x={String(LEFT)} y={String(HEIGHT - 4)}>
        {clockOf(first)}
      </text>
      <text x={String(WIDTH)} y={String(HEIGHT - 4)} text-anchor="end">
        {clockOf(last)}
      </text>
      {limit === undefined ? null : (
        <line class="line-limit" x1={String(LEFT)} y1={String(y(limit))} x2={String(WIDTH)} y2={String(y(limit))} />
      )}
      {[...lines].reverse().map(({ name, of, points }) => (
        <g class={`line-${of}`}>
          <polyline points={points.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ')} />
          {points.map(({ at, value }) => (
            <circle cx={String(x(at))} cy={String(y(value))} r="2.5">
              <title>{`${name}, ${clockOf(Date.parse(at))}: ${value} ${unit}`.trim()}</title>
            </circle>
          ))}
        </g>
      ))}
    </svg>
  );

  function sentenceOf({ lines: all }: Chart): string {
    const told = all.map(({ name, points }) => `${name} from ${points[0]?.value} to ${points.at(-1)?.value} ${unit}`);
    return `${title}: ${told.join(', ')}${limit === undefined ? '' : `; the limit is ${limit} ${unit}`}`;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Three digits are enough to see. */
function shortOf(value: number): string {
  return String(value >= 100 ? Math.round(value) : round(value));
}

/** `10:04:07`, UTC. */
function clockOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
