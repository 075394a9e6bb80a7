/** A deadline as it is read: the hour if it is today, else the day too. */

import { clockTime, dayTime } from "../../core/i18n";
import { now } from "../../core/store";

export function when(moment: string): string {
  return dayTime(moment).slice(0, 5) === dayTime(now()).slice(0, 5) ? clockTime(moment) : dayTime(moment);
}
