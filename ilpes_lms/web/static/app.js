// What a page gains from a script. Every page works without this file; nothing here decides anything.
(() => {
  "use strict";

  const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const messages = () => document.getElementById("messages");

  // Requests of htmx carry the token that forms carry in a hidden field.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  const say = (text) => {
    const region = messages();
    if (!region || !text) return;
    const line = document.createElement("p");
    line.className = "message wrong";
    line.textContent = text;
    region.replaceChildren(line);
    region.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", () => say(messages()?.dataset.offline));
  document.addEventListener("htmx:responseError", () => say(messages()?.dataset.failed));

  // A second press of the same button within three seconds is a slip, not a wish.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    // What is only looked at, in a frame, leaves the form to be sent.
    if (event.submitter?.formTarget) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 3000);
  });

  // Menus close as people expect: by Escape, and by a press elsewhere.
  const menus = "details.drop, details.menu, details.confirm";
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(menus)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest(menus);
    if (!menu || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Typing in [data-filter-list="#id"] leaves the items whose text has every word, accents apart.
  const items = (list) => {
    const marked = list.querySelectorAll("[data-filter-item]");
    return marked.length ? [...marked] : [...list.children];
  };
  const filter = (input) => {
    const list = document.querySelector(input.dataset.filterList);
    if (!list) return;
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const all = items(list);
    for (const item of all) {
      const text = fold(item.dataset.filterText ?? item.textContent);
      item.hidden = !words.every((word) => text.includes(word));
      // What is found is shown, even where its part of the list was folded.
      const part = item.closest("details");
      if (part && words.length && !item.hidden && list.contains(part)) part.open = true;
    }
    const count = document.querySelector(input.dataset.filterCount ?? ":not(*)");
    if (count) count.textContent = `${all.filter((item) => !item.hidden).length} / ${all.length}`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter-list]")) filter(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("[data-filter-list]") && event.key === "Enter") event.preventDefault();
  });

  // <time data-local-time="{time} where you are" data-zone="America/Santiago">: one's own clock, where it differs.
  const clock = (date, timeZone) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", timeZone }).format(date);
  const addOwnTime = (time) => {
    const date = new Date(time.dateTime);
    const own = clock(date);
    if (clock(date, time.dataset.zone) === own) return;
    const note = document.createElement("span");
    note.className = "own-time";
    note.textContent = time.dataset.localTime.replace("{time}", own);
    time.after(" ", note);
  };

  const enliven = (root) => {
    for (const part of root.querySelectorAll("[data-needs-script]")) part.hidden = false;
    for (const time of root.querySelectorAll("time[data-local-time]:not([data-told])")) {
      time.dataset.told = "yes";
      addOwnTime(time);
    }
    root.querySelector("[data-focus]")?.focus();
  };
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enliven(event.target.parentElement ?? document);
  });
  enliven(document);
})();
