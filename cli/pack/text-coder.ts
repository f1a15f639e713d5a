import { listOf, recordOf } from '../../core/values/records.ts';

/** Characters of Unicode's supplementary private use area, of which each stands for a value that CloudFormation computes. */
const FIRST = 0xf0000;
const STAND_IN = /[\u{F0000}-\u{FFFFD}]/u;

/**
 * Writes texts that a template puts together (`Ref`, `Fn::Sub`, `Fn::Join`) as one text in which a character stands for each computed
 * value, and back. So the same text is found however it is written.
 */
export class TextCoder {
  readonly #values: unknown[] = [];
  readonly #known = new Map<string, string>();

  /**
   * The value as one text; undefined where it is none.
   * @param inner what becomes of a value inside that is no text itself
   */
  encode(value: unknown, inner: (value: unknown) => unknown = (one) => one): string | undefined {
    if (typeof value === 'string') return STAND_IN.test(value) ? undefined : value;
    const members = Object.entries(recordOf(value));
    const [entry] = members;
    if (members.length !== 1 || entry === undefined) return undefined;
    const [name, given] = entry;
    if (name === 'Ref' && typeof given === 'string') return this.standIn(value);
    if (name === 'Fn::Sub') return this.#substituted(given, inner);
    if (name === 'Fn::Join') return this.#joined(given, inner);
    return name === 'Fn::Select' ? this.#selected(given) : undefined;
  }

  /** A text as `Fn::Sub` takes it: `a-${AWS::Region}`. */
  encodePattern(text: string): string {
    return this.encode({ 'Fn::Sub': text }) ?? text;
  }

  /** The text as a template writes it. */
  decode(text: string): unknown {
    const parts = text
      .split(/([\u{F0000}-\u{FFFFD}])/u)
      .filter((part) => part !== '')
      .map((part) => (STAND_IN.test(part) ? this.#values[(part.codePointAt(0) ?? FIRST) - FIRST] : part));
    return parts.length === 1 ? parts[0] : { 'Fn::Join': ['', parts] };
  }

  /** The character for a value, the same for equal values. */
  standIn(value: unknown): string {
    const key = JSON.stringify(value);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const character = String.fromCodePoint(FIRST + this.#values.length);
    this.#values.push(value);
    this.#known.set(key, character);
    return character;
  }

  #substituted(given: unknown, inner: (value: unknown) => unknown): string | undefined {
    const [text, values] = listOf(given);
    if (typeof text !== 'string' || STAND_IN.test(text)) return undefined;
    const members = recordOf(values);
    // Text and names take turns.
    const parts = text.split(/\$\{([^!}][^}]*)\}/).map((part, index) => {
      if (index % 2 === 0) return part.replaceAll('${!', '${');
      const name = part.trim();
      return name in members ? this.#part(members[name], inner) : this.standIn(referenceTo(name));
    });
    return parts.join('');
  }

  #joined(given: unknown, inner: (value: unknown) => unknown): string | undefined {
    const [separator, list] = listOf(given);
    if (typeof separator !== 'string' || !Array.isArray(list)) return undefined;
    return list.map((part: unknown) => this.#part(part, inner)).join(separator);
  }

  #part(value: unknown, inner: (value: unknown) => unknown): string {
    if (typeof value === 'number') return String(value);
    return this.encode(value, inner) ?? this.standIn(inner(value));
  }

  /** A part of a text that is known, as CDK's legacy synthesizer takes keys apart. */
  #selected(given: unknown): string | undefined {
    const [index, list] = listOf(given);
    const [separator, text] = listOf(recordOf(list)['Fn::Split']);
    if (typeof separator !== 'string' || typeof text !== 'string') return undefined;
    return text.split(separator)[Number(index)];
  }
}

function referenceTo(name: string): unknown {
  const dot = name.indexOf('.');
  return dot === -1 ? { Ref: name } : { 'Fn::GetAtt': [name.slice(0, dot), name.slice(dot + 1)] };
}
