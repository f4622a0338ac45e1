// What a script adds to a field for a place: while one writes, the streets, towns and ZIP codes that are on the market
// and begin so. The browser offers them as it offers what was written before. Without it the field is a field.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const offered = document.createElement("datalist");
  offered.id = `${field.id}-offered`;
  field.after(offered);
  field.setAttribute("list", offered.id);
  let asked = "";
  let pause;

  async function ask() {
    const text = field.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const answer = await fetch(`/api/listings/suggest?q=${encodeURIComponent(text)}`).catch(() => null);
    // Nothing is offered where the site does not answer, or answers what is not asked any more.
    if (!answer?.ok) return;
    const { suggestions } = await answer.json();
    if (text !== asked) return;
    offered.replaceChildren(
      ...suggestions.map(({ label }) => Object.assign(document.createElement("option"), { value: label })),
    );
  }

  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 150);
  });
}
