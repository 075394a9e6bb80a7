/**
 * The desk's progressive enhancement. Every page works without it: forms post,
 * links lead, lists page. This adds freshness, questions before grave acts,
 * keys, bulk selection, a running clock and the choice of light or dark.
 */
import htmx from "htmx.org";

import "../styles/desk.scss";
import { startCharts } from "./charts";
import { startClock } from "./clock";
import { startConfirm } from "./confirm";
import { startFilters } from "./filters";
import { startKeys } from "./keys";
import { startMenus } from "./menus";
import { startNetwork } from "./network";
import { startPolling } from "./polling";
import { startSelection } from "./selection";
import { startTheme } from "./theme";

Object.assign(htmx.config, {
  // The content security policy allows neither eval nor inline style.
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold personal data: none is kept in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "304", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

startPolling(document);
startNetwork(document);
startConfirm(document);
startKeys(document);
startMenus(document);
startSelection(document);
startFilters(document);
startTheme(document);
startClock(document);
void startCharts(document);
