const STOPS = "button, a[href], textarea, input, summary, [tabindex='0']";

/** Let Tab go round inside a dialog: from its last stop to the first, with Shift from the first or from itself to the last. */
export function keepInside(dialog: HTMLElement, event: KeyboardEvent): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => !(stop as HTMLButtonElement).disabled && stop.getClientRects().length,
  );
  const [first, last] = [stops[0]!, stops[stops.length - 1]!];
  const now = (dialog.getRootNode() as ShadowRoot).activeElement;
  const leaves = event.shiftKey ? now === first || now === dialog : now === last;
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
