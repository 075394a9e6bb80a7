/** The signs of the screens, drawn: a phone's fonts lack some signs and colour others. */

import basket from "@tabler/icons/outline/basket.svg?raw";
import door from "@tabler/icons/outline/barrier-block.svg?raw";
import grid from "@tabler/icons/outline/layout-grid.svg?raw";
import home from "@tabler/icons/outline/home.svg?raw";
import phone from "@tabler/icons/outline/phone.svg?raw";
import sun from "@tabler/icons/outline/sun.svg?raw";
import tube from "@tabler/icons/outline/test-pipe.svg?raw";
import user from "@tabler/icons/outline/user-circle.svg?raw";

/** By the names that the screens give. */
export const ICONS: Readonly<Record<string, string>> = { basket, door, grid, home, phone, sun, tube, user };
