/** Reads calls of intrinsic functions. https://states-language.net/#intrinsic-functions */
import { readPath } from './read-path.ts';

export type Argument =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'call'; readonly call: Call };

export interface Call {
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** A call that Step Functions refuses when a machine is created. */
export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html: "up to 10 intrinsics within a field" */
const MOST_NESTED = 10;

/** @throws IntrinsicSyntaxError, PathSyntaxError */
export function readIntrinsic(text: string): Call {
  const reader = new Reader(text);
  const call = reader.call(1);
  reader.end();
  return call;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  call(depth: number): Call {
    if (depth > MOST_NESTED) throw this.wrong(`more than ${MOST_NESTED} functions are nested`);
    const name = this.take(/^\s*([A-Za-z][A-Za-z0-9._]*)\(/);
    if (name === undefined) throw this.wrong('a function name and "(" are expected');
    const args: Argument[] = [];
    if (this.take(/^(\s*\))/) !== undefined) return { name, arguments: args };
    for (;;) {
      args.push(this.argument(depth));
      if (this.take(/^(\s*\))\s*/) !== undefined) return { name, arguments: args };
      if (this.take(/^(\s*,)/) === undefined) throw this.wrong('"," or ")" is expected');
    }
  }

  end(): void {
    if (this.text.slice(this.at).trim() !== '') throw this.wrong('nothing may follow the last ")"');
  }

  private argument(depth: number): Argument {
    this.take(/^(\s+)/);
    const quoted = this.take(/^'((?:[^'\\]|\\[^])*)'/u);
    if (quoted !== undefined) return { kind: 'value', value: quoted };
    const number = this.take(/^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*(?:[,)]|$))/);
    if (number !== undefined) return { kind: 'value', value: Number(number) };
    const word = this.take(/^(null|true|false)(?=\s*(?:[,)]|$))/);
    if (word !== undefined) return { kind: 'value', value: word === 'null' ? null : word === 'true' };
    if (this.text[this.at] === '$') return { kind: 'path', path: this.path() };
    return { kind: 'call', call: this.call(depth + 1) };
  }

  /** A path ends before a comma or bracket that is not its own. */
  private path(): string {
    let depth = 0;
    let quote: string | undefined;
    const start = this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at] ?? '';
      if (character === '\\') this.at += 1;
      else if (quote !== undefined) quote = character === quote ? undefined : quote;
      else if (depth > 0 && (character === "'" || character === '"')) quote = character;
      else if (character === '[') depth += 1;
      else if (character === ']') depth -= 1;
      else if (depth === 0 && (character === ',' || character === ')')) break;
    }
    const path = this.text.slice(start, this.at).trim();
    readPath(path);
    return path;
  }

  private take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.text.slice(this.at));
    if (match === null) return undefined;
    this.at += match[0].length;
    return match[1];
  }

  private wrong(why: string): IntrinsicSyntaxError {
    return new IntrinsicSyntaxError(`Invalid intrinsic function '${this.text}': ${why} at position ${this.at}`);
  }
}
