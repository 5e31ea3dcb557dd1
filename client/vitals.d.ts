/** Calls `report` once, when the page is first hidden, with "web_vitals" and what this browser measured, in milliseconds but for cls. */
export function vitals(
  report: (
    eventType: "web_vitals",
    metadata: { ttfb?: number; fcp?: number; lcp?: number; inp?: number; cls?: number },
  ) => void,
): void;
