import { expect, test } from "vitest";

import { advance } from "../src/clock";

test("a clock goes on in the area's own zone, whatever zone the browser is in", () => {
  expect(advance("2022-11-21T17:05:09+08:00", 0)).toBe("2022-11-21 17:05:09");
  expect(advance("2022-11-21T17:05:09.250000+08:00", 51_000)).toBe("2022-11-21 17:06:00");
});

test("a clock passes midnight and the end of a month", () => {
  expect(advance("2022-11-30T23:59:59+08:00", 1000)).toBe("2022-12-01 00:00:00");
});

test("what is no moment is left as it stands", () => {
  expect(advance("soon", 1000)).toBeNull();
});
