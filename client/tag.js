// The script tag: its data-* attributes are the options, and calls made before it loaded wait in sluice.q.
import { start } from "./tracker.js";

const script = document.currentScript;
const early = (window.sluice || {}).q || [];

window.sluice = start(script.dataset, script.src);
early.map((call) => sluice(...call));

if ("vitals" in script.dataset) import(new URL("vitals.js", script.src));
