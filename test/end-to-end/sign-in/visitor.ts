import { TestBrowser } from '../../functions/sign-in/provider.ts';
import type { IssuerAccess } from './signing-in.ts';

type Page = Awaited<ReturnType<TestBrowser['go']>>;

/** Somebody with a browser: the engine's pages by one site's cookies, the issuer's by another's. */
export class Visitor {
  private readonly pages = new TestBrowser();
  private readonly atIssuer: TestBrowser;

  /** @param apiUrl base URL of the engine's pages */
  constructor(
    private readonly apiUrl: string,
    { certificate }: Pick<IssuerAccess, 'certificate'>,
  ) {
    this.atIssuer = new TestBrowser(certificate);
  }

  /** Looks at a page, or sends a form to it. @param path or URL of one of the engine's pages */
  go(path: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    return this.pages.go(new URL(path, this.apiUrl).href, form);
  }

  /** Goes where a page's link "Sign in" leads, signs in there, and comes back. @returns the page that is shown then */
  async signIn(from: Pick<Page, 'text'>, account: string): Promise<Page> {
    const [, link] = /<a href="([^"]+)">Sign in<\/a>/.exec(from.text) ?? [];
    if (link === undefined) throw new Error(`The page has no link to sign in: ${from.text.slice(0, 2000)}`);
    const there = await this.go(link.replaceAll('&amp;', '&'));
    const back = await this.go(await this.atIssuer.signIn(there.url, account));
    return this.press(back);
  }

  /** Sends the form of a page, with what its fields have. */
  press({ text, url }: Pick<Page, 'text' | 'url'>, given: Readonly<Record<string, string>> = {}): Promise<Page> {
    const [, action] = /<form method="post" action="([^"]+)"/.exec(text) ?? [];
    if (action === undefined) throw new Error(`The page has no form: ${text.slice(0, 2000)}`);
    const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']): [string, string] => [name, value]));
    return this.go(new URL(action.replaceAll('&amp;', '&'), url).href, { ...fields, ...given });
  }
}
