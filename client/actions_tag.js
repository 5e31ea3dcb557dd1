// What the script tag loads on demand; the address of vitals.js is next to this one's.
export { actions } from "./actions.js";

if (document.querySelector("script[data-vitals]")) import("./vitals.js");
