/** What a crawler was answered, by method and address. */
export type Visited = ReadonlyMap<string, number>;

const MOST_PAGES = 600;

/**
 * Follows every link as mail scanners, chat previews and prefetching browsers do: by GET and HEAD, from page to page of one host, also where
 * a form would be sent to. Nothing is ever posted.
 * @param cookie of somebody who is signed in @param ask whom, where it is not the network
 */
export async function crawl(
  links: readonly string[],
  cookie?: string,
  ask: (address: string, request: RequestInit) => Promise<Response> = fetch,
): Promise<Visited> {
  const visited = new Map<string, number>();
  const queue = [...links];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const address = next.replace(/#.*$/, '');
    if (visited.has(`GET ${address}`)) continue;
    if (visited.size > 2 * MOST_PAGES) throw new Error(`There are more than ${MOST_PAGES} pages.`);
    for (const method of ['HEAD', 'GET']) {
      const headers = cookie === undefined ? {} : { cookie };
      const answer = await ask(address, { method, headers, redirect: 'manual' });
      visited.set(`${method} ${address}`, answer.status);
      const text = await answer.text();
      const found = [...linksIn(text, address), answer.headers.get('location') ?? address];
      queue.push(...found.map((link) => new URL(link, address)).filter((url) => url.host === new URL(address).host).map(String)); // prettier-ignore
    }
  }
  return visited;
}

/** Everything in a page, or in a letter's text, that looks like an address. */
function linksIn(text: string, base: string): string[] {
  const attributes = [...text.matchAll(/\b(?:href|src|action|formaction)="([^"]*)"/g)].map(([, link = '']) => link);
  const written = [...text.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([link]) => link);
  return [...attributes, ...written]
    .map((link) => link.replaceAll('&amp;', '&'))
    .filter((link) => URL.canParse(link, base) && /^https?:$/.test(new URL(link, base).protocol));
}
