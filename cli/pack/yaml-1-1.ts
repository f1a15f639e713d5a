/** Words that YAML 1.1 reads as truth values, beside `true` and `false`. */
const WORDS: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' };

/** A moment, with or without its zone. */
const MOMENT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)$/;

/**
 * What SAM writes for a plain scalar: it reads templates as YAML 1.1 (by PyYAML), in which `off` is false, `0256` is octal and `12:30:45`
 * counts by sixties, where CloudFormation and Sluice read texts. A text that stays one is returned as it is, also where it was quoted:
 * whether it was is not known any more. https://yaml.org/type/
 */
export function asYaml11(text: string): string {
  const word = /^([a-z]+|[A-Z][a-z]+|[A-Z]+)$/.test(text) ? WORDS[text.toLowerCase()] : undefined;
  if (word !== undefined) return word;
  const [, date, time] = MOMENT.exec(text) ?? [];
  if (date !== undefined && time !== undefined) return momentOf(`${date}T${time}`) ?? text;
  const [, sign = '', digits = ''] = /^([-+]?)([0-9][0-9a-fx_:.]*)$/i.exec(text) ?? [];
  const size = numberOf(digits.toLowerCase());
  return size === undefined ? text : String(sign === '-' ? -size : size);
}

/** Undefined where there is no such day or hour. */
function momentOf(text: string): string | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

function numberOf(digits: string): number | undefined {
  const plain = digits.replaceAll('_', '');
  if (/^0b[01_]+$/.test(digits)) return parseInt(plain.slice(2), 2);
  if (/^0x[0-9a-f_]+$/.test(digits)) return parseInt(plain.slice(2), 16);
  if (/^0[0-7_]+$/.test(digits)) return parseInt(plain, 8);
  if (/^[1-9][0-9_]*$/.test(digits)) return Number(plain);
  // Degrees, minutes, seconds: https://yaml.org/type/int.html, https://yaml.org/type/float.html
  if (/^[1-9][0-9_]*(:[0-5]?[0-9])+$|^[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*$/.test(digits))
    return plain.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return undefined;
}
