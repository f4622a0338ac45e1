// Keeps an open page true: hears of every change, fetches the page again and puts its marked parts in their places. What
// somebody is at is left alone, and offered. Every page is complete without it.

const RETRY = 3_000;
const MINUTE = 60_000;
// What happens together comes together: an enquiry is three messages, and one fetch.
const GATHER = 200;
// Many leads changed at once are many messages for a while.
const PAUSE = 500;
const MOST_NAMES = 3;

const LIVE = "Live: what is new appears here";
const NOT_LIVE = "Not live right now. Trying again…";

const strip = document.querySelector("[data-live]");
const { of, about, offer, waits } = strip.dataset;
// What is folded out is the reader's own: the page is fetched without it.
const here = new URL(location.href);
here.searchParams.delete("open");
const address = strip.dataset.at ?? here.href;
const title = document.title;
const says = document.createElement("span");
const more = document.createElement("button");

let last = strip.dataset.live;
let source;
let heard = [];
let planned;
let drawnAt = 0;
let unseen = 0;
/** Whatever changed and is not shown yet. */
const waiting = new Set();

more.type = "button";
more.className = "btn";
more.hidden = true;
more.addEventListener("click", showAll);
strip.append(says, more);
strip.hidden = false;
listen();
// Waiting times grow without anything happening.
setInterval(() => document.hidden || plan(), MINUTE);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  badge(0);
  if (heard.length > 0) plan();
});

/** Listens from where the page was drawn, so that nothing between drawing and listening is lost. */
function listen() {
  source = new EventSource(`/api/events/stream?lastEventId=${last}`);
  source.addEventListener("open", () => {
    say("on", LIVE);
    if (heard.length > 0) plan();
  });
  source.addEventListener("error", () => {
    say("off", NOT_LIVE);
    // A browser comes back by itself, unless it was refused: signed out, or the server restarts.
    if (source.readyState === EventSource.CLOSED) retry(listen);
  });
  for (const kind of ["lead_created", "lead_updated", "contact_created", "contact_updated", "activity_logged"]) {
    source.addEventListener(kind, hear);
  }
}

function hear(event) {
  last = event.lastEventId;
  const change = JSON.parse(event.data);
  heard.push(change);
  // For whoever wants to hear it: sound.js.
  if (change.kind === "lead_created" && change.name && !change.replayed) {
    dispatchEvent(new CustomEvent("lead-arrived", { detail: Number(last) }));
  }
  // Nobody looks at it: the title says how many, and the rest is drawn when somebody does.
  if (!document.hidden) plan();
  else if (change.kind === "lead_created") badge(unseen + 1);
}

function plan() {
  planned ??= setTimeout(draw, Math.max(GATHER, drawnAt + PAUSE - performance.now()));
}

/** Draws what changed, then says it. What comes meanwhile is drawn next, all at once. */
async function draw() {
  const told = heard;
  heard = [];
  try {
    const page = await fetched();
    for (const change of told) waiting.add(subjectOf(change));
    waiting.delete(null);
    const left = parts().filter(isLeft);
    for (const part of parts()) if (!left.includes(part)) replace(part, page);
    if (!about && !left.some((part) => isNews(part, page))) waiting.clear();
    if (strip.dataset.state === "off" && source.readyState === EventSource.OPEN) say("on", LIVE);
    announce(told.filter((change) => change.kind === "lead_created"));
    offerMore();
  } catch (failure) {
    if (failure.cause === 404) return say("off", "This is not here any more.");
    heard = [...told, ...heard];
    say("off", NOT_LIVE);
    retry(plan);
  } finally {
    planned = undefined;
    drawnAt = performance.now();
  }
  if (heard.length > 0 && strip.dataset.state === "on") plan();
}

/** The page as it is now. */
async function fetched() {
  const answer = await fetch(address);
  // Whoever is signed out is led to the sign-in page, which has none of these parts.
  if (!answer.ok || answer.redirected) throw new Error(`${address} answered ${answer.status}`, { cause: answer.status });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** What the reader asked for is shown, whatever they were at; a record's page may hold what they typed and is loaded. */
async function showAll() {
  if (about) return location.assign(address);
  const page = await fetched().catch(() => null);
  if (!page) return location.assign(address);
  for (const part of parts()) replace(part, page);
  waiting.clear();
  document.querySelector("main").focus();
  offerMore();
}

function parts() {
  return [...document.querySelectorAll("[data-part]")];
}

/** What a change is a change of, as this page counts; null when the page does not show such things. */
function subjectOf(change) {
  if (about) return [change.leadId, change.contactId].includes(about) ? about : null;
  if (!of.includes(change.kind.split("_")[0])) return null;
  return change[`${of.split(" ")[0]}Id`] ?? change.leadId ?? change.contactId ?? change.activityId;
}

/** Whether a part must not change under the reader's hands. The menu's numbers always may. */
function isLeft(part) {
  if (!part.closest("main")) return false;
  const focused = document.activeElement;
  const selected = getSelection();
  return (
    waits !== undefined ||
    document.querySelector(".menu[open], dialog[open]") !== null ||
    part.querySelector(".row-tick:checked, .is-lifted, details[open]:not(.data)") !== null ||
    (!selected.isCollapsed && part.contains(selected.anchorNode)) ||
    (part !== focused && part.contains(focused) && placeOf(focused) === null)
  );
}

/** Whether a part that was left reads otherwise by now; that a minute has passed is no news. */
function isNews(part, page) {
  const reads = (of) => {
    const copy = of.cloneNode(true);
    for (const clock of copy.querySelectorAll("time, .badge:has(> svg)")) clock.remove();
    return copy.textContent;
  };
  const drawn = drawnIn(page, part);
  return drawn !== null && reads(part) !== reads(drawn);
}

function drawnIn(page, part) {
  return page.querySelector(`[data-part="${part.dataset.part}"]`);
}

/** Puts the server's current markup in a part; the focus, ticks and what was scrolled stay. */
function replace(part, page) {
  const drawn = drawnIn(page, part);
  if (!drawn) return;
  const focused = part !== document.activeElement && part.contains(document.activeElement);
  const place = focused ? placeOf(document.activeElement) : null;
  const ticked = [...part.querySelectorAll(".row-tick:checked")].map((tick) => tick.value);
  const across = part.querySelector(".table-scroll")?.scrollLeft;
  const isUnfolded = part.querySelector("details.data")?.open;

  part.replaceChildren(...drawn.childNodes);
  for (const tick of part.querySelectorAll(".row-tick")) tick.checked = ticked.includes(tick.value);
  if (across) part.querySelector(".table-scroll")?.scrollTo({ left: across, behavior: "instant" });
  if (isUnfolded) part.querySelector("details.data").open = true;
  const again = place && part.querySelector(place);
  if (!again) return;
  again.hidden = false;
  again.focus({ preventScroll: true });
}

/** How to find what has the focus when it is drawn anew; null for what cannot be told apart. */
function placeOf(element) {
  const has = (name, value) => `[${name}="${CSS.escape(value)}"]`;
  if (element.matches("a[href]")) return `a${has("href", element.getAttribute("href"))}`;
  if (element.matches(".row-tick")) return `.row-tick${has("value", element.value)}`;
  if (element.matches(".table-scroll")) return ".table-scroll";
  if (element.matches("[data-lift]")) return `${has("data-card", element.closest("[data-card]").dataset.card)} [data-lift]`;
  return null;
}

function announce(leads) {
  if (leads.length === 0) return;
  for (const lead of leads) {
    document.querySelector(`[data-lead="${lead.leadId}"]`)?.classList.add("is-new");
  }
  const names = leads.map((lead) => lead.name ?? "somebody");
  if (names.length === 1) say("on", `New lead: ${names[0]}`);
  else say("on", `${names.length} new leads` + (names.length > MOST_NAMES ? "" : `: ${names.join(", ")}`));
}

function offerMore() {
  const words = offer ?? (waiting.size === 1 ? "1 change: show it" : `${waiting.size} changes: show them`);
  more.hidden = waiting.size === 0;
  if (!more.hidden && more.textContent !== words) more.textContent = words;
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
  if (says.textContent !== text) says.textContent = text;
}

function badge(count) {
  unseen = count;
  document.title = count > 0 ? `(${count}) ${title}` : title;
}
