// The npm package: the core and what it loads on demand, together.
import { actions } from "./actions.js";
import { begin } from "./core.js";

/** Starts with the options of tracker.d.ts; returns the function that sends your own events. */
export const start = (options, endpoint) => begin(options, endpoint, async () => ({ actions }));
