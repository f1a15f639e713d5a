import { recordedProblems, whereabouts, type Problem } from '../../core/values/problems.ts';
import { describeUnreached, type Unreached } from '../../core/notify/unreached.ts';
import { adviceFor, closureOf } from '../../core/release/advice.ts';
import type { ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { describeLeft, recordedLeft } from '../../core/release/left.ts';
import { describeServing, recordedServing } from '../../core/release/serving.ts';
import { describeCounts, recordedObject } from '../../core/checks/evidence.ts';
import type { CheckCharts } from '../../core/overview/charts.ts';
import { inWords, type JourneyStop } from '../../core/overview/journey.ts';
import { metricsLink } from '../../core/overview/metrics-link.ts';
import { foldTimeline, type TimelinePart } from '../../core/overview/timeline.ts';
import { ClosedWindow } from './closed-window.tsx';
import { Charts } from './chart.tsx';
import { Journey } from './journey.tsx';
import { Layout, Time } from './layout.tsx';
import { Status } from './status.tsx';
import { actionsPath, comparePath, evidencePath, releasePath, servicePath, withQuery } from './paths.ts';

/** The transitions that a page shows, and up to which number the pages before and after it go. */
interface Timeline {
  readonly events: readonly ReleaseEvent[];
  readonly earlier?: number;
  readonly later?: number;
}

/** One release with its timeline. */
export interface ReleaseView {
  readonly head: ReleaseHead;
  readonly timeline: Timeline;
  /** Whom messages about it could not reach so far. */
  readonly unreached: readonly Unreached[];
  readonly journey: readonly JourneyStop[];
  /** What was measured while traffic moved, in the environment under way or the last. */
  readonly charts: readonly {
    readonly environment: string;
    readonly target: string;
    readonly checks: readonly CheckCharts[];
  }[];
}

export function ReleasePage({ head, timeline, unreached, journey, charts }: ReleaseView) {
  const closed = closureOf(head);
  return (
    <Layout title={head.release} live={head.endedAt === undefined}>
      <h1>{head.release}</h1>
      <p>
        <Status status={head.status} /> <span class="soft">{adviceFor(head)}</span>
      </p>
      {head.failure === undefined ? null : (
        <div class="notice bad">
          <strong>{head.failure.error}</strong>: {head.failure.reason}
        </div>
      )}
      {closed === undefined ? null : (
        <div class="notice">
          {head.environment} is <ClosedWindow closed={closed} />
        </div>
      )}
      {unreached.length === 0 ? null : (
        <div class="notice">
          <ul>
            {unreached.map((one) => (
              <li>{describeUnreached(one)}</li>
            ))}
          </ul>
        </div>
      )}
      <Journey release={head.release} service={head.service} stops={journey} />
      <p>
        <a class="button" href={actionsPath(head.release)}>
          What you can do to it
        </a>{' '}
        <a class="button" href={comparePath(head.release)}>
          Compare
        </a>
      </p>
      {charts
        .filter(({ checks }) => checks.length > 0)
        .map(({ environment, target, checks }) => (
          <>
            <h2>
              While traffic moved in {environment}, {target}
            </h2>
            <Charts checks={checks} />
          </>
        ))}
      <h2>Timeline</h2>
      <ol class="timeline">
        {foldTimeline(timeline.events).map((part) => (
          <Part release={head.release} part={part} shown={timeline.events} />
        ))}
      </ol>
      <Turning release={head.release} timeline={timeline} />
      <h2>The artifact</h2>
      <Facts head={head} />
    </Layout>
  );
}

/** To the transitions before and after those that are shown. */
function Turning({ release, timeline: { earlier, later } }: { readonly release: string; readonly timeline: Timeline }) {
  if (earlier === undefined && later === undefined) return null;
  const to = (until: number): string => withQuery(releasePath(release), { until: String(until) });
  return (
    <p>
      {earlier === undefined ? null : (
        <a rel="prev" href={to(earlier)}>
          Earlier transitions
        </a>
      )}
      {earlier === undefined || later === undefined ? null : ' · '}
      {later === undefined ? null : (
        <a rel="next" href={to(later)}>
          Later transitions
        </a>
      )}
    </p>
  );
}

function Facts({ head }: { readonly head: ReleaseHead }) {
  return (
    <dl>
      <dt>Service</dt>
      <dd>
        <a href={servicePath(head.service)}>{head.service}</a> {head.version}, attempt {head.attempt}
      </dd>
      <dt>Artifact</dt>
      <dd>
        <code>{head.artifact.key}</code> version <code>{head.artifact.versionId}</code>
      </dd>
      <dt>SHA-256</dt>
      <dd>
        <code>{head.artifact.sha256 ?? 'unreadable'}</code>
      </dd>
      <dt>Author</dt>
      <dd>{head.author ?? 'unknown'}</dd>
      <dt>Started</dt>
      <dd>
        <Time at={head.startedAt} />
      </dd>
      {head.endedAt === undefined ? null : (
        <>
          <dt>Ended</dt>
          <dd>
            <Time at={head.endedAt} />
          </dd>
        </>
      )}
    </dl>
  );
}

interface Shown {
  readonly release: string;
  /** All transitions of the page. */
  readonly shown: readonly ReleaseEvent[];
}

function Part({ part, ...rest }: Shown & { readonly part: TimelinePart }) {
  if (part.kind === 'event') return <Transition {...rest} event={part.event} />;
  const [first] = part.events;
  const names = [...new Set(part.events.map(({ type }) => inWords(type)))];
  return (
    <li class="quiet">
      <details id={`steps-${first?.sequence}`}>
        <summary>
          {part.events.length} steps: {names.join(', ')}
        </summary>
        <ol class="timeline">
          {part.events.map((event) => (
            <Transition {...rest} event={event} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function Transition({ release, event, shown }: Shown & { readonly event: ReleaseEvent }) {
  const environment = 'environment' in event ? event.environment : undefined;
  const target = 'target' in event ? event.target : undefined;
  const evidence = 'evidence' in event ? event.evidence : undefined;
  const problems = recordedProblems(evidence);
  const object = recordedObject(evidence);
  return (
    <li class={toneOf(event)}>
      <p>
        <strong>{titleOf(event.type)}</strong>
        {environment === undefined ? null : ` · ${environment}`}
        {target === undefined ? null : ` · ${target}`}
      </p>
      {problems.length > 0 ? (
        <Problems problems={problems} />
      ) : event.reason === undefined ? null : (
        <p class="said">{event.reason}</p>
      )}
      {[...describeServing(recordedServing(evidence)), ...describeLeft(recordedLeft(evidence))].map((sentence) => (
        <p>{sentence}</p>
      ))}
      <p class="soft">
        #{event.sequence} · <Time at={event.at} /> · {event.actor} · {event.from} → {event.to}
      </p>
      {object === undefined ? null : (
        <p>
          <a href={evidencePath(release, object.object.sha256)}>{describeCounts(object.counts)}</a>
        </p>
      )}
      <Metrics event={event} shown={shown} />
      {evidence === undefined ? null : (
        <details id={`evidence-${event.sequence}`}>
          <summary>Evidence</summary>
          <pre>{JSON.stringify(evidence, null, 2)}</pre>
        </details>
      )}
    </li>
  );
}

/** To what CloudWatch has of the functions whose traffic moves. */
function Metrics({ event, shown }: Pick<Shown, 'shown'> & { readonly event: ReleaseEvent }) {
  const link = metricsLink(
    event,
    shown.filter(({ sequence }) => sequence > event.sequence),
  );
  if (link === undefined) return null;
  const { url, account, region } = link;
  return (
    <p>
      <a href={url} rel="noreferrer">
        Metrics before and after, in CloudWatch
      </a>{' '}
      <span class="soft">
        sign in to account {account} first ({region})
      </span>
    </p>
  );
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  return (
    <ul>
      {problems.map((problem) => (
        <li>
          {problem.message} <code>{problem.code}</code>
          {placeOf(problem)}
        </li>
      ))}
    </ul>
  );
}

function placeOf(problem: Problem): string | null {
  const place = whereabouts(problem);
  return place === '' ? null : ` ${place}`;
}

/** `approvalRequested` → `Approval requested`. */
function titleOf(type: string): string {
  const words = inWords(type);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toneOf({ type, to }: ReleaseEvent): 'good' | 'bad' | 'busy' {
  if (type === 'ended') return to === 'Succeeded' ? 'good' : 'bad';
  if (/failed|rejected|declined|voided|expired|firing/i.test(type)) return 'bad';
  return /Started$|Requested$|preparing|lookingAhead|received/.test(type) ? 'busy' : 'good';
}
