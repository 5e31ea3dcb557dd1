// Events from a page to its bucket: no cookie, nothing stored unless asked, nothing thrown into the page.

const MAX_BATCH = 100;
const MAX_WAITING = 1e3;
// Browsers allow 64 KiB for all keepalive requests of a page together, and the API 16 KiB an event.
const MAX_KEEPALIVE = 6e4;
const MAX_IN_FLIGHT = 44e3;
const MINUTE = 6e4;
const CAMPAIGN = /utm_\w+=[^&]*/gi;
const FILES = /\.(pdf|zip|csv|(doc|xls|ppt)x?)$/i;
const LOCAL = /^(localhost|)$|^127/; // a file has no host

// 128 bits; the letter between keeps them from looking like a card number, which the API would redact.
const randomId = () => crypto.getRandomValues(new Uint32Array(4)).join("x");

const safely = (work) => (...given) => {
  try {
    work(...given);
  } catch (error) {
    console.warn(error);
  }
};

// Captured on the window, so that a page's stopPropagation hides nothing.
const listen = (types, work) => types.split(" ").map((type) => addEventListener(type, safely(work), true));

let clockOffset = 0; // milliseconds that this device's clock is behind the server's

/** Returns the function that puts an event on its way: its JSON, which nothing changes any more, without the bucket. */
const courier = (bucket, endpoint) => {
  const waiting = [];
  let inFlight = 0; // bytes
  let room; // bytes that may be in flight when a request begins; unset: one request at a time
  let timer;
  let tries = 0;

  const flush = () => {
    timer = 0; // one that still runs may come early once, and does no harm
    while (waiting[0] && inFlight < (room || 1)) post();
  };

  const flushIn = (pause) => {
    timer = timer || setTimeout(flush, pause);
  };

  const post = async () => {
    const events = [];
    let size = 0;
    do {
      size += new Blob([waiting[0]]).size;
      events.push(waiting.shift());
    } while (waiting[0] && !events[MAX_BATCH - 1] && inFlight + size < MAX_IN_FLIGHT);
    const url = new URL(events[1] ? "track/batch" : "track", endpoint);
    const body = `{"bucket":"${bucket}",` + (events[1] ? `"events":[${events}]}` : events[0].slice(1));
    // An event too long for keepalive goes without it, so that the API's refusal is said and the next ones get through.
    const keepalive = inFlight + size < MAX_KEEPALIVE;
    const request = new Request(url, { method: "POST", body, keepalive, credentials: "omit" });
    // Where a browser knows no keepalive, a fetch ends with its page.
    if (room && !request.keepalive && navigator.sendBeacon(url, body)) return;
    inFlight += size;
    try {
      const response = await fetch(request);
      if (response.status == 429 || response.status > 499) throw response.headers.get("retry-after");
      tries = 0;
      const skew = Date.parse(response.headers.get("date")) - Date.now();
      clockOffset = (skew / MINUTE) | 0 && skew; // 0 too where the header cannot be read
      const answer = await response.text();
      // A batch names the events that it refused by their index.
      if (!response.ok || answer.includes('"index"')) console.warn(answer);
    } catch (seconds) {
      waiting.unshift(...events);
      flushIn(1e3 * (+seconds || 2 ** tries++) * (1 + Math.random()));
    }
    inFlight -= size;
    flushIn(0);
  };

  listen("pagehide visibilitychange", ({ type }) => {
    room = type == "pagehide" || document.hidden ? MAX_IN_FLIGHT : 0;
    flush();
  });

  return (event) => {
    waiting[MAX_WAITING] || waiting.push(event);
    room ? flush() : flushIn(0);
  };
};

/** Starts with the options of tracker.d.ts; returns the function that sends one's own events. */
export const start = (options, endpoint) => {
  const isAnonymous = navigator.globalPrivacyControl || navigator.doNotTrack == 1;
  if ((isAnonymous && options.gpc == "off") || (LOCAL.test(location.hostname) && options.local == null)) return () => {};

  const carry = courier(options.bucket, endpoint);
  let page;
  let referrer;
  let seen; // what this page view has sent and sends once
  let seconds; // that it was visible
  let sequence = 0; // of this page load's events, which may share a millisecond

  // What began the journey goes with each of its events. Without a tab's session, visits follow the visitor.
  let journey = [
    ,
    (location.search.match(CAMPAIGN) || []).join("&"),
    new URLSearchParams(location.search).get("fromWebsite") || options.fromWebsite,
  ];
  try {
    if (options.session == "tab" && !isAnonymous) {
      // By its first letter a tab's id differs from the ids per page load that older versions sent.
      journey = JSON.parse(
        (sessionStorage.sluice = sessionStorage.sluice || JSON.stringify(["t" + randomId(), ...journey.slice(1)])),
      );
    }
  } catch {} // a browser that forbids it, as in a sandboxed frame
  const [sessionId, campaign, fromWebsite] = journey;

  const track = safely((eventType, metadata) => {
    if (isAnonymous && eventType != "page_view") return;
    const event = {
      eventType,
      timestamp: new Date(Date.now() + clockOffset),
      eventId: randomId(),
      sequence: sequence++,
      // The API takes the campaign out of the query: the page's own, or else this one, which is behind the last "?".
      page: page + "?" + campaign,
      viewport: { width: innerWidth, height: innerHeight },
      referrer,
      fromWebsite,
      ...(!isAnonymous && { sessionId, metadata: (metadata || options.variant) && { variant: options.variant, ...metadata } }),
    };
    carry(JSON.stringify(event));
  });

  const auto = (eventType, metadata, key = metadata || eventType) => {
    if (seen.includes(key) || `${options.off}`.includes(eventType)) return;
    seen.push(key);
    track(eventType, metadata);
  };

  const view = (isRestored) => {
    const here = location.href.split(/#(?!038;)/)[0]; // not at the # of &#038;, which the API reads as &
    if (here == page && !isRestored) return;
    referrer = page || document.referrer;
    page = here;
    seen = [];
    seconds = 0;
    auto("page_view");
  };

  ["pushState", "replaceState"].map((name) => {
    const original = history[name];
    history[name] = (...given) => {
      original.apply(history, given);
      view();
    };
  });
  listen("popstate pageshow", ({ persisted }) => view(persisted));
  listen("click", ({ target }) => {
    const marked = target.closest("[data-track]");
    if (marked) auto("cta_click", { name: marked.dataset.track });
    const link = target.closest("a[href]");
    if (!link) return;
    const { host, pathname } = link;
    const metadata = { url: link.origin + pathname };
    if (link.hasAttribute("download") || FILES.test(pathname)) auto("file_download", metadata);
    else if (host && host != location.host) auto("outbound_click", metadata);
  });
  listen("input submit", ({ target, type }) => {
    const form = target.closest("form");
    if (!form) return;
    // Not form.id: an input of that name would be in its place.
    const metadata = { form: form.getAttribute("id") || form.getAttribute("name") };
    type == "input" ? auto("form_start", metadata, form) : auto("form_submit", metadata);
  });
  listen("mouseout", ({ relatedTarget, clientY }) => relatedTarget || clientY > 0 || auto("exit_intent"));
  listen("scroll", () => {
    const part = (scrollY + innerHeight + 1) / document.documentElement.scrollHeight;
    [25, 50, 75, 100].map((percent) => part * 100 < percent || auto("scroll_depth", { percent }, percent));
  });
  view();
  setInterval(() => {
    if (!document.hidden && [30, 60, 180, 300].includes(++seconds)) auto("time_on_page", { seconds });
  }, 1e3);

  return track;
};
