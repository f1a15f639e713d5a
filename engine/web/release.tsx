import { recordedProblems, whereabouts, type Problem } from '../../core/values/problems.ts';
import { describeUnreached, type Unreached } from '../../core/notify/unreached.ts';
import { adviceFor, closureOf } from '../../core/release/advice.ts';
import type { ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { describeLeft, recordedLeft } from '../../core/release/left.ts';
import { describeServing, recordedServing } from '../../core/release/serving.ts';
import { shownEnvironments } from '../../core/release/shown.ts';
import { describeCounts, recordedObject } from '../../core/checks/evidence.ts';
import { actionsPath } from './actions.tsx';
import { evidencePath } from './evidence.tsx';
import { ClosedWindow } from './closed-window.tsx';
import { Layout, Time, Wide } from './layout.tsx';
import { Status } from './status.tsx';

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
}

export function ReleasePage({ head, timeline, unreached }: ReleaseView) {
  const closed = closureOf(head);
  return (
    <Layout title={head.release}>
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
      <Facts head={head} />
      <p>
        <a href={actionsPath(head.release)}>What you can do to it</a>
      </p>
      <h2>Environments</h2>
      <Environments head={head} />
      <h2>Timeline</h2>
      <ol class="timeline">
        {timeline.events.map((event) => (
          <Transition release={head.release} event={event} />
        ))}
      </ol>
      <Turning release={head.release} timeline={timeline} />
    </Layout>
  );
}

/** To the transitions before and after those that are shown. */
function Turning({ release, timeline: { earlier, later } }: { readonly release: string; readonly timeline: Timeline }) {
  if (earlier === undefined && later === undefined) return null;
  const to = (until: number): string => `/releases/${release}?until=${until}`;
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
        {head.service} {head.version}, attempt {head.attempt}
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

function Environments({ head }: { readonly head: ReleaseHead }) {
  const environments = shownEnvironments(head);
  if (environments.length === 0) return <p class="soft">None was reached.</p>;
  return (
    <Wide label="Environments">
      <table>
        <thead>
          <tr>
            <th scope="col">Environment</th>
            <th scope="col">Phase</th>
            <th scope="col">Account / Region</th>
            <th scope="col">Target</th>
          </tr>
        </thead>
        <tbody>
          {environments.flatMap(({ name, phase, targets }) =>
            Object.entries(targets).map(([target, targetPhase]) => (
              <tr>
                <td>
                  <a href={`/environments/${head.service}/${name}`}>{name}</a>
                </td>
                <td>{phase}</td>
                <td>
                  <code>{target}</code>
                </td>
                <td>{targetPhase}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </Wide>
  );
}

function Transition({ release, event }: { readonly release: string; readonly event: ReleaseEvent }) {
  const environment = 'environment' in event ? event.environment : undefined;
  const target = 'target' in event ? event.target : undefined;
  const evidence = 'evidence' in event ? event.evidence : undefined;
  const problems = recordedProblems(evidence);
  const object = recordedObject(evidence);
  return (
    <li class={toneOf(event.type)}>
      <p>
        <strong>{wordsOf(event.type)}</strong>
        {environment === undefined ? null : ` · ${environment}`}
        {target === undefined ? null : ` · ${target}`}
      </p>
      {problems.length > 0 ? (
        <Problems problems={problems} />
      ) : event.reason === undefined ? null : (
        <p>{event.reason}</p>
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
      {evidence === undefined ? null : (
        <details>
          <summary>Evidence</summary>
          <pre>{JSON.stringify(evidence, null, 2)}</pre>
        </details>
      )}
    </li>
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
function wordsOf(type: string): string {
  const words = type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toneOf(type: ReleaseEvent['type']): 'good' | 'bad' | 'busy' {
  if (/failed|rejected|declined|voided|expired/i.test(type)) return 'bad';
  return /Started$|Requested$|preparing|lookingAhead|received/.test(type) ? 'busy' : 'good';
}
