import type { View } from '../../projections/runner/view.js';

type Handling = Pick<View<never>, 'name' | 'handlers'>;

/** Tells by name which views handle events of a type: an answer waits for them. */
export function viewsByEventType(views: readonly Handling[]): (eventType: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (eventType) => {
    let found = known.get(eventType);
    if (!found) {
      found = views.filter((view) => view.handlers.has(eventType)).map((view) => view.name);
      known.set(eventType, found);
    }
    return found;
  };
}
