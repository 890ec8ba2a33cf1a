/* What the self-check does beyond htmx: a refused answer is shown in place, anything that fails opens the page. */
"use strict";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 400) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failed, ({ detail }) => location.assign(detail.pathInfo.finalRequestPath));
}
