/** Where an artifact was built from, as its manifest says. */
export interface Source {
  readonly repository?: string;
  readonly commit?: string;
}

/** A text for people, with a page on the web where one is known. */
export interface Linked {
  readonly text: string;
  readonly link?: string;
}

/** How pages of a forge are addressed. Only those that are known by their host: of another, nothing is made up. */
const forges: Readonly<
  Record<string, { readonly commit: (id: string) => string; readonly compare: (from: string, to: string) => string }>
> = {
  // https://docs.github.com/en/pull-requests/committing-changes-to-your-project/viewing-and-comparing-commits/comparing-commits
  'github.com': { commit: (id) => `commit/${id}`, compare: (from, to) => `compare/${from}...${to}` },
  // https://docs.gitlab.com/user/project/repository/compare_revisions/
  'gitlab.com': { commit: (id) => `-/commit/${id}`, compare: (from, to) => `-/compare/${from}...${to}` },
  'bitbucket.org': { commit: (id) => `commits/${id}`, compare: (from, to) => `branches/compare/${to}%0D${from}` },
};

/** Digits of a commit that people read. */
const SHORT = 12;

/** What is new in a release: the commits between what is in service and it, where both are known and of one repository; else its own. */
export function describeCommits(before: Source | undefined, after: Source): Linked {
  const to = after.commit;
  if (to === undefined) return { text: 'no commit named' };
  const page = pageOf(after);
  const from = before?.commit;
  if (from === undefined || !isSame(before?.repository, after.repository)) {
    const text = `commit ${to.slice(0, SHORT)}`;
    return page === undefined ? { text } : { text, link: `${page.url}/${page.forge.commit(to)}` };
  }
  if (from === to) return { text: `commit ${to.slice(0, SHORT)}, as in service` };
  const text = `commits ${from.slice(0, SHORT)}…${to.slice(0, SHORT)}`;
  return page === undefined || !isId(from) ? { text } : { text, link: `${page.url}/${page.forge.compare(from, to)}` };
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && normal(one) === normal(other);
}

function normal(repository: string): string {
  return repository.replace(/\/+$/, '').replace(/\.git$/, '');
}

/** Page of the repository and its forge; undefined where a part of the link is not known for sure. */
function pageOf({ repository = '', commit = '' }: Source) {
  const url = normal(repository);
  const host = /^https:\/\/([a-z.]+)(?:\/[\w-][\w.-]*){2,}$/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const forge = Object.hasOwn(forges, host) ? forges[host] : undefined;
  return forge === undefined || !isId(commit) ? undefined : { url, forge };
}

function isId(commit: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(commit);
}
