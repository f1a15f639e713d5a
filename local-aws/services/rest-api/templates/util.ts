/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '\\"', "'": "\\'", '\\': '\\\\', '/': '\\/' },
  ...{ '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' },
};

/** `$util` of mapping templates. */
export const util = {
  /** As a string of JavaScript holds it; single quotes too, which JSON does not take. */
  escapeJavaScript: (value: unknown): string =>
    textOf(value).replaceAll(
      /["'\\/\b\f\n\r\t]|[^\x20-\x7e]/g,
      (character) => ESCAPES[character] ?? unicode(character),
    ),
  parseJson: (text: unknown): unknown => {
    const value: unknown = JSON.parse(textOf(text));
    return value;
  },
  urlEncode: (value: unknown): string => new URLSearchParams({ x: textOf(value) }).toString().slice(2),
  urlDecode: (value: unknown): string =>
    new URLSearchParams(`x=${textOf(value).replaceAll('&', '%26')}`).get('x') ?? '',
  base64Encode: (value: unknown): string => Buffer.from(textOf(value), 'utf8').toString('base64'),
  base64Decode: (value: unknown): string => Buffer.from(textOf(value), 'base64').toString('utf8'),
};

/** What there is of it. */
export const UTIL: readonly string[] = Object.keys(util);

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unicode(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`)
    .join('');
}
