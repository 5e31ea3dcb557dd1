// What data-vitals loads.
import { vitals } from "./vitals.js";

vitals(window.sluice);
