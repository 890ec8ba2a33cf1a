/* Counts whom the rule reaches again after 600 ms of quiet, as the button does; without this, the button is enough. */
"use strict";
(() => {
  const panel = document.getElementById("reach");
  const form = panel && panel.closest("form");
  if (!form) return;
  let timer, asked;
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const data = new FormData(form);
    data.set("_reach", "panel");
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = fresh.querySelector("#reach .reach-found");
      if (found) panel.querySelector(".reach-found").replaceWith(found);
    } catch (error) {
      if (error.name !== "AbortError") console.info("试算没有成功，请按“试算影响”。");
    }
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 600);
  };
  for (const happened of ["input", "change", "formset:removed"]) form.addEventListener(happened, wait);
})();
