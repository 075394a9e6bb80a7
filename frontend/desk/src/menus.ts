/** Menus and drawers are `<details data-menu>`: Escape or a click elsewhere closes them. */

function open(page: Document): HTMLDetailsElement[] {
  return [...page.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")];
}

/** Wire the menus of a page. */
export function startMenus(page: Document): void {
  page.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Node)) return;
    for (const menu of open(page)) if (!menu.contains(target)) menu.open = false;
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open(page)) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
