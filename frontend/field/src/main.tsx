/** The field app begins. */

import { render } from "preact";

import "./ui/field.css";
import { begin } from "./core/app";
import { keepOnPhone } from "./core/update";
import { App } from "./shell/frame";
import { wearLook } from "./shell/looks";

wearLook();
const place = document.getElementById("app");
if (place !== null) render(<App />, place);
void begin();
void keepOnPhone();
