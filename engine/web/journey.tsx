import type { JourneyStop, JourneyTarget } from '../../core/overview/journey.ts';
import { Bar } from './bar.tsx';
import { Time } from './layout.tsx';
import { approvalPath, environmentPath } from './paths.ts';

interface JourneyView {
  readonly release: string;
  readonly service: string;
  readonly stops: readonly JourneyStop[];
}

/** Environments from left to right, their waves and targets inside, and what each waits for. */
export function Journey({ release, service, stops }: JourneyView) {
  if (stops.length === 0) return <p class="soft">It reached no environment.</p>;
  return (
    <ol class="journey">
      {stops.map((stop) => (
        <Stop release={release} service={service} stop={stop} />
      ))}
    </ol>
  );
}

interface StopView extends Omit<JourneyView, 'stops'> {
  readonly stop: JourneyStop;
}

function Stop({ release, service, stop }: StopView) {
  const { environment, phase, tone, advance, waves, asked, observedSince } = stop;
  return (
    <li class={`stop ${tone}`}>
      <h2>
        <a href={environmentPath(service, environment)}>{environment}</a>
      </h2>
      <p>
        <strong class={tone}>{phase}</strong>
        {observedSince === undefined ? null : (
          <>
            {' '}
            since <Time at={observedSince} />
          </>
        )}
      </p>
      <Bar percent={advance} label={`${environment}: ${advance} % of the way`} tone={tone} />
      {asked === undefined ? null : (
        <p>
          {asked.told} Until <Time at={asked.deadline} />.{' '}
          <a href={approvalPath(release, asked.approval)}>Look and decide</a>
        </p>
      )}
      {waves.map((targets, index) => (
        <div class="wave">
          {waves.length > 1 ? <h3>Wave {index + 1}</h3> : null}
          <ul>
            {targets.map((target) => (
              <Target target={target} />
            ))}
          </ul>
        </div>
      ))}
    </li>
  );
}

function Target({ target: { account, region, phase, tone, percent } }: { readonly target: JourneyTarget }) {
  return (
    <li>
      <code>
        {account} {region}
      </code>{' '}
      <span class={tone}>{phase}</span>
      {percent === undefined ? null : (
        <>
          {' '}
          <strong>{percent} % of the users</strong>
          <Bar percent={percent} label={`${percent} % of the users are on the new version`} tone="busy" />
        </>
      )}
    </li>
  );
}
