// What pages do beyond HTML: times in the reader's zone, and a dashboard that hears of new leads by itself.
// Every page is complete without it.

tellZone();

const strip = document.querySelector("[data-live]");
if (strip) follow(strip);

/** Tells the server the reader's zone, so that its next page says times as they are here. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** Listens from where the page was drawn, so that nothing between drawing and listening is lost. */
function follow(strip) {
  const title = document.title;
  let last = strip.dataset.live;
  let unseen = 0;
  // One after the other, so that rows end up in the order of the feed.
  let work = Promise.resolve();

  strip.hidden = false;
  listen();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) badge(0);
  });

  function listen() {
    const source = new EventSource(`/api/events/stream?lastEventId=${last}`);
    source.addEventListener("open", () => say("on", "Live: new leads appear here"));
    source.addEventListener("lead_created", (event) => heard(event, created));
    source.addEventListener("lead_updated", (event) => heard(event, updated));
    source.addEventListener("activity_logged", (event) => heard(event, updated));
    source.addEventListener("error", () => {
      say("off", "Not live right now. Trying again…");
      if (source.readyState === EventSource.CLOSED) setTimeout(resume, 5000);
    });
  }

  /** A browser gives up when it is refused: after signing out, or when the server restarts. */
  async function resume() {
    const answer = await fetch("/api/session").catch(() => null);
    if (answer?.status === 401) say("off", "You are signed out. Reload to sign in.");
    else listen();
  }

  function heard(event, act) {
    last = event.lastEventId;
    const change = JSON.parse(event.data);
    work = work.then(() => act(change)).then(refresh).catch(() => say("off", "Reload to see the newest leads."));
  }

  async function created(lead) {
    const rows = document.querySelector("[data-newest]");
    // The first lead of all: there is no table yet.
    if (!rows) return location.reload();
    const row = await fragment(`/leads/${lead.leadId}/row`);
    if (!row) return;
    row.classList.add("is-new");
    rows.querySelector(`[data-lead="${lead.leadId}"]`)?.remove();
    rows.prepend(row);
    while (rows.rows.length > Number(rows.dataset.newest)) rows.lastElementChild.remove();
    say("on", `New lead: ${lead.name}`);
    if (document.hidden) badge(unseen + 1);
  }

  async function updated(lead) {
    const shown = lead.leadId && document.querySelector(`[data-lead="${lead.leadId}"]`);
    if (!shown) return;
    const row = await fragment(`/leads/${lead.leadId}/row`);
    if (row) shown.replaceWith(row);
  }

  /** Draws again what counts. */
  async function refresh() {
    for (const shown of document.querySelectorAll("[data-fragment]")) {
      const drawn = await fragment(shown.dataset.fragment);
      if (drawn) shown.replaceWith(drawn);
    }
  }

  /** A piece of page from the server, where its markup has its one home. */
  async function fragment(path) {
    const answer = await fetch(path);
    if (!answer.ok) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content.firstElementChild;
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
