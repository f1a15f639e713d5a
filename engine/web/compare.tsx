import type { Child } from 'hono/jsx';
import type { ComparisonDocument } from '../../core/contract/api/comparison.ts';
import type { ReleaseSummary } from '../../core/contract/api/documents.ts';
import { Layout, Time } from './layout.tsx';
import { comparePath, releasePath, servicePath } from './paths.ts';
import { Status } from './status.tsx';

/** Which release a release is compared with. */
export function CompareChoice({
  release,
  service,
  others,
}: {
  readonly release: string;
  readonly service: string;
  readonly others: readonly ReleaseSummary[];
}) {
  return (
    <Layout title={`Compare ${release}`}>
      <h1>
        Compare <a href={releasePath(release)}>{release}</a>
      </h1>
      {others.length === 0 ? <p class="notice">There is no other release of {service}.</p> : <p>With which release?</p>}
      <ul class="lines">
        {others.map(({ id, status, startedAt }) => (
          <li>
            <Status status={status} /> <a href={comparePath(id, release)}>{id}</a>{' '}
            <span class="soft">
              <Time at={startedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Layout>
  );
}

/** What differs between two releases. */
export function ComparePage({ found }: { readonly found: ComparisonDocument }) {
  const { service, before, after, commits, sameArtifact } = found;
  return (
    <Layout title={`${before.id} and ${after.id}`}>
      <h1>What differs</h1>
      <p>
        <a href={servicePath(service)}>{service}</a>: from <a href={releasePath(before.id)}>{before.id}</a> to{' '}
        <a href={releasePath(after.id)}>{after.id}</a> · <a href={comparePath(after.id, before.id)}>the other way</a>
      </p>
      <dl>
        <dt>Commits</dt>
        <dd>{commits.link === undefined ? commits.text : <a href={commits.link}>{commits.text}</a>}</dd>
        <dt>Author</dt>
        <dd>{after.source.author}</dd>
        <dt>Artifact</dt>
        <dd>{sameArtifact ? 'the same, byte for byte' : 'another'}</dd>
      </dl>
      <Parameters found={found} />
      <TemplateParts found={found} />
      <Checks found={found} />
      <Settings found={found} />
    </Layout>
  );
}

/** A heading, and lines; or a word that there are none. A line may be read on a telephone, as a table's row may not. */
function Part({ title, lines }: { readonly title: string; readonly lines: readonly Child[] }) {
  return (
    <>
      <h2>{title}</h2>
      {lines.length === 0 ? <p class="soft">No difference.</p> : null}
      <ul class="lines">
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  );
}

interface Found {
  readonly found: ComparisonDocument;
}

function Parameters({ found: { parameters } }: Found) {
  return (
    <Part
      title="Parameters"
      lines={parameters.map(({ environment, target, name, before, after }) => (
        <Change name={name} before={before} after={after} where={[environment, target ?? ''].join(' ')} />
      ))}
    />
  );
}

/** What has one value before and another after. */
function Change({
  name,
  before,
  after,
  where,
}: {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly where: string;
}) {
  return (
    <>
      <strong>{name}</strong> <span class="soft">{where}</span>
      <div>
        <Value value={before} /> → <Value value={after} />
      </div>
    </>
  );
}

function Value({ value }: { readonly value: string | undefined }) {
  return value === undefined ? <span class="soft">none</span> : <code>{value}</code>;
}

function TemplateParts({ found: { template } }: Found) {
  if ('unreadable' in template)
    return (
      <>
        <h2>Template</h2>
        <p class="notice">{template.unreadable}</p>
      </>
    );
  const { resources, sections, permissions } = template;
  return (
    <>
      <Part
        title="Resources"
        lines={resources.map(({ difference, logicalId, type, formerType, places, further }) => (
          <Difference
            difference={difference}
            name={logicalId}
            about={formerType === undefined ? type : `${formerType} → ${type}`}
            places={places}
            further={further}
          />
        ))}
      />
      <Part
        title="Permissions"
        lines={permissions.flatMap(({ logicalId, added, removed, further }) => [
          ...added.map((line) => <Grant difference="added" name={logicalId} line={line} />),
          ...removed.map((line) => <Grant difference="removed" name={logicalId} line={line} />),
          ...(further === 0 ? [] : [`${logicalId}: and ${further} more`]),
        ])}
      />
      <Part
        title="Other parts of the template"
        lines={sections.map(({ section, name, difference }) => (
          <Difference difference={difference} name={name} about={section === name ? '' : section} />
        ))}
      />
    </>
  );
}

function Grant({ difference, name, line }: Pick<DifferenceView, 'difference' | 'name'> & { readonly line: string }) {
  return (
    <>
      <Mark difference={difference} /> <strong>{name}</strong>
      <div>{line}</div>
    </>
  );
}

function Checks({ found: { checks } }: Found) {
  return (
    <Part
      title="Checks and alarms"
      lines={checks.map(({ kind, ...one }) => (
        <Difference {...one} about={kind} />
      ))}
    />
  );
}

function Settings({ found: { settings } }: Found) {
  return (
    <Part
      title="Manifest and policy"
      lines={settings.map(({ environment, setting, before, after }) => (
        <Change name={setting} before={before} after={after} where={environment ?? 'the release'} />
      ))}
    />
  );
}

const tones = { added: 'good', removed: 'bad', changed: 'busy' } as const;

function Mark({ difference }: { readonly difference: keyof typeof tones }) {
  return <span class={`badge ${tones[difference]}`}>{difference}</span>;
}

interface DifferenceView {
  readonly difference: keyof typeof tones;
  readonly name: string;
  /** What it is. */
  readonly about: string;
  readonly places?: readonly string[];
  readonly further?: number;
}

function Difference({ difference, name, about, places = [], further = 0 }: DifferenceView) {
  return (
    <>
      <Mark difference={difference} /> <strong>{name}</strong> <span class="soft">{about}</span>
      {places.length === 0 ? null : (
        <div>
          in{' '}
          {places.map((place, index) => (
            <>
              {index === 0 ? '' : ', '}
              <code>{place}</code>
            </>
          ))}
          {further === 0 ? '' : ` and ${further} more`}
        </div>
      )}
    </>
  );
}
