/**
 * Light, dark, or as the system says. The choice is a cookie, because the
 * server writes it into the next page: nothing flashes and no inline script is
 * needed.
 */

export type Theme = "light" | "dark" | "auto";

const YEAR_S = 31_536_000;

/** The theme after this one, as the button goes round. */
export function nextTheme(now: Theme): Theme {
  return now === "auto" ? "dark" : now === "dark" ? "light" : "auto";
}

/** The theme a page stands in. */
export function currentTheme(root: HTMLElement): Theme {
  const theme = root.dataset["bsTheme"];
  return theme === "light" || theme === "dark" ? theme : "auto";
}

/** The cookie that remembers a theme; `auto` forgets. */
export function themeCookie(theme: Theme, secure: boolean): string {
  const age = theme === "auto" ? 0 : YEAR_S;
  const value = theme === "auto" ? "" : theme;
  return `desk_theme=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** Wire the theme buttons of a page. */
export function startTheme(page: Document): void {
  const root = page.documentElement;
  const name = (button: HTMLButtonElement): void => {
    const label = button.dataset[currentTheme(root)] ?? "";
    button.title = label;
    button.setAttribute("aria-label", label);
  };
  for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-theme-button]")) {
    button.hidden = false;
    name(button);
    button.addEventListener("click", () => {
      const theme = nextTheme(currentTheme(root));
      if (theme === "auto") delete root.dataset["bsTheme"];
      else root.dataset["bsTheme"] = theme;
      page.cookie = themeCookie(theme, page.location.protocol === "https:");
      name(button);
    });
  }
}
