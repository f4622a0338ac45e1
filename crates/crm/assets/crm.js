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
    for (const kind of ["lead_created", "lead_updated", "activity_logged"]) {
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
