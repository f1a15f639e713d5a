import { listFew } from '../../core/template/ways-in/around.ts';
import { realpathSync } from 'node:fs';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { recordOf } from '../../core/values/records.ts';
import { hasCommit, personOfGit, sourceFromGit, uncommitted } from '../git.ts';

type Source = Manifest['source'];

/** Where an artifact is built from, as far as git and not the manifest says it. */
export interface SourceByGit {
  /** What is filled in. */
  readonly filled: Partial<Source>;
  /** The last commit; undefined where git knows none. */
  readonly head: string | undefined;
}

/**
 * What the manifest of a folder leaves to git: a commit that is written down by hand is another one at the next build.
 * @param given `source` in the manifest, whatever it is
 */
export function sourceByGit(folder: string, given: unknown): SourceByGit {
  const own = recordOf(given);
  const ofCommit = sourceFromGit(folder);
  const { repository, commit, committedAt } = ofCommit;
  const author = ofCommit.author ?? (own['author'] === undefined ? personOfGit(folder) : undefined);
  const ofHead = own['commit'] === undefined || own['commit'] === commit;
  const known = { author, repository, commit, ...(ofHead ? { committedAt } : {}) };
  const open = Object.entries(known).filter(([name, value]) => value !== undefined && own[name] === undefined);
  return { filled: Object.fromEntries(open), head: commit };
}

/** Where an artifact is built from, and what a person should know of that. */
export interface PackedSource {
  readonly source: Source;
  readonly notes: readonly string[];
}

/**
 * What of an artifact's files is in no commit was built from none: it names no commit then, and whoever packs it is among its authors.
 * @param source of the manifest, filled in
 * @param given the service, and the paths of what is packed
 */
export function packedSource(
  folder: string,
  source: Source,
  { filled, head }: SourceByGit,
  given: { readonly service: string; readonly paths: readonly string[] },
): PackedSource {
  const stale = staleNotes(folder, source, { filled, head });
  if (Object.keys(filled).length === 0) return { source, notes: stale };
  const paths = [realpathSync(folder), ...given.paths];
  const open = filled.commit === undefined ? [] : uncommitted(folder, paths, `**/${given.service}-*.zip`);
  if (open.length === 0) return { source, notes: [...stale, `From git: ${describe(filled)}.`] };
  const author = filled.author === undefined ? source.author : withPacker(source.author, personOfGit(folder));
  const ofNoCommit = { ...source, author };
  delete ofNoCommit.commit;
  delete ofNoCommit.committedAt;
  return {
    source: ofNoCommit,
    notes: [...stale, `In no commit: ${listFew(open)}. The artifact names no commit, and ${author} as who made it.`],
  };
}

/** Each address in the text counts as the author's. */
function withPacker(author: string, person: string | undefined): string {
  return person === undefined || author.includes(person) ? author : `${author}, ${person}`;
}

/** A commit of this repository, and not the last: it was written down for an earlier build. */
function staleNotes(folder: string, { commit }: Source, { filled, head }: SourceByGit): string[] {
  if (commit === undefined || filled.commit !== undefined || head === undefined || head.startsWith(commit)) return [];
  if (!hasCommit(folder, commit)) return [];
  return [
    `"source.commit" of release.json is ${commit}, and the last commit here is ${head}: leave it out, and it is taken from git.`,
  ];
}

function describe({ author, commit, repository, committedAt }: Partial<Source>): string {
  return [
    ...(author === undefined ? [] : [`author ${author}`]),
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(committedAt === undefined ? [] : [`committed at ${committedAt}`]),
    ...(repository === undefined ? [] : [`repository ${repository}`]),
  ].join(', ');
}
