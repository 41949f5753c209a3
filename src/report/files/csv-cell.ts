/** A value as one cell of CSV (RFC 4180); undefined, null and what is no number are empty. */
export function csvCell(value: unknown): string {
  const text = value === undefined || value === null || Number.isNaN(value) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
