// What a script adds to the map of a search: it is dragged, and comes closer under two fingers or the wheel with Ctrl;
// "Search this area" then asks the server for what is in sight. Without it the links below the map do the same.
const map = document.querySelector("svg.map");

function start(map) {
  const base = map.querySelector(".map-base");
  const here = document.querySelector(".map-here");
  const [south, west, north, east] = map.dataset.bounds.split(",").map(Number);
  const part = (node, name) => parseFloat(node.getAttribute(name)) / 100;
  const placed = [...map.querySelectorAll(":scope > :is(.map-town, .map-name, .map-home, .map-many)")].map((node) => ({
    node,
    x: part(node, "x"),
    y: part(node, "y"),
  }));
  const scale = map.querySelector(".map-scale rect");
  const mile = part(scale, "width");

  // What is in sight, in parts of what the server drew.
  let view = { x: 0, y: 0, side: 1 };
  const fingers = new Map();
  let travelled = 0;

  function draw() {
    base.setAttribute("viewBox", [view.x, view.y, view.side, view.side].map((n) => n * 1000).join(" "));
    for (const { node, x, y } of placed) {
      node.setAttribute("x", `${((x - view.x) / view.side) * 100}%`);
      node.setAttribute("y", `${((y - view.y) / view.side) * 100}%`);
    }
    scale.setAttribute("width", `${(mile / view.side) * 100}%`);
    const height = north - south;
    const width = east - west;
    const lat = (y) => Math.min(90, Math.max(-90, north - y * height));
    const lng = (x) => Math.min(180, Math.max(-180, west + x * width));
    const edges = [lat(view.y + view.side), lng(view.x), lat(view.y), lng(view.x + view.side)];
    const address = new URL(location);
    address.searchParams.delete("page");
    address.searchParams.set("bounds", edges.map((edge) => edge.toFixed(4)).join(","));
    address.hash = "map";
    here.href = address;
    here.hidden = false;
  }

  // Keeps the ground below a point of the screen where it is.
  function zoom(times, clientX, clientY) {
    const box = map.getBoundingClientRect();
    const side = Math.min(8, Math.max(0.02, view.side * times));
    const x = (clientX - box.left) / box.width;
    const y = (clientY - box.top) / box.height;
    view = { x: view.x + x * (view.side - side), y: view.y + y * (view.side - side), side };
    draw();
  }

  function drag(x, y) {
    const box = map.getBoundingClientRect();
    view.x -= (x / box.width) * view.side;
    view.y -= (y / box.height) * view.side;
    draw();
  }

  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, event);
  });
  window.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
    travelled += Math.hypot(x, y);
    // A hand that shakes while it clicks does not move the map.
    if (travelled < 6) return;
    const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
    fingers.set(event.pointerId, event);
    if (!other) return drag(x, y);
    const apart = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
    const middle = [(event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2];
    zoom(apart(before) / Math.max(1, apart(event)), ...middle);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  // A drag that began on a price does not follow it.
  map.addEventListener("click", (event) => travelled >= 6 && event.preventDefault(), true);
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(event.deltaY / 200), event.clientX, event.clientY);
    },
    { passive: false },
  );

  // The home that is pointed at in the list shows where it is.
  const meant = (event) => {
    const href = event.target.closest?.(".home")?.querySelector("h3 a")?.getAttribute("href");
    for (const { node } of placed) {
      node.classList.toggle("is-meant", Boolean(href) && node.querySelector("a")?.getAttribute("href") === href);
    }
  };
  document.addEventListener("pointerover", meant);
  document.addEventListener("focusin", meant);
}

if (map) start(map);
