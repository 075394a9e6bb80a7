import { expect, test } from "vitest";

import vectors from "../../../../vectors/commands.json";
import { callResults } from "../../src/screens/calls/mark";
import { healthOptions, missedOptions, testedOptions } from "../../src/screens/calls/words";
import { ASKED, backOptions } from "../../src/screens/requests/words";
import { needWords } from "../../src/screens/today/words";
import { changeOptions, RESULTS } from "../../src/screens/visits/words";

const values = (options: readonly { value: string }[]): string[] => options.map((option) => option.value);

test("what one tap chooses is what the closed lists of the server hold", () => {
  const offered: Record<string, readonly string[]> = {
    "sampling.CALL_RESULTS": values(callResults()),
    "visits.RESULTS": RESULTS,
    "visits.CHANGES": values(changeOptions()),
    "care.GIVE_BACK": values(backOptions()),
    "care.CALL_RESULTS": ["reached", ...values(missedOptions())],
    "care.TESTED": values(testedOptions()),
    "care.HEALTH": values(healthOptions()),
    "care.KINDS": [...ASKED, "ambulance"],
    "tasks.NEEDS": values(needWords()),
  };
  for (const [name, words] of Object.entries(offered)) expect([...words].sort(), name).toEqual([...(vectors.words as Record<string, string[]>)[name] ?? []].sort());
});
