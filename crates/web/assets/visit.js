// What a script adds, and nothing that a page needs: the button that keeps a home answers in place, and the site is
// told what was looked at. Nobody is told of who asks for it: Do Not Track and Global Privacy Control are obeyed, and
// programs that say what they are do not count as visitors.
const quiet =
  navigator.globalPrivacyControl === true ||
  navigator.doNotTrack === "1" ||
  navigator.webdriver === true ||
  /bot|crawl|spider|slurp|headless|lighthouse|preview/i.test(navigator.userAgent);

// A name for this browser at this site, which says nothing about anybody. It goes with the form that its visitor sends,
// so that whoever answers knows which homes they looked at.
function introduce() {
  const kept = document.cookie.match(/(?:^|; )visitor=([0-9a-f-]{36})(?:;|$)/)?.[1];
  const name = kept ?? crypto.randomUUID?.();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // A quarter: as long as the site remembers a stranger.
  if (name) document.cookie = `visitor=${name}; Path=/; Max-Age=7776000; SameSite=Lax${secure}`;
}

function tell(event) {
  if (quiet) return;
  introduce();
  const body = new Blob([JSON.stringify(event)], { type: "application/json" });
  navigator.sendBeacon("/api/website-events", body);
}

const seen = document.getElementById("behaviour");
if (seen) tell(JSON.parse(seen.textContent));

document.addEventListener("submit", async (submitted) => {
  const form = submitted.target;
  if (!form.matches("form.save")) return;
  submitted.preventDefault();
  const fields = new FormData(form);
  const adds = fields.get("action") === "add";
  // Who takes the form tells of it, too: so it is told where no script runs.
  if (quiet) fields.set("quiet", "on");
  else introduce();
  const sent = { method: "POST", body: new URLSearchParams(fields), redirect: "manual" };
  // Not `form.action`, which is the field of that name.
  const answer = await fetch(form.getAttribute("action"), sent).catch(() => null);
  // Whatever went wrong, the page that follows a plain form says it better.
  if (answer?.type !== "opaqueredirect") return form.submit();
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", String(adds));
  button.querySelector("span").textContent = adds ? "Saved" : "Save";
  form.elements.action.value = adds ? "remove" : "add";
  // The next time is another one.
  form.elements.gesture.value += "+";
});
