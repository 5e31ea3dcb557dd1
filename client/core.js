// Events from a page to its bucket: no cookie, nothing stored unless asked, nothing thrown into the page.
import { whenSeen } from "./seen.js";

const MAX_BATCH = 100;
const MAX_WAITING = 1e3;
// Browsers allow 64 KiB for all keepalive requests of a page together, and the API 16 KiB an event.
const MAX_KEEPALIVE = 6e4;
const MAX_IN_FLIGHT = 44e3;
const MINUTE = 6e4;
const FRAGMENT = 11;
const MAX_DOUBLINGS = 9; // of the pause after a failure

// 128 bits; the letter between keeps them from looking like a card number, which the API would redact.
const randomId = () => crypto.getRandomValues(new Uint32Array(4)).join("x");

const safely = (work) => (...given) => {
  try {
    work(...given);
  } catch (error) {
    console.warn(error);
  }
};

let clockOffset = 0; // milliseconds that this device's clock is behind the server's

const bytes = (texts) => new Blob(texts).size;

/** Starts once a page for a bucket, with the options of tracker.d.ts; returns the function that sends your own events. */
export const begin = (options, endpoint, load) => {
  const name = "sluice " + options.bucket;
  if (window[name]) return window[name];
  const query = new URLSearchParams(location.search);
  const isAnonymous = navigator.globalPrivacyControl || navigator.doNotTrack == 1;
  // A list with commas as a regular expression, in which * is any text.
  const escaped = encodeURI(options.exclude || "").replace(/[?+$.()]/g, "\\$&");
  const excluded = escaped.replace(/\*/g, ".$&").replace(/,(%20)*/g, "|");
  const isExcluded = RegExp("^(" + excluded + ")$");
  const waiting = []; // for their request: their JSON, without the bucket
  let agreed; // "full" or "aggregate", where the visitor or the browser has said it
  let isNone; // whether nothing may be sent
  let inFlight = 0; // bytes
  let tries = 0; // that failed one after another

  // An event that waits, or has failed, is sent as far as the visitor agrees to it now.
  const enqueue = (text) => {
    if (agreed == "aggregate") text = text.split(',"consent')[0] + ',"consent":"aggregate"}';
    isNone || waiting[MAX_WAITING] || waiting.push(text);
  };

  // `leave` is how a hidden page sends, also within a pause; actions.js gives it, once the endpoint is known to be an address.
  const flush = (leave) => {
    waiting.splice(0).map(enqueue);
    while ((leave || !pause) && waiting[0] && inFlight < MAX_IN_FLIGHT) post(leave);
  };

  const post = async (send = fetch) => {
    const events = [];
    do events.push(waiting.shift());
    while (waiting[0] && !events[MAX_BATCH - 1] && inFlight + bytes([...events, waiting[0]]) < MAX_IN_FLIGHT);
    const size = bytes(events);
    inFlight += size;
    try {
      const body = `{"bucket":"${options.bucket}",` + (events[1] ? `"events":[${events}]}` : events[0].slice(1));
      // An event too long for keepalive goes without it, so that the API's refusal is said and the next ones get through.
      const request = new Request(endpoint + (events[1] ? "/batch" : ""), {
        keepalive: inFlight < MAX_KEEPALIVE,
        method: "POST",
        credentials: "omit",
      });
      const response = await send(request, { body });
      if (/429|5../.test(response.status)) throw response.headers.get("retry-after");
      const skew = Date.parse(response.headers.get("date")) - Date.now();
      clockOffset = (skew / MINUTE) | 0 && skew; // 0 too where the header cannot be read
      const answer = await response.text();
      // A batch names the events that it refused by their index.
      if (!response.ok || answer.includes('"index"')) console.warn(answer);
      tries = 0;
    } catch (seconds) {
      // that the server asks for, or an error
      waiting.unshift(...events);
      pause = pause || setTimeout(() => {
        pause = 0;
        pace();
      }, 1e3 * (+seconds || 2 ** Math.min(tries++, MAX_DOUBLINGS)) * (1 + Math.random()));
    }
    inFlight -= size;
    pause || pace(0); // for what one request could not take
  };

  // actions.js lets wait what is not urgent.
  let pace = () => queueMicrotask(flush);
  // What began the journey goes with each of its events. Without a tab's session, visits follow the visitor.
  let sessionId;
  let pause; // after a failure, in which nothing goes but what leaves with its page
  let campaign = (location.search.match(/utm_\w+=[^&]*/gi) || []).join("&");
  let fromWebsite = query.get("fromWebsite") || options.fromWebsite;
  let obstacle = // why nothing is sent, for the console
    (isAnonymous && options.gpc == "off" && "data-gpc") ||
    (/^(localhost|)$|^127/.test(location.hostname) && options.local == null && "no data-local"); // a file has no host
  let address; // the page's last one
  let view = {}; // the page view that events belong to; actions.js adds what it has sent
  let sequence = 0; // of this page load's events, which may share a millisecond

  const track = safely((eventType, metadata, { page, pathname, referrer } = view, time = Date.now()) => {
    if (obstacle || (isAnonymous && eventType != "page_view") || isExcluded.test(pathname)) return;
    const event = {
      // The API takes the campaign out of the query: the page's own, or else this one, which is behind the last "?".
      page: page + "?" + campaign,
      eventType,
      timestamp: new Date(time + clockOffset),
      eventId: randomId(),
      viewport: { width: innerWidth, height: innerHeight },
      referrer,
      fromWebsite,
      sequence: sequence++,
      // From here on an event has what it has not in the aggregate.
      consent: agreed || null,
      sessionId,
      metadata: (metadata || options.variant) && { variant: options.variant, ...metadata },
    };
    enqueue(JSON.stringify(event));
    pace(event);
  });

  const look = ({ navigationType, isNew, referrer = view.page || document.referrer }) => {
    const { href, pathname } = location;
    const page = href.split(/#(?!038;)/)[0]; // not at the # of &#038;, which the API reads as &
    const isSame = navigationType == "replace" ? pathname == view.pathname : page == address;
    address = page;
    if (isSame && !isNew) return;
    view = { page, pathname, referrer, time: Date.now() };
    /page_view/.test(options.off) || track("page_view");
  };

  // Begins to count the page, or goes on, by what the visitor agrees to now.
  const settle = safely(() => {
    endpoint = new URL("track", new Request(endpoint).url); // by the page's address as it begins; later it stays the same
    waiting.splice(0).map(enqueue);
    try {
      const choice = query.get("sluice");
      if (choice == "on" || choice == "off") localStorage.sluice = choice;
      if (localStorage.sluice == "off") obstacle = "?sluice=off";
      if (options.session == "tab") {
        if (isNone || agreed == "aggregate" || obstacle) delete sessionStorage.sluice;
        else {
          // By its first letter a tab's id differs from the ids per page load that older versions sent.
          const journey = sessionStorage.sluice || JSON.stringify(["t" + randomId(), campaign, fromWebsite]);
          [sessionId, campaign, fromWebsite] = JSON.parse((sessionStorage.sluice = journey));
        }
      }
    } catch {} // a browser that forbids it, as in a sandboxed frame
    if (view.page || isNone) return;
    if (obstacle) return console.info("sluice is off: " + obstacle);

    const { navigation } = window; // the API, unless a page has a variable or an element of that name
    if (navigation && navigation.currentEntry) navigation.addEventListener("currententrychange", look);
    look({});

    const early = []; // what happens before actions.js is here, which puts its own push in place of the array's
    const notice = safely((event) => {
      const path = event.composedPath();
      // A submit does not leave its shadow root, which is the only fragment in a path.
      path.map((root) => root.nodeType == FRAGMENT && root.addEventListener("submit", notice, true));
      early[MAX_WAITING] || early.push([event, path, scrollY, view, Date.now()]);
    });
    // Captured on the window, so that a page's stopPropagation hides nothing.
    "submit input click auxclick mouseout scroll".split(" ").map((type) => addEventListener(type, notice, true));
    load().then(({ actions }) => {
      pace = actions(track, options, look, () => view, waiting, flush, early);
    }).catch(console.warn);
  });

  const agree = (word) => {
    isNone = ![, "full", "aggregate"].includes(word); // also by a word that is none of ours; undefined is what nobody has said
    agreed = isAnonymous ? "aggregate" : word;
    whenSeen(settle);
  };
  agree(options.consent);
  const sluice = (eventType, metadata) => whenSeen(() => track(eventType, metadata));
  sluice.consent = (word) => agree(word || "none");
  return (window[name] = sluice);
};
