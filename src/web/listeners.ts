/** Adds listeners to `target`, by the type of their event. Returns a function that removes them. */
export function addListeners(
  target: EventTarget,
  listeners: Readonly<Record<string, (event: never) => void>>,
): () => void {
  const entries = Object.entries(listeners) as [string, EventListener][];
  for (const entry of entries) target.addEventListener(...entry);
  return () => {
    for (const entry of entries) target.removeEventListener(...entry);
  };
}
