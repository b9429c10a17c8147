// The page's address is its only state: what is chosen is written there, and read from there.

/** Opens the same dashboard with some parameters changed; an empty list removes one. */
export function navigate(changes: Record<string, string | string[]>) {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    search.delete(name);
    [value].flat().forEach((one) => search.append(name, one));
  }
  location.search = search.toString();
}
