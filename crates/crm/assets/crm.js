// What pages do beyond HTML: times in the reader's zone, a search over the page, work that shows how far it is.
// Every page is complete without it.

tellZone();

const LOOK = 1_000;
const working = document.querySelector("[data-until-done]");
if (working) watch(working);

offerTickAll();
// A list that follows the feed draws its boxes anew.
new MutationObserver(offerTickAll).observe(document.body, { childList: true, subtree: true });

/** What is folded out stands in the address: to be shared, reloaded and come back to. */
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("details[data-opened]")) return;
    const { opened, closed } = target.dataset;
    const open = (address) => new URL(address, location.href).searchParams.get("open");
    // Menus of one name close each other: whose turn is over has nothing to say.
    if (target.open) history.replaceState(history.state, "", opened);
    else if (open(location.href) === open(opened)) history.replaceState(history.state, "", closed);
  },
  true,
);

/** One box ticks the page; it is offered to those who have a script. */
function offerTickAll() {
  const label = document.querySelector("[data-tick-all]");
  if (!label?.hidden) return;
  label.hidden = false;
  countTicks();
}

function countTicks() {
  const box = document.querySelector("[data-tick-all] input");
  const rows = [...document.querySelectorAll(".row-tick")];
  const ticked = rows.filter((row) => row.checked).length;
  box.checked = ticked > 0 && ticked === rows.length;
  box.indeterminate = ticked > 0 && !box.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all] input")) {
    for (const row of document.querySelectorAll(".row-tick")) row.checked = event.target.checked;
  } else if (event.target.matches(".row-tick")) countTicks();
});

/** With Shift, a tick is given to every row between the last one and this. */
let lastTicked;
document.addEventListener("click", (event) => {
  if (!event.target.matches?.(".row-tick")) return;
  const rows = [...document.querySelectorAll(".row-tick")];
  const here = rows.indexOf(event.target);
  // A list that follows the feed draws its boxes anew.
  const there = rows.findIndex((row) => row.value === lastTicked);
  lastTicked = event.target.value;
  if (!event.shiftKey || there < 0) return;
  for (const row of rows.slice(Math.min(here, there), Math.max(here, there))) row.checked = event.target.checked;
  rows[there].checked = event.target.checked;
});

/** What was typed and not sent is not left behind without a question. */
const TYPED = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=search], [type=password], [type=file])";
let sent;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent = event.target;
});
addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll("form[method=post i]")].filter((form) => form !== sent);
  const isTyped = (field) => field.matches(TYPED) && field.value !== field.defaultValue;
  // Whoever stays may go on typing in what was to be sent.
  sent = undefined;
  if (forms.some((form) => [...form.elements].some(isTyped))) event.preventDefault();
});

/** Letters that lead somewhere, each behind a G. */
const PLACES = { t: "/", l: "/leads", c: "/contacts", p: "/pipeline", r: "/reminders", a: "/activity" };
let went = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || letterKeysAreOff()) return;
  const typing = event.target.closest?.("input, textarea, select, dialog, [contenteditable], [data-lift]");
  if (typing || !document.querySelector('.nav a[href="/search"]')) return;
  const wasG = event.timeStamp - went < 1_500;
  went = event.key === "g" ? event.timeStamp : 0;
  const place = wasG && PLACES[event.key];
  const field = {
    "/": ".toolbar-search input, form[role=search] input[type=search]",
    n: "#summary, textarea[name=summary]",
  }[event.key];
  if (place) location.assign(place);
  else if (event.key === "?") location.assign("/search#keys-h");
  else if (field && document.querySelector(field)) document.querySelector(field).focus();
  else return;
  event.preventDefault();
});

offerLetterKeys();

/** Speech input types letters too: who uses it switches these keys off. */
function offerLetterKeys() {
  const box = document.querySelector("[data-letter-keys] input");
  if (!box) return;
  box.closest("[data-letter-keys]").hidden = false;
  box.checked = !letterKeysAreOff();
  box.addEventListener("change", () => localStorage.setItem("letter-keys", box.checked ? "on" : "off"));
}

function letterKeysAreOff() {
  return localStorage.getItem("letter-keys") === "off";
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
  dialog.innerHTML = `<input class="input" type="text" role="combobox" aria-label="Name, address, e-mail, part of a number, a word of a note, or a place to go" aria-expanded="true" aria-controls="palette-found" autocomplete="off" spellcheck="false"><div id="palette-found" class="palette-found" role="listbox" aria-label="Found"></div><p class="sr" role="status"></p>`;
  const [input, shown, says] = dialog.children;
  let asked;
  /** The look that is under way, and the text that the shown entries answer. */
  let looking;
  let answered;
  let chosen = 0;

  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  input.addEventListener("input", lookAgain);
  input.addEventListener("keydown", (event) => {
    const all = entries();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      enter();
    }
  });
  dialog.showModal();
  lookAgain();

  function entries() {
    return [...shown.querySelectorAll("[data-entry]")];
  }

  /** Goes where the chosen entry leads. Entries that answer another text are not meant: theirs are waited for. */
  async function enter() {
    const typed = input.value;
    if (answered !== typed) {
      await (looking ?? lookAgain());
      // Gone on typing, closed, or no answer came.
      if (answered !== typed || input.value !== typed || !dialog.open) return;
    }
    entries()[chosen]?.click();
  }

  function lookAgain() {
    const look = lookFor(input.value).finally(() => {
      if (looking === look) looking = undefined;
    });
    looking = look;
    return look;
  }

  /** Asks for what is typed now; an answer to what was typed before comes too late. */
  async function lookFor(text) {
    asked?.abort();
    const { signal } = (asked = new AbortController());
    const query = new URLSearchParams({ q: text, at: location.pathname });
    let found;
    try {
      const answer = await fetch(`/search/found?${query}`, { signal });
      if (!answer.ok || answer.redirected) return location.assign(`/search?${query}`);
      found = await answer.text();
    } catch {
      return;
    }
    if (signal.aborted) return;
    shown.innerHTML = found;
    answered = text;
    for (const list of shown.querySelectorAll("ul, li, form, [data-found]")) list.role = "presentation";
    for (const group of shown.querySelectorAll("section")) group.role = "group";
    entries().forEach((entry, number) => {
      entry.id = `palette-${number}`;
      entry.role = "option";
      entry.tabIndex = -1;
      // A place on the page that is open already: nothing is loaded that would take the palette away.
      entry.addEventListener("click", () => dialog.close());
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
