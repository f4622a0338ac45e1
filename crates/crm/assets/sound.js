// A short sound when a lead comes in, for who asked for it: in one of their tabs, and where the browser lets it. The page
// says the same in words and in its title, with and without it.

/** Two notes, the second a fifth above the first: hertz, and seconds after the beginning. */
const NOTES = [
  [523.25, 0],
  [783.99, 0.14],
];
const LENGTH = 0.5;
const VOLUME = 0.12;
// A browser that refuses does not answer; one that lets it needs less.
const PATIENCE = 500;
// Leads that come together are heard once.
const GATHER = 3_000;
// The feed's numbers go back when a backup is restored: what rang is not remembered for longer.
const A_DAY = 86_400_000;

const trial = document.querySelector("[data-try-sound]");
let audio;

// Browsers let nothing sound before somebody did something on the page.
for (const gesture of ["click", "keydown"]) addEventListener(gesture, mayPlay, { once: true });
// One tab after the other: the first that may play does, and the rest find it done.
addEventListener("lead-arrived", ({ detail: place }) => {
  if (navigator.locks) navigator.locks.request("ring", () => ring(place));
  else ring(place);
});
if (trial) {
  trial.hidden = false;
  trial.addEventListener("click", async () => (await mayPlay()) && play());
}

async function ring(place) {
  const [rung, at = 0] = (localStorage.getItem("rung") ?? "").split(" ").map(Number);
  const since = Date.now() - at;
  if (since < GATHER || (place <= rung && since < A_DAY)) return;
  if (!(await mayPlay())) return;
  localStorage.setItem("rung", `${place} ${Date.now()}`);
  play();
}

/** Whether the browser lets it sound by now. */
async function mayPlay() {
  try {
    audio ??= new AudioContext();
    await Promise.race([audio.resume(), new Promise((go) => setTimeout(go, PATIENCE))]);
    return audio.state === "running";
  } catch {
    // Nothing here makes sounds at all.
    return false;
  }
}

function play() {
  for (const [hertz, after] of NOTES) {
    const [note, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + after;
    note.frequency.value = hertz;
    // It swells and fades: what begins or ends at once, cracks.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(VOLUME, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + LENGTH);
    note.connect(volume).connect(audio.destination);
    note.start(begin);
    note.stop(begin + LENGTH);
  }
}
