// Core web vitals of a page load, read from the browser's own performance entries.
import { whenSeen } from "./seen.js";

const SESSION_GAP = 1e3;
const SESSION_LENGTH = 5e3;
const INTERACTIONS_PER_OUTLIER = 50;

const measure = (report) => {
  const [{ activationStart = 0 } = {}] = performance.getEntriesByType("navigation");
  const [first] = performance.getEntriesByType("visibility-state");
  const wasHidden = first ? first.name == "hidden" : document.hidden;
  // Nobody waited for a page that was loaded in the background, unless it is one that the browser prerendered.
  if (wasHidden && !activationStart) return;

  const measured = {};
  const interactions = new Map(); // id: its longest event
  let session = []; // layout shifts that follow each other closely

  const observe = (type, see, more) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true, ...more });
  };

  const sinceSeen = (time) => Math.max(0, Math.round(time - activationStart));

  const shift = (entry) => {
    if (entry.hadRecentInput) return;
    const last = session[session.length - 1] || entry;
    const isApart = entry.startTime - last.startTime > SESSION_GAP;
    if (isApart || entry.startTime - (session[0] || entry).startTime > SESSION_LENGTH) session = [];
    session.push(entry);
    const sum = session.reduce((total, { value }) => total + value, 0);
    measured.cls = Math.max(measured.cls, +sum.toFixed(4));
  };

  const interact = ({ interactionId, duration }) => {
    if (interactionId) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) || 0));
  };

  const longest = () => {
    const durations = [...interactions.values()].sort((a, b) => b - a);
    return durations[Math.floor(durations.length / INTERACTIONS_PER_OUTLIER)];
  };

  const tell = () => {
    if (!document.hidden) return;
    removeEventListener("visibilitychange", tell, true);
    report("web_vitals", { ...measured, inp: longest() });
  };

  if (PerformanceObserver.supportedEntryTypes.includes("layout-shift")) measured.cls = 0;
  observe("navigation", (entry) => (measured.ttfb = sinceSeen(entry.responseStart)));
  observe("paint", (entry) => entry.name == "first-contentful-paint" && (measured.fcp = sinceSeen(entry.startTime)));
  observe("largest-contentful-paint", (entry) => (measured.lcp = sinceSeen(entry.startTime)));
  observe("layout-shift", shift);
  observe("event", interact, { durationThreshold: 16 });
  observe("first-input", interact);
  addEventListener("visibilitychange", tell, true);
};

/**
 * Calls `report("web_vitals", {ttfb, fcp, lcp, inp, cls})` once, when the page is first hidden; times in milliseconds since the
 * visitor saw it, by a load or by the opening of a prerendered page. A page that was loaded hidden reports nothing.
 */
export const vitals = (report) => whenSeen(() => measure(report));
