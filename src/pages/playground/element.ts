/** The element of this id, which the page has. @throws {Error} where it is missing */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`element #${id} must be in the page; got none`);
  return found as T;
}
