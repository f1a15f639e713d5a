/** Decides by the link that somebody was mailed. */
export async function postDecision(link: string, decision: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ decision, reason: 'By the link' }) });
  return { status: answer.status, text: await answer.text() };
}

/** A signed link after somebody changed it: another person, a longer life, another signature, none, another approval. */
export function alteredLinks(link: string): string[] {
  const alter = (change: (url: URL) => void): string => {
    const url = new URL(link);
    change(url);
    return url.toString();
  };
  return [
    alter(({ searchParams }) => searchParams.set('p', 'mallory@example.com')),
    alter(({ searchParams }) => searchParams.set('e', '2099-01-01T00:00:00.000Z')),
    alter(({ searchParams }) => searchParams.set('s', (searchParams.get('s') ?? '').replace(/.{4}$/, 'AAAA'))),
    alter(({ searchParams }) => searchParams.delete('s')),
    alter((url) => (url.pathname = `/approvals/${'0'.repeat(32)}`)),
  ];
}
