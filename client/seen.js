/** Does the work when the visitor sees the page: at once, or where the browser has prerendered it, when it is opened. */
export const whenSeen = (work) =>
  document.prerendering ? document.addEventListener("prerenderingchange", work) : work();
