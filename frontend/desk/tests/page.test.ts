import { expect, test } from "vitest";

import { isSignIn, sentenceKey } from "../src/network";
import { nextTheme, themeCookie } from "../src/theme";
import { sprite } from "../sprite.ts";

test("each failure has its sentence", () => {
  expect([0, 403, 404, 409, 429, 500].map(sentenceKey)).toEqual([
    "offline", "refused", "missing", "busy", "busy", "failed",
  ]);
});

test("an answer from the sign-in page is an ended session", () => {
  expect(isSignIn("http://127.0.0.1:8000/accounts/login/?next=/x", "/accounts/login/")).toBe(true);
  expect(isSignIn("http://127.0.0.1:8000/outbreaks/", "/accounts/login/")).toBe(false);
  expect(isSignIn("", "/accounts/login/")).toBe(false);
});

test("the theme goes round, and automatic forgets the cookie", () => {
  expect(nextTheme(nextTheme(nextTheme("auto")))).toBe("auto");
  expect(themeCookie("dark", true)).toContain("desk_theme=dark; Path=/; Max-Age=31536000");
  expect(themeCookie("auto", false)).toContain("Max-Age=0");
});

test("a sprite keeps each drawing and drops frames and empty boxes", () => {
  const svg = `<svg class="x"><path stroke="none" d="M0 0h24v24H0z" fill="none" /><path d="M5 12l5 5" /></svg>`;
  expect(sprite(new Map([["check", svg]]))).toContain(
    `<symbol id="check" viewBox="0 0 24 24"><path d="M5 12l5 5" /></symbol>`,
  );
});
