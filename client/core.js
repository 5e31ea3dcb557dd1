// Events from a page to its bucket: no cookie, nothing stored unless asked, nothing thrown into the page.
import { whenSeen } from "./seen.js";

const MAX_BATCH = 100;
const MAX_WAITING = 1e3;
// Browsers allow 64 KiB for all keepalive requests of a page together, and the API 16 KiB an event.
const MAX_KEEPALIVE = 6e4;
const MAX_IN_FLIGHT = 44e3;
const MINUTE = 6e4;
const CAMPAIGN = /utm_\w+=[^&]*/gi;
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
const listen = (types, work) => types.split(" ").map((type) => addEventListener(type, work, true));

/** A list with commas as a part of a regular expression, in which * is any text. */
const oneOf = (list = "") =>
  `(${encodeURI(list).replace(/\W(%20)*/g, (sign) => ({ "*": ".*", ",": "|" })[sign[0]] || "\\" + sign)})`;

let clockOffset = 0; // milliseconds that this device's clock is behind the server's

const bytes = (texts) => new Blob(texts).size;

/** Returns what sends the events that wait: their JSON, which nothing changes any more, without the bucket. */
const courier = (bucket, endpoint, waiting, pace) => {
  let inFlight = 0; // bytes
  let pause; // after a failure, in which nothing goes
  let tries = 0;

  const flush = (isLeaving) => {
    if (isLeaving) pause = clearTimeout(pause);
    while (waiting[0] && !pause && inFlight < MAX_IN_FLIGHT) post(isLeaving);
  };

  const post = async (isLeaving) => {
    const events = [];
    do events.push(waiting.shift());
    while (waiting[0] && !events[MAX_BATCH - 1] && inFlight + bytes([...events, waiting[0]]) < MAX_IN_FLIGHT);
    const size = bytes(events);
    const url = new URL("track" + (events[1] ? "/batch" : ""), endpoint);
    const body = `{"bucket":"${bucket}",` + (events[1] ? `"events":[${events}]}` : events[0].slice(1));
    // An event too long for keepalive goes without it, so that the API's refusal is said and the next ones get through.
    const keepalive = inFlight + size < MAX_KEEPALIVE;
    const request = new Request(url, { method: "POST", body, keepalive, credentials: "omit" });
    // Where a browser knows no keepalive, a fetch ends with its page.
    if (isLeaving && !request.keepalive && navigator.sendBeacon(url, body)) return;
    inFlight += size;
    try {
      const response = await fetch(request);
      if (/429|5../.test(response.status)) throw response.headers.get("retry-after");
      tries = 0;
      const skew = Date.parse(response.headers.get("date")) - Date.now();
      clockOffset = (skew / MINUTE) | 0 && skew; // 0 too where the header cannot be read
      const answer = await response.text();
      // A batch names the events that it refused by their index.
      if (!response.ok || answer.includes('"index"')) console.warn(answer);
    } catch (seconds) {
      waiting.unshift(...events);
      pause = pause || setTimeout(() => pace((pause = 0)), 1e3 * (+seconds || 2 ** tries++) * (1 + Math.random()));
    }
    inFlight -= size;
    waiting[0] && pace({}); // what one request could not take
  };
  return flush;
};

const run = (options, endpoint, load) => {
  const query = new URLSearchParams(location.search);
  const isAnonymous = navigator.globalPrivacyControl || navigator.doNotTrack == 1;
  const excluded = RegExp(`^${oneOf(options.exclude)}$`);
  const waiting = []; // for their request
  const flush = courier(options.bucket, endpoint, waiting, (event) => pace(event));
  let pace = () => queueMicrotask(flush); // actions.js lets wait what is not urgent
  // What began the journey goes with each of its events. Without a tab's session, visits follow the visitor.
  // By its first letter a tab's id differs from the ids per page load that older versions sent.
  let journey = [
    "t" + randomId(),
    (location.search.match(CAMPAIGN) || []).join("&"),
    query.get("fromWebsite") || options.fromWebsite,
  ];
  let obstacle = // why nothing is sent, for the console
    (isAnonymous && options.gpc == "off" && "data-gpc") ||
    (LOCAL.test(location.hostname) && options.local == null && "no data-local");
  let sessionId;
  let address; // the page's last one
  let view = {}; // the page view that events belong to; actions.js adds what it has sent
  let sequence = 0; // of this page load's events, which may share a millisecond

  const track = safely((eventType, metadata, { page, pathname, referrer } = view, time = Date.now()) => {
    if (obstacle || (isAnonymous && eventType != "page_view") || excluded.test(pathname)) return;
    const [, campaign, fromWebsite] = journey;
    const event = {
      eventType,
      timestamp: new Date(time + clockOffset),
      eventId: randomId(),
      sequence: sequence++,
      // The API takes the campaign out of the query: the page's own, or else this one, which is behind the last "?".
      page: page + "?" + campaign,
      viewport: { width: innerWidth, height: innerHeight },
      referrer,
      fromWebsite,
      sessionId,
      ...(!isAnonymous && { metadata: (metadata || options.variant) && { variant: options.variant, ...metadata } }),
    };
    waiting[MAX_WAITING] || waiting.push(JSON.stringify(event));
    pace(event);
  });

  const look = ({ persisted, navigationType }) => {
    const { href, pathname, search } = location;
    const page = href.split(/#(?!038;)/)[0]; // not at the # of &#038;, which the API reads as &
    // What is stored of the address, as far as a page can change it.
    const stored = pathname + ("&" + search.slice(1)).match(RegExp(`&${oneOf(options.keepQuery)}=[^&]*`, "g"));
    const isSame = navigationType == "replace" ? stored == view.stored : page == address;
    address = page;
    if (isSame && !persisted) return;
    view = { page, pathname, stored, referrer: persisted ? view.referrer : view.page || document.referrer, time: Date.now() };
    `${options.off}`.includes("page_view") || track("page_view");
  };

  whenSeen(() => {
    try {
      const choice = query.get("sluice");
      if (/^o(n|ff)$/.test(choice)) localStorage.sluice = choice;
      if (localStorage.sluice == "off") obstacle = "?sluice=off";
      if (options.session == "tab" && !obstacle && !isAnonymous) {
        journey = JSON.parse((sessionStorage.sluice = sessionStorage.sluice || JSON.stringify(journey)));
        [sessionId] = journey;
      }
    } catch {} // a browser that forbids it, as in a sandboxed frame
    if (obstacle) return console.info("sluice is off: " + obstacle);

    const { navigation } = window; // the API, unless a page has a variable or an element of that name
    if (navigation && navigation.currentEntry) navigation.addEventListener("currententrychange", look);
    look({});

    const early = []; // until actions.js is here
    let act = (...given) => early[MAX_WAITING] || early.push(given);
    const notice = safely((event) => {
      const path = event.composedPath();
      // A submit does not leave its shadow root.
      path.map((root) => root instanceof ShadowRoot && root.addEventListener("submit", notice, true));
      act(event, path, scrollY, view, Date.now());
    });
    listen("submit input click auxclick mouseout scroll", notice);
    load().then(({ actions }) => {
      [act, pace] = actions(track, options, look, () => view, waiting, flush);
      early.map((given) => act(...given));
    }).catch(console.warn);
  });
  return (eventType, metadata) => whenSeen(() => track(eventType, metadata));
};

/** Starts once a page for a bucket, with the options of tracker.d.ts; returns the function that sends your own events. */
export const begin = (options, endpoint, load) => {
  const name = "sluice " + options.bucket;
  return (window[name] = window[name] || run(options, endpoint, load));
};
