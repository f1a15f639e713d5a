import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Application } from './application.ts';

/** What tools write, or is not built. */
const NOT_SOURCE = new Set([
  ...['node_modules', '.git', '.aws-sam', '.serverless', 'cdk.out', '.venv', 'venv', '__pycache__', 'coverage'],
  ...['test', 'tests', '__tests__', 'events', 'docs'],
]);

/** Files that are built, or say how. */
const SOURCE =
  /\.([cm]?[jt]sx?|py|rb|java|kt|go|rs|cs|fs|php)$|^(package\.json|requirements\.txt|pyproject\.toml|Gemfile|pom\.xml|build\.gradle(\.kts)?|go\.mod|Cargo\.toml|Makefile|serverless\.ya?ml|cdk\.json)$/;
const TEST = /[._](test|spec)\.[cm]?[jt]sx?$|^test_.*\.py$/;

/**
 * That a build is packed, and not the sources, and whether these have changed since. Times of files are a hint and no proof – a fresh
 * clone has those of the clone –, so that nothing is refused by them.
 */
export function buildNotes({ made, build }: Application): string[] {
  if (made === undefined) return [];
  const { writtenBy, sources } = made;
  const builtAt = statSync(writtenBy).mtimeMs;
  const newer = [
    ...new Set(sources.flatMap((folder) => sourcesBelow(folder).filter((file) => statSync(file).mtimeMs > builtAt))),
  ];
  const used = `What "${build}" built is packed, and not the sources: ${made.folder}.`;
  const [first] = newer;
  if (first === undefined) return [used];
  const more = newer.length === 1 ? '' : ` and ${newer.length - 1} more`;
  return [
    used,
    `${relative('.', first)}${more} changed after "${build}" ran: run it again, if they belong to the code.`,
  ];
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_SOURCE.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesBelow(path);
      return entry.isFile() && SOURCE.test(entry.name) && !TEST.test(entry.name) ? [path] : [];
    })
    .toSorted();
}
