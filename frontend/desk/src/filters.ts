/**
 * Choosing is enough: a select or date with `data-submit` sends its form at
 * once, and the button that does it without this script is hidden.
 */

/** Wire the filter bars of a page. */
export function startFilters(page: Document): void {
  page.documentElement.classList.add("has-script");
  page.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
    if (field.hasAttribute("data-submit")) field.form?.requestSubmit();
  });
}
