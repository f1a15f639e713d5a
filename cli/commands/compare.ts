import type { Command } from 'commander';
import { comparisonDocument, type ComparisonDocument } from '../../core/contract/api/comparison.ts';
import type { Session } from '../session.ts';

/** `sluice compare`. */
export function addCompareCommand(program: Command, session: Session): void {
  program
    .command('compare')
    .argument('<release>', 'such as orders-1.4.1-a1')
    .argument('<other>', 'a release of the same service, such as orders-1.4.2-a1')
    .description('show what differs between two releases: commits, parameters, template, permissions, checks, settings')
    .action(async (release: string, other: string) => {
      const path = `/v1/releases/${encodeURIComponent(release)}/compare/${encodeURIComponent(other)}`;
      const found = await (await session.engine()).call(comparisonDocument, 'GET', path);
      session.output().result(found, describeComparison);
    });
}

function describeComparison(found: ComparisonDocument): string {
  const { before, after, commits, sameArtifact } = found;
  const parts = [parametersIn(found), ...templateIn(found), checksIn(found), settingsIn(found)];
  const shown = parts.filter((part) => part !== '');
  return [
    `${before.id} → ${after.id}`,
    commits.link === undefined ? commits.text : `${commits.text}: ${commits.link}`,
    ...(sameArtifact ? ['Both have the same artifact, byte for byte.'] : []),
    ...(shown.length === 0 && !sameArtifact ? ['Nothing else differs but the code.'] : []),
    ...shown.flatMap((part) => ['', part]),
  ].join('\n');
}

function parametersIn({ parameters }: ComparisonDocument): string {
  return section(
    'Parameters',
    parameters.map(
      ({ environment, target, name, before, after }) =>
        `${[environment, ...(target === undefined ? [] : [target])].join(' ')}  ${name}: ${before ?? 'none'} → ${after ?? 'none'}`,
    ),
  );
}

function templateIn({ template }: ComparisonDocument): string[] {
  if ('unreadable' in template) return [section('Template', [template.unreadable])];
  const { resources, sections, permissions } = template;
  return [
    section(
      'Resources',
      resources.map(
        ({ difference, logicalId, type, ...where }) => `${difference}  ${logicalId} ${type}${placesIn(where)}`,
      ),
    ),
    section(
      'Other sections',
      sections.map(({ section: of, name, difference }) => `${difference}  ${of}.${name}`),
    ),
    section(
      'Permissions',
      permissions.flatMap(({ logicalId, added, removed, further }) => [
        ...added.map((line) => `+ ${logicalId}: ${line}`),
        ...removed.map((line) => `- ${logicalId}: ${line}`),
        ...(further === 0 ? [] : [`  ${logicalId}: and ${further} more`]),
      ]),
    ),
  ];
}

function checksIn({ checks }: ComparisonDocument): string {
  return section(
    'Checks',
    checks.map(({ kind, name, difference, ...where }) => `${difference}  ${kind} ${name}${placesIn(where)}`),
  );
}

function settingsIn({ settings }: ComparisonDocument): string {
  return section(
    'Settings',
    settings.map(
      ({ environment, setting, before, after }) =>
        `${environment === undefined ? '' : `${environment}  `}${setting}: ${before ?? 'none'} → ${after ?? 'none'}`,
    ),
  );
}

function placesIn({ places, further }: Pick<ComparisonDocument['checks'][number], 'places' | 'further'>): string {
  const where = [...places, ...(further === 0 ? [] : [`${further} more`])].join(', ');
  return where === '' ? '' : `: ${where}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
