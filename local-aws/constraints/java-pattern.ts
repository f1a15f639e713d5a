const compiled = new Map<string, RegExp>();

/**
 * A regular expression of AWS's models, which are Java's, over the whole text. Java allows escapes that JavaScript's `u` flag
 * refuses, so the flag is set only where a pattern is valid with it, or cannot be read without it (`\p{L}`).
 * @throws SyntaxError for a pattern that JavaScript cannot read
 */
export function javaPattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): RegExp {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    if (/\\[pP]\{/.test(pattern)) throw error;
    return new RegExp(source);
  }
}
