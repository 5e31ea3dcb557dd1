// What is sent by itself but the first page view: clicks, forms, scrolling, time, leaving. The core loads this after that view.
// From then on events also wait for each other here.

const FILES = /\.(pdf|zip|csv|exe|dmg|mp4|txt|(doc|xls|ppt)x?)$/i;
const MIDDLE = 1;
const MAX_WAIT = 3e3; // milliseconds
// What nobody waits for goes with what comes next, or when the page is hidden: at the pace at which people read, little else
// happens within three seconds.
const PASSIVE = /^(scroll_depth|time_on_page|exit_intent|web_vitals)$/;
const MAX_PASSIVE = 3e5;
// What is this long goes earlier, so that all of it fits into what may be in flight when the page is closed.
const MAX_UNSENT = 2e4;

const isLink = ({ localName, href }) => (localName == "a" || localName == "area") && href;

const click = (auto, { type, button }, path) => {
  const link = path.find(isLink);
  // A middle click opens links alone, and the right button sends this event too.
  if (type == "auxclick" && (button != MIDDLE || !link)) return;
  const marked = path.find(({ dataset }) => dataset && dataset.track != null);
  if (marked) auto("cta_click", { name: marked.dataset.track });
  if (!link) return;
  // An SVG's link has an object as its href, and no parts; a new link has, and throws at no address.
  const { host, origin, pathname } = Object.assign(document.createElement("a"), { href: link.href.baseVal || link.href });
  const metadata = { url: origin + pathname };
  if (link.hasAttribute("download") || FILES.test(pathname)) auto("file_download", metadata);
  else if (host && host != location.host) auto("outbound_click", metadata);
};

const fill = (auto, { type }, path) => {
  const form = path.find((node) => node instanceof HTMLFormElement);
  if (!form) return;
  // Not form.id: an input of that name would be in its place.
  const metadata = { form: form.getAttribute("id") || form.getAttribute("name") };
  type == "input" ? auto("form_start", metadata, form) : auto("form_submit", metadata);
};

const scroll = (auto, { target }, path, top) => {
  if (target != document) return; // a box within the page
  const part = (top + innerHeight + 1) / document.documentElement.scrollHeight;
  [25, 50, 75, 100].map((percent) => part * 100 < percent || auto("scroll_depth", { percent }, "scroll" + percent));
};

const leave = (auto, { relatedTarget, clientY }) => relatedTarget || clientY > 0 || auto("exit_intent", undefined, "exit");

const WORK = { click, auxclick: click, input: fill, submit: fill, scroll, mouseout: leave };

/** Has `look` see what changes the page's address, where no Navigation API says it, and `compare` what the server keeps of it. */
const watchAddress = (look, compare) => {
  if (window.navigation && navigation.currentEntry) {
    navigation.addEventListener("currententrychange", compare); // after the core's own
    return compare();
  }
  const see = (change) => {
    look(change);
    compare();
  };
  ["push", "replace"].map((navigationType) => {
    const name = navigationType + "State";
    const original = History.prototype[name];
    History.prototype[name] = function (...given) {
      original.apply(this, given);
      see({ navigationType });
    };
  });
  addEventListener("popstate", see);
  see({}); // what changed before this file was here
};

/** The values of the parameters that the server keeps of an address. */
const kept = ({ keepQuery = "" }, href) =>
  JSON.stringify(keepQuery.split(/, */).map((name) => new URL(href).searchParams.getAll(name)));

const isOff = () => {
  try {
    return localStorage.sluice == "off";
  } catch {} // a browser that forbids it, as in a sandboxed frame
};

/** Sends for a page that goes: where a browser knows no keepalive, a fetch ends with its page. */
const sendLeaving = (request, init) =>
  !request.keepalive && navigator.sendBeacon(request.url, init.body) ? new Response() : fetch(request, init);

/**
 * Returns what the core calls after each event, with 0 after a request that got through, and without any when all that waits is
 * due: lets wait what is not urgent.
 */
const pacer = (waiting, flush) => {
  let timer;
  let due; // when the timer ends
  let isMore = waiting[0]; // than may be in flight
  let isLeaving = document.hidden;

  const send = () => {
    due = clearTimeout(timer);
    if (isOff()) waiting.length = 0; // the visitor has opted out since, in this tab or in another one
    flush(isLeaving ? sendLeaving : undefined);
    isMore = waiting[0];
  };

  // On the window and at once: after a page is gone, no timer fires.
  const leave = ({ type }) => {
    isLeaving = type == "pagehide" || document.hidden;
    send();
  };
  ["pagehide", "visibilitychange"].map((type) => addEventListener(type, leave, true));

  return (event) => {
    if (event === 0 && !isMore) return;
    const mayWait = event && !/^purchase$/i.test(event.eventType) && !isLeaving && new Blob(waiting).size < MAX_UNSENT;
    if (!mayWait) return queueMicrotask(send); // after what the page sends together with it
    const wait = PASSIVE.test(event.eventType) ? MAX_PASSIVE : MAX_WAIT;
    if (due <= Date.now() + wait) return;
    clearTimeout(timer);
    due = Date.now() + wait;
    timer = setTimeout(send, wait);
  };
};

/**
 * Acts on the events of the page, of which the core puts each into `seen`, with its path, how far the page was scrolled, its page
 * view and its time. Returns what the core calls after each event that it is to send.
 */
export const actions = (track, options, look, current, waiting, flush, seen) => {
  const sender = (view, time) => (eventType, metadata, once) => {
    view.sent = view.sent || new Set();
    if (view.sent.has(once) || `${options.off}`.includes(eventType)) return;
    if (once) view.sent.add(once);
    track(eventType, metadata, view, time);
  };

  const spend = (seconds) => {
    const view = current();
    if (document.hidden) return;
    view.seconds = (view.seconds || 0) + seconds;
    const reached = [30, 60, 180, 300].filter((mark) => mark <= view.seconds);
    reached.map((mark) => sender(view)("time_on_page", { seconds: mark }, "time" + mark));
  };

  watchAddress(look, () => kept(options, location) == kept(options, current().page) || look({ isNew: true }));
  addEventListener("pageshow", ({ persisted }) => persisted && look({ isNew: true, referrer: current().referrer }));
  spend((Date.now() - current().time) / 1e3);
  setInterval(spend, 1e3, 1);

  const act = (event, path, top, view, time) => WORK[event.type](sender(view, time), event, path, top);
  seen.push = (given) => {
    try {
      act(...given);
    } catch (error) {
      console.warn(error);
    }
  };
  queueMicrotask(() => seen.splice(0).map(seen.push)); // when the core has what is returned here
  return pacer(waiting, flush);
};
