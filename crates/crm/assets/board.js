// Moves cards of the pipeline by dragging and by keyboard. Both send the form that the Move menu sends, and draw the board
// that comes back: who was slower than somebody else sees it as it is now.

const says = document.querySelector("[data-board-says]");
let lifted = null;

const board = () => document.querySelector("[data-board]");
const lanes = () => [...board().querySelectorAll("[data-status]")];
const laneOf = (card) => card.closest("[data-status]");
const nameOf = (card) => card.querySelector("a").textContent;
const labelOf = (lane) => lane.querySelector("h2").textContent;

showHandles();
// An open board is drawn anew when somebody else moves a card.
new MutationObserver(showHandles).observe(document.querySelector("main"), { childList: true, subtree: true });

/** Handles are for those who have a script; everybody has the Move menu. */
function showHandles() {
  for (const handle of document.querySelectorAll("[data-lift][hidden]")) handle.hidden = false;
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  event.dataTransfer.setData("text/plain", card.dataset.card);
  event.dataTransfer.effectAllowed = "move";
  card.classList.add("is-lifted");
});

document.addEventListener("dragend", (event) => event.target.classList?.remove("is-lifted"));

document.addEventListener("dragover", (event) => {
  const lane = event.target.closest?.("[data-board] [data-status]");
  mark(lane);
  if (lane) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const lane = event.target.closest?.("[data-board] [data-status]");
  mark(null);
  const card = lane && board().querySelector(`[data-card="${CSS.escape(event.dataTransfer.getData("text/plain"))}"]`);
  if (!card) return;
  event.preventDefault();
  if (laneOf(card) !== lane) move(card, lane);
});

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-lift]");
  if (!handle) return;
  const card = handle.closest("[data-card]");
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (lifted) drop();
    else lift(card);
  } else if (lifted && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    aim(event.key === "ArrowLeft" ? -1 : 1);
  } else if (lifted && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    // The page stays where it is: the card would leave the window with it.
    event.preventDefault();
    say(`Over ${labelOf(lifted.lane)}. The newest lead of a column stands first.`);
  } else if (lifted && event.key === "Escape") {
    say(`${nameOf(card)} stays in ${labelOf(laneOf(card))}.`);
    letGo();
  }
});

document.addEventListener("focusout", (event) => {
  if (lifted && event.target.closest?.("[data-lift]")) letGo();
});

function lift(card) {
  lifted = { card, lane: laneOf(card) };
  card.classList.add("is-lifted");
  say(`Lifted ${nameOf(card)}, in ${labelOf(lifted.lane)}.`);
}

function aim(step) {
  const all = lanes();
  const next = all[all.indexOf(lifted.lane) + step];
  if (!next) return;
  lifted.lane = next;
  mark(next);
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(`Over ${labelOf(next)}.`);
}

function drop() {
  const { card, lane } = lifted;
  letGo();
  if (laneOf(card) !== lane) move(card, lane);
  else say(`${nameOf(card)} stays in ${labelOf(lane)}.`);
}

function letGo() {
  lifted.card.classList.remove("is-lifted");
  mark(null);
  lifted = null;
}

function mark(lane) {
  for (const other of lanes()) other.classList.toggle("is-aimed-at", other === lane);
}

/** Sends the card's own form. */
function move(card, lane) {
  const form = card.querySelector("form");
  const body = new URLSearchParams(new FormData(form));
  body.set("to", lane.dataset.status);
  send(card, form.action, body);
}

/** Puts the board that comes back in this one's place, or asks what is to be known first. */
async function send(card, action, body) {
  card.classList.add("is-lifted");
  const answer = await fetch(action, { method: "POST", body }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const question = page?.querySelector("[data-asks]");
  if (question) return ask(card, document.adoptNode(question));
  if (!answer?.ok) {
    card.classList.remove("is-lifted");
    // Whoever is refused is told why, by the page of the refusal; without one there was no answer.
    const why = page?.querySelector("main.failure h1 + p")?.textContent.trim();
    say(`${nameOf(card)} was not moved. ${why || "Check your connection and try again."}`);
    return;
  }
  const drawn = page.querySelector("[data-board]");
  // Whoever is signed out is led to the sign-in page.
  if (!drawn) return location.reload();
  board().replaceWith(document.adoptNode(drawn));
  // Now, not when the observer comes to it: what is hidden takes no focus.
  showHandles();
  say(page.querySelector(".flash")?.textContent.trim() ?? "");
  handleOf(card)?.focus();
}

/** The page of the question, over the board. Whoever leaves it leaves the card where it was. */
function ask(card, question) {
  const dialog = document.createElement("dialog");
  const form = question.querySelector("form");
  let answered = null;
  dialog.className = "over";
  dialog.setAttribute("aria-labelledby", question.getAttribute("aria-labelledby"));
  dialog.append(question);
  question.querySelector("[data-leaves]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answered = new URLSearchParams(new FormData(form));
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (answered) return send(card, form.action, answered);
    card.classList.remove("is-lifted");
    say(`${nameOf(card)} stays in ${labelOf(laneOf(card))}.`);
    handleOf(card)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The handle of a card on the board as it is now. */
function handleOf(card) {
  return board().querySelector(`[data-card="${CSS.escape(card.dataset.card)}"] [data-lift]`);
}

function say(text) {
  says.textContent = text;
}
