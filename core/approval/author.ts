import type { Person } from '../policy/policy.ts';
import { decidesAs } from './principal.ts';

/** Did a person make the artifact? `unclear` where its text does not tell its author from that person. */
export type Authorship = 'author' | 'other' | 'unclear';

/** What a manifest's text says of its author. */
interface NamedAuthor {
  /** Every address in it, in the form in which two of them are compared. */
  readonly addresses: ReadonlySet<string>;
  /** Something in it may be an address, but cannot be read as one. */
  readonly garbled: boolean;
  /** All words besides the addresses. */
  readonly words: ReadonlySet<string>;
}

/**
 * Did this person make the artifact, by what its manifest says of the author? The text is free (`Ada <ada@example.com>`, two
 * addresses, `mailto:…`): every address is taken out of it, and what hides one (case, tags, comments, invisible characters)
 * counts for nothing. Without an address that tells, it is `unclear`, unless the text is another listed person's name.
 *
 * @param people everybody who is asked
 */
export function authorshipOf(author: string, person: Person, people: readonly Person[]): Authorship {
  if (person.principal !== undefined && decidesAs(person.principal, author.trim())) return 'author';
  const named = readAuthor(author);
  if (named.addresses.has(comparable(person.email))) return 'author';
  if (named.garbled || isNamed(named, person)) return 'unclear';
  if (named.addresses.size > 0) return 'other';
  const another = people.some((one) => isNamed(named, one));
  return another && !isPartOfName(named, person) ? 'other' : 'unclear';
}

/** Invisible characters, and spaces other than the usual one: some write them into an address, some between two words. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?! )[\p{Z}\p{Cc}]/gu;
const COMMENT = /\([^()]*\)/g;
const ADDRESS = /([\p{L}\p{M}\p{N}._+'’-]+)@([\p{L}\p{M}\p{N}-]+(?:[.。][\p{L}\p{M}\p{N}-]+)+)/gu;
/** An at sign that no address was found around; before a word it makes a handle, such as `@ada`. */
const STRAY = /[^\s<([,;:/]@|@(?![\p{L}\p{M}\p{N}])/u;
/** Stands in a text where an address was. */
const TAKEN = '¦';
/** Addresses that a forge or a mailer gives instead of somebody's own: they tell nobody. */
const NOBODY = /^(no-?reply|do-?not-?reply)@|[@.]noreply\./;

function readAuthor(author: string): NamedAuthor {
  const readings = readingsOf(author).map(readPlain);
  return {
    addresses: new Set(readings.flatMap(({ addresses }) => addresses.filter((one) => !NOBODY.test(one)))),
    garbled: readings.some(({ garbled }) => garbled),
    words: new Set(readings.flatMap(({ words }) => words)),
  };
}

/** The ways to read a text: what is invisible, and comments, either join what is beside them or part it. */
function readingsOf(author: string): string[] {
  const text = author.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  return ['', ' '].flatMap((gap) => {
    const plain = text.replace(INVISIBLE, gap).normalize('NFKC').replace(/["\\]/g, '');
    const comments = [...plain.matchAll(COMMENT)].map(([comment]) => comment.slice(1, -1));
    return [plain.replace(COMMENT, gap), ...comments];
  });
}

function readPlain(text: string): { addresses: string[]; garbled: boolean; words: string[] } {
  const joined = text.replace(/\s+/g, ' ').replace(/ ?@ ?(?=[\p{L}\p{N}-]+[.。])/gu, '@');
  const rest = joined.replace(ADDRESS, TAKEN);
  return {
    addresses: [...joined.matchAll(ADDRESS)].map(([address]) => comparable(address)),
    garbled: STRAY.test(rest),
    words: wordsOf(rest),
  };
}

/** Two addresses of one mailbox are the same text: without case and tag, the domain as DNS has it. */
function comparable(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).replace(/^[._+'’-]+|\+.*$|[._'’-]+$/g, '');
  const domain = address.slice(at + 1).replace(/。/g, '.');
  const url = `http://${domain}`;
  return `${local}@${URL.canParse(url) ? new URL(url).hostname : domain}`.toLowerCase();
}

/** Words without case and accents. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The names by which people know a person: the listed name, and the part of the address before the at sign. */
function namesOf({ name, email }: Person): string[][] {
  return [wordsOf(name), wordsOf(comparable(email).replace(/@.*/, ''))];
}

/** Does the text have one of the person's names in full? */
function isNamed({ words }: NamedAuthor, person: Person): boolean {
  return namesOf(person).some((name) => name.length > 0 && name.every((word) => words.has(word)));
}

/** Or nothing but a part of them, such as the first name? */
function isPartOfName({ words }: NamedAuthor, person: Person): boolean {
  const own = namesOf(person).flat();
  return [...words].every((word) => own.includes(word));
}
