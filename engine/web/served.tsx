import { servedBefore, type ServedSpan } from '../../core/overview/history.ts';
import { Time, Wide } from './layout.tsx';
import { releasePath } from './paths.ts';

/** What serves in an environment, what served before, and what can be brought back. */
export interface ServedView {
  readonly service: string;
  readonly environment: string;
  readonly served: readonly { readonly target: string; readonly spans: readonly ServedSpan[] }[];
  /** Engine time: where the strip ends. */
  readonly now: string;
}

export function Served({ service, environment, served, now }: ServedView) {
  if (served.length === 0) return <p class="soft">Nothing serves here yet.</p>;
  const before = servedBefore(served[0]?.spans ?? []);
  return (
    <>
      {served.map(({ target, spans }) => (
        <section>
          <h3>
            <code>{target.replace('/', ' ')}</code>
          </h3>
          <Strip spans={spans} now={now} />
          <Spans target={target} spans={spans} />
        </section>
      ))}
      {before.length === 0 ? null : (
        <p>
          To bring a version back:{' '}
          <code>{`sluice rollback ${service} ${environment} --to ${before[0]?.version ?? 'VERSION'} --reason "…"`}</code>
        </p>
      )}
    </>
  );
}

/** Versions over time, from the oldest that is shown until now. */
function Strip({ spans, now }: { readonly spans: readonly ServedSpan[]; readonly now: string }) {
  const [newest] = spans;
  const oldest = spans.at(-1);
  if (newest === undefined || oldest === undefined) return null;
  const [begin, end] = [Date.parse(oldest.from), Date.parse(now)];
  const place = (at: string): number => Math.round(((Date.parse(at) - begin) / Math.max(1, end - begin)) * 1000) / 10;
  const label = `From ${oldest.version ?? 'of no release'} to ${newest.version ?? 'of no release'}, ${spans.length} in all`;
  return (
    <svg class="strip" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      {[...spans].reverse().map(({ version, from, to }, index) => (
        <rect
          class={to === undefined ? 'now' : `then-${index % 2}`}
          x={String(place(from))}
          width={String(Math.max(0.3, place(to ?? now) - place(from)))}
          height="6"
        >
          <title>{`${version ?? 'of no release'}, from ${from}`}</title>
        </rect>
      ))}
    </svg>
  );
}

function Spans({ target, spans }: { readonly target: string; readonly spans: readonly ServedSpan[] }) {
  return (
    <Wide label={`What served in ${target}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Release</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {spans.map(({ version, release, from, to }) => (
            <tr>
              <td>{version ?? 'of no release'}</td>
              <td>{release === undefined ? '–' : <a href={releasePath(release)}>{release}</a>}</td>
              <td>
                <Time at={from} />
              </td>
              <td>{to === undefined ? 'now' : <Time at={to} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
