// What pages do beyond HTML: times in the reader's zone, and a dashboard that hears of new leads by itself.
// Every page is complete without it.

const RETRY = 3_000;
const MINUTE = 60_000;

tellZone();

const LOOK = 1_000;
const working = document.querySelector("[data-until-done]");
if (working) watch(working);

const strip = document.querySelector("[data-live]");
if (strip) follow(strip);

const all = document.querySelector("[data-tick-all]");
if (all) tickAll(all);

/** One box ticks the page; it is offered to those who have a script. */
function tickAll(label) {
  const box = label.querySelector("input");
  const rows = () => [...document.querySelectorAll(".row-tick")];
  label.hidden = false;
  box.addEventListener("change", () => rows().forEach((row) => (row.checked = box.checked)));
  document.addEventListener("change", (event) => {
    if (!event.target.classList.contains("row-tick")) return;
    const ticked = rows().filter((row) => row.checked).length;
    box.checked = ticked === rows().length;
    box.indeterminate = ticked > 0 && !box.checked;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  // Signed out, or on a page without a menu, there is nothing to find.
  if (!document.querySelector('.nav a[href="/search"]')) return;
  event.preventDefault();
  openPalette();
});

/** The search over the page: the same answers as /search, gone through by keys. */
function openPalette() {
  if (document.querySelector("dialog.palette")) return;
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search");
  dialog.innerHTML = `<input class="input" type="text" role="combobox" aria-label="Name, address, e-mail, part of a number, or a place to go" aria-expanded="true" aria-controls="palette-found" autocomplete="off" spellcheck="false"><div id="palette-found" class="palette-found" role="listbox" aria-label="Found"></div><p class="sr" role="status"></p>`;
  const [input, shown, says] = dialog.children;
  let asked;
  let chosen = 0;

  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    const all = entries();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      all[chosen]?.click();
    }
  });
  dialog.showModal();
  look();

  function entries() {
    return [...shown.querySelectorAll("[data-entry]")];
  }

  /** Asks for what is typed now; an answer to what was typed before comes too late. */
  async function look() {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams({ q: input.value });
    const answer = await fetch(`/search/found?${query}`, { signal: asked.signal }).catch(() => null);
    if (!answer) return;
    if (!answer.ok || answer.redirected) return location.assign(`/search?${query}`);
    shown.innerHTML = await answer.text();
    for (const list of shown.querySelectorAll("ul, li, [data-found]")) list.role = "presentation";
    for (const group of shown.querySelectorAll("section")) group.role = "group";
    entries().forEach((entry, number) => {
      entry.id = `palette-${number}`;
      entry.role = "option";
      entry.tabIndex = -1;
    });
    choose(0);
    const count = entries().length;
    says.textContent = count === 1 ? "1 found" : `${count} found`;
  }

  function choose(number) {
    chosen = number;
    entries().forEach((entry, place) => {
      entry.classList.toggle("is-chosen", place === number);
      entry.ariaSelected = place === number;
    });
    const entry = entries()[number];
    entry?.scrollIntoView({ block: "nearest" });
    if (entry) input.setAttribute("aria-activedescendant", entry.id);
    else input.removeAttribute("aria-activedescendant");
  }
}

/** Tells the server the reader's zone, so that its next page says times as they are here. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** Draws how far long work is, until it is done; then the page shows what it came to. */
async function watch(shown) {
  const answer = await fetch(shown.dataset.untilDone).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const drawn = template.content.firstElementChild;
    if (!drawn.dataset.untilDone) return location.reload();
    shown.replaceWith(drawn);
    shown = drawn;
  }
  setTimeout(watch, LOOK, shown);
}

/** Listens from where the page was drawn, so that nothing between drawing and listening is lost. */
function follow(strip) {
  const title = document.title;
  let last = strip.dataset.live;
  let unseen = 0;
  let heard = [];
  let drawing = false;

  strip.hidden = false;
  listen();
  // Waiting times grow without anything happening.
  setInterval(() => document.hidden || draw(), MINUTE);
  document.addEventListener("visibilitychange", () => document.hidden || badge(0));

  function listen() {
    const source = new EventSource(`/api/events/stream?lastEventId=${last}`);
    source.addEventListener("open", () => say("on", "Live: new leads appear here"));
    source.addEventListener("error", () => {
      say("off", "Not live right now. Trying again…");
      // A browser comes back by itself, unless it was refused: signed out, or the server restarts.
      if (source.readyState === EventSource.CLOSED) retry(listen);
    });
    for (const kind of ["lead_created", "lead_updated", "contact_created", "contact_updated", "activity_logged"]) {
      source.addEventListener(kind, (event) => {
        last = event.lastEventId;
        heard.push(JSON.parse(event.data));
        draw();
      });
    }
  }

  /** Draws what changed, then says it. What comes meanwhile is drawn next, all at once. */
  async function draw() {
    if (drawing) return;
    drawing = true;
    const told = heard;
    heard = [];
    try {
      await Promise.all([...document.querySelectorAll("[data-fragment]")].map(redraw));
      announce(told.filter((change) => change.kind === "lead_created"));
    } catch {
      heard = [...told, ...heard];
      say("off", "Not live right now. Trying again…");
      retry(draw);
      return;
    } finally {
      drawing = false;
    }
    if (heard.length > 0) draw();
  }

  /** Puts the server's current markup of a piece of page in its place; the focus stays where it was. */
  async function redraw(shown) {
    const answer = await fetch(shown.dataset.fragment);
    // Whoever is signed out is led to the sign-in page, which is no piece of this one.
    if (!answer.ok || answer.redirected) throw new Error(`${shown.dataset.fragment} answered ${answer.status}`);
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const drawn = template.content.firstElementChild;
    const focused = shown.contains(document.activeElement) && document.activeElement.getAttribute("href");
    shown.replaceWith(drawn);
    if (focused) drawn.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  function announce(leads) {
    if (leads.length === 0) return;
    for (const lead of leads) {
      document.querySelector(`[data-lead="${lead.leadId}"]`)?.classList.add("is-new");
    }
    const names = leads.map((lead) => lead.name ?? "somebody");
    say("on", names.length === 1 ? `New lead: ${names[0]}` : `${names.length} new leads: ${names.join(", ")}`);
    if (document.hidden) badge(unseen + names.length);
  }

  /** Tries again in a moment, unless the reader is signed out. */
  function retry(again) {
    setTimeout(async () => {
      const answer = await fetch("/api/session").catch(() => null);
      if (answer?.status === 401) say("off", "You are signed out. Reload to sign in.");
      else again();
    }, RETRY);
  }

  function say(state, text) {
    strip.dataset.state = state;
    // Only what is new is written: a screen reader speaks every change.
    if (strip.textContent !== text) strip.textContent = text;
  }

  function badge(count) {
    unseen = count;
    document.title = count > 0 ? `(${count}) ${title}` : title;
  }
}
