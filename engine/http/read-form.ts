import type { Context } from 'hono';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { cutText } from '../../core/values/text.ts';
import { requireOwnSite } from './page-session.ts';

/**
 * What a person sent by a form of a page: texts, each once.
 * @throws RequestInvalid where the form is from elsewhere, cannot be read, or says something twice
 */
export async function readForm(context: Context): Promise<Readonly<Record<string, string>>> {
  requireOwnSite(context.req.header('sec-fetch-site'));
  const form = await context.req.parseBody({ all: true }).catch(notAForm);
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(form)) {
    if (typeof value !== 'string')
      throw new RequestInvalid(`The form has "${cutText(name, 100)}" twice, or as a file: press a button of the page.`);
    texts[name] = value;
  }
  return texts;
}

/** A body that is no form, such as multipart without a boundary. @throws RequestInvalid */
function notAForm(cause: unknown): never {
  throw new RequestInvalid('The form cannot be read: press a button of the page.', { cause });
}
