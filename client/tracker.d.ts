/** What is sent with your own event: texts, numbers, booleans, lists and objects, four levels deep; `value` and `currency` for revenue. */
export interface Metadata {
  value?: number;
  currency?: string;
  [name: string]: unknown;
}

/** What the visitor agrees to: "aggregate" is stored without ids and metadata, and of "none" nothing leaves the browser. */
export type Consent = "full" | "aggregate" | "none";

/** The options of the script tag's data-* attributes, by the same names. */
export interface Options {
  /** The tenant's bucket. */
  bucket: string;
  /** Events to leave out, for example "scroll_depth,exit_intent". */
  off?: string;
  /** "tab": one session for all pages of a tab, kept in sessionStorage. Without it there is none: visits follow the visitor. */
  session?: "tab";
  /** What Global Privacy Control or Do Not Track leaves: "anonymous" (default) bare page views, "off" nothing. */
  gpc?: "anonymous" | "off";
  /** What the visitor agrees to as the page begins, where it is known; `sluice.consent` says it later. */
  consent?: Consent;
  /** Any value: send from localhost, 127.0.0.1 and file: too. */
  local?: string;
  /** Paths that are not counted, with commas between them; * is any text: "/admin/*,/account". */
  exclude?: string;
  /** The parameters that the server's KEEP_QUERY keeps, with commas between them: a replaceState that changes one is a page view. */
  keepQuery?: string;
  /** The variant of an experiment, sent as metadata.variant; may be set later. */
  variant?: string;
  /** A promotion or partner code, where the address has no ?fromWebsite=. */
  fromWebsite?: string;
}

export interface Sluice {
  /** Sends your own event; never throws. */
  (eventType: string, metadata?: Metadata): void;
  /** Says what the visitor agrees to from now on, on this page; what waits is sent as far as it is agreed to. */
  consent(word: Consent): void;
}

/** Starts to listen and to send. `endpoint` is the address of the API, ending in a slash; a relative one counts from the page's. In a browser; once a page, a second call for a bucket returns the first one's function. */
export function start(options: Options, endpoint: string): Sluice;

declare global {
  interface Window {
    sluice: Sluice & { q?: IArguments[] };
  }
}
