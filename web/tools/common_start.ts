interface Context {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * Puts what all of these entries begin with into one file, whatever else comes to share a part of it: in
 * two pieces it is a kilobyte more. Source: the groups of Rolldown's `codeSplitting`.
 */
export function commonStart(
  file: string,
  entries: readonly string[],
): { debugName: string; name: (id: string, context: Context) => string | null } {
  let starts: Set<string>[] | undefined;
  return {
    debugName: file,
    name: (id, context) => {
      starts ??= entries.map((entry) => reached(entry, context));
      return starts.every((start) => start.has(id)) ? file : null;
    },
  };
}

/** All that a module needs before it can run. */
function reached(entry: string, context: Context): Set<string> {
  const found = new Set([entry]);
  for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  return found;
}
