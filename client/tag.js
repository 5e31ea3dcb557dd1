// The script tag: its data-* attributes are the options, and calls made before it loaded wait in sluice.q.
import { begin } from "./core.js";

const script = document.currentScript || document.querySelector("script[data-bucket]"); // a module has no currentScript
const early = (window.sluice || {}).q || [];

window.sluice = begin(script.dataset, script.src, () => import(new URL(ACTIONS, script.src)));
early.map((call) => sluice(...call));
