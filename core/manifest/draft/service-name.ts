import { serviceName } from '../../values/identifiers.ts';

const LONGEST = 30;

/** Names that say what a folder or package is, and not which service. */
const GENERAL =
  /^(app|application|aws|backend|build|cdk|cloudformation|code|deploy|deployment|iac|infra|infrastructure|lambda|main|project|sam|service|serverless|src|stack|stacks|template|templates)$/;

/**
 * A name for a service, from what its application is called: the first that can be made valid and says which service it is, else the first that
 * can be made valid. @param names the best first: of the package, of the folder
 */
export function draftServiceName(names: readonly string[]): string | undefined {
  const valid = names.map(asServiceName).filter((name) => name !== undefined);
  return valid.find((name) => !GENERAL.test(name)) ?? valid[0];
}

/** `@acme/OrderHistory_2` becomes `order-history2`; undefined where nothing is left. */
export function asServiceName(name: string): string | undefined {
  const words = name
    .replace(/^@[^/]*\//, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  // Each word starts with a letter: a number belongs to the word before it, and one before all words says nothing.
  const joined = words
    .join('-')
    .replaceAll(/-(?=\d)/g, '')
    .replace(/^\d+-?/, '');
  return serviceName.safeParse(shortened(joined)).data;
}

/** Whole words, the last of which says something. */
function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  const words = name.slice(0, LONGEST + 1).replace(/-[^-]*$/, '');
  return words.replace(/(-(and|by|for|from|in|of|on|to|with))+$/, '').slice(0, LONGEST);
}
