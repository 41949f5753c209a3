type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] };

/** The figures that a page of a report holds, by their ids. */
export function figuresIn(page: string): Readonly<Record<string, Table>> {
  const [, json] = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page) ?? [];
  const all = JSON.parse(json) as Record<string, { data: Table }>;
  return Object.fromEntries(Object.entries(all).map(([id, { data }]) => [id, data]));
}

/** A page without its markup. */
export function textIn(page: string): string {
  return page
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
