import type { Template } from '../template/template.ts';

/** A function's published versions, by number, and those that somebody needs. */
export interface PublishedVersions {
  readonly published: readonly string[];
  /** What aliases name, what a rollback goes back to, and what the stack has as a resource. */
  readonly needed: ReadonlySet<string>;
  /** How many of the newest stay in any case. */
  readonly keep: number;
}

/**
 * The versions that may go, oldest first. Lambda keeps each until it is deleted, and all of them count against the account's code
 * storage: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function versionsToPrune({ published, needed, keep }: PublishedVersions): readonly string[] {
  const numbers = published.filter((version) => /^[0-9]+$/.test(version)).sort((a, b) => Number(a) - Number(b));
  const old = keep === 0 ? numbers : numbers.slice(0, -keep);
  return old.filter((version) => !needed.has(version));
}

/** Numbers at the end of what could be a version's ARN or `function:number`, anywhere in a template: rather too many than one too few. */
export function numbersSpelledOut(template: Template): readonly string[] {
  return [...JSON.stringify(template).matchAll(/:([1-9][0-9]{0,8})(?=["/\\])/g)].flatMap(([, ...numbers]) => numbers);
}
