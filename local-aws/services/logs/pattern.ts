import { NotImplemented } from '../../kernel/errors.ts';

/**
 * Plain term patterns: every term has to be there (`ERROR "not found"`), `?` makes terms alternatives, `-` excludes.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws NotImplemented for JSON, space-delimited and regular-expression patterns
 */
export function matcherOf(pattern: string | undefined): (message: string) => boolean {
  const text = (pattern ?? '').trim();
  if (text === '') return () => true;
  if (/^[{[%]/.test(text)) throw new NotImplemented(`the filter pattern ${text} (plain terms are)`);
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)].map(([, sign, quoted, plain]) => ({
    sign: sign ?? '',
    term: quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '',
  }));
  const of = (sign: string): string[] => terms.filter((each) => each.sign === sign).map(({ term }) => term);
  const [all, any, none] = [of(''), of('?'), of('-')];
  return (message) =>
    // AWS ignores alternatives that stand beside required terms.
    (all.length > 0 || any.length === 0 || any.some((term) => message.includes(term))) &&
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term));
}
