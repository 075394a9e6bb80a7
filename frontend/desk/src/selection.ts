/**
 * Bulk selection in tables. A box with `data-select-all="<name>"` ticks every
 * row box of that name in its form; the number of ticked rows stands in
 * `[data-selected-count]`, and buttons with `data-needs-selection` wait for one.
 * Without this script the boxes and the buttons work as a plain form.
 */

function rows(form: Element, name: string): HTMLInputElement[] {
  const boxes = form.querySelectorAll<HTMLInputElement>("input[type=checkbox]:not([data-select-all])");
  return [...boxes].filter((box) => box.name === name && !box.disabled);
}

/** Show what is ticked: the head box, the count, the buttons. Returns the count. */
export function refresh(form: Element, name: string): number {
  const boxes = rows(form, name);
  const ticked = boxes.filter((box) => box.checked).length;
  const head = form.querySelector<HTMLInputElement>(`[data-select-all="${name}"]`);
  if (head !== null) {
    head.checked = boxes.length > 0 && ticked === boxes.length;
    head.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  for (const slot of form.querySelectorAll("[data-selected-count]")) slot.textContent = String(ticked);
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-needs-selection]")) {
    button.disabled = ticked === 0;
  }
  return ticked;
}

/** Tick or clear every row box that may be ticked. */
export function selectAll(form: Element, name: string, checked: boolean): void {
  for (const box of rows(form, name)) box.checked = checked;
  refresh(form, name);
}

function refreshAll(root: ParentNode): void {
  for (const head of root.querySelectorAll<HTMLInputElement>("[data-select-all]")) {
    const form = head.closest("form");
    if (form !== null) refresh(form, head.dataset["selectAll"] ?? "");
  }
}

/** Wire the selections of a page, also of parts that come later. */
export function startSelection(page: Document): void {
  page.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    const form = box.closest("form");
    if (form === null) return;
    const name = box.dataset["selectAll"];
    if (name !== undefined) selectAll(form, name, box.checked);
    else if (form.querySelector(`[data-select-all="${box.name}"]`) !== null) refresh(form, box.name);
  });
  page.addEventListener("htmx:afterSettle", () => refreshAll(page));
  refreshAll(page);
}
