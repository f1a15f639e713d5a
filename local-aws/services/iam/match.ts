/**
 * How IAM compares strings: wildcards, ARNs and policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** The condition keys of a request, lower-cased names to their values. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** One piece of a pattern: literal text (never a wildcard, whatever it holds), or a wildcard. */
type Piece = { readonly text: string } | { readonly wildcard: '*' | '?' };

/** Characters of a pattern after variables were put in; `'*'` and `'?'` as wildcards are symbols apart from literals. */
type Token = string | typeof ANY | typeof ONE;
const ANY = Symbol('*');
const ONE = Symbol('?');

/** Compares by wildcards (`*` any run, `?` one character), case-sensitively, without policy variables. */
export function matchesWildcard(pattern: string, value: string): boolean {
  return WILDCARD.test(pattern) ? matchTokens(plainTokens(pattern), value) : pattern === value;
}

/** Compares by wildcards after putting policy variables in; a variable without a value matches nothing. */
export function matchesPattern(pattern: string, value: string, context: RequestContext): boolean {
  if (!pattern.includes('${')) return matchesWildcard(pattern, value);
  const pieces = resolve(pattern, context);
  return pieces !== undefined && matchTokens(tokensOf(pieces), value);
}

/** Puts policy variables in and takes the rest literally; undefined where a variable has no value. */
export function substitute(pattern: string, context: RequestContext): string | undefined {
  return resolve(pattern, context)
    ?.map((piece) => ('text' in piece ? piece.text : piece.wildcard))
    .join('');
}

/** Compares ARNs segment by segment: a wildcard never crosses one of the first five colons. */
export function matchesArn(pattern: string, value: string, context: RequestContext): boolean {
  if (pattern === '*') return true;
  const patterns = segments(pattern);
  const values = segments(value);
  if (patterns.length !== values.length) return false;
  return patterns.every((segment, index) => matchesPattern(segment, values[index] ?? '', context));
}

/**
 * An ARN with all six fields: those that one of an identity-based policy lacks are `*`, so that `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function completeArn(arn: string): string {
  const missing = arn.startsWith('arn:') ? Math.max(0, 6 - segments(arn).length) : 0;
  return `${arn}${':*'.repeat(missing)}`;
}

/** Has an ARN partition and service, but fewer than six fields? */
export function isIncompleteArn(arn: string): boolean {
  const [start, partition, service, ...others] = segments(arn);
  return start === 'arn' && partition !== '' && service !== undefined && service !== '' && others.length < 3;
}

/** The six segments of an ARN; colons inside `${…}` do not separate. */
function segments(arn: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let index = 0; index < arn.length && found.length < 5; index += 1) {
    const character = arn[index];
    if (character === '$' && arn[index + 1] === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === ':' && depth === 0) {
      found.push(arn.slice(from, index));
      from = index + 1;
    }
  }
  return [...found, arn.slice(from)];
}

const WILDCARD = /[*?]/;
const known = new Map<string, readonly Token[]>();

/** The tokens of a pattern without variables: policies ask for the same few again and again. */
function plainTokens(pattern: string): readonly Token[] {
  const tokens = known.get(pattern) ?? tokensOf(piecesOf(pattern));
  known.set(pattern, tokens);
  return tokens;
}

const VARIABLE = /\$\{([^}]*)\}/g;

function resolve(pattern: string, context: RequestContext): Piece[] | undefined {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of pattern.matchAll(VARIABLE)) {
    pieces.push(...piecesOf(pattern.slice(from, found.index)));
    from = found.index + found[0].length;
    const value = variable(found[1] ?? '', context);
    if (value === undefined) return undefined;
    pieces.push({ text: value });
  }
  pieces.push(...piecesOf(pattern.slice(from)));
  return pieces;
}

/** `${aws:username}`, `${aws:username, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves. */
function variable(expression: string, context: RequestContext): string | undefined {
  if (expression === '*' || expression === '?' || expression === '$') return expression;
  const [, key = '', fallback] = /^\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(expression) ?? [];
  const values = context.get(key.toLowerCase());
  // A multivalued key cannot be a variable's value.
  return values?.length === 1 ? values[0] : fallback;
}

function piecesOf(text: string): Piece[] {
  return text
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' || part === '?' ? { wildcard: part } : { text: part }));
}

function tokensOf(pieces: readonly Piece[]): Token[] {
  return pieces.flatMap((piece): Token[] => ('text' in piece ? [...piece.text] : [piece.wildcard === '*' ? ANY : ONE]));
}

/** Greedy matching with one point to come back to: linear but for the last `*`. */
function matchTokens(tokens: readonly Token[], value: string): boolean {
  const characters = [...value];
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === ANY) {
      star = token;
      starAt = at;
      token += 1;
    } else if (current === ONE || (current !== undefined && current === characters[at])) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      token = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  while (tokens[token] === ANY) token += 1;
  return token === tokens.length;
}
