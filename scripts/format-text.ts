import { readFileSync } from 'node:fs';
import { format } from 'oxfmt';
import * as z from 'zod';

const CONFIGURATION = new URL('../.oxfmtrc.json', import.meta.url);
const options = z.object({ printWidth: z.number(), singleQuote: z.boolean() });

/** A generated text as `npm run format` leaves it. @param file its name, which says the language. @throws Error where it is not of that language */
export async function formatText(file: string, text: string): Promise<string> {
  const { code, errors } = await format(file, text, options.parse(JSON.parse(readFileSync(CONFIGURATION, 'utf8'))));
  const [problem] = errors;
  if (problem !== undefined) throw new Error(`${file} cannot be formatted: ${problem.message}`);
  return code;
}
