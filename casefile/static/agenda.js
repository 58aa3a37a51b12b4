// Dragging what people may move; a legal date has no handle, and the link « Déplacer » does the same by keyboard.
"use strict";
// The dossiers that hold what is being typed; a number typed in full needs none of it.
document.querySelectorAll("datalist[data-offers]").forEach((offers) => {
  let waiting = null;
  const ask = async (typed) => {
    const answer = await fetch(`${offers.dataset.offers}?${new URLSearchParams({ q: typed })}`);
    if (!answer.ok) return;
    const found = await answer.json();
    offers.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.reference, textContent: one.title })));
  };
  document.querySelectorAll(`input[list="${CSS.escape(offers.id)}"]`).forEach((field) => field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(field.value).catch(() => {}), 200);
  }));
});
(() => {
  const form = document.querySelector("form[data-moving]");
  if (!form) return;
  let taken = null;
  document.addEventListener("dragstart", (event) => {
    taken = event.target.closest?.("[data-move]") ?? null;
    if (taken) { event.dataTransfer.setData("text/plain", taken.textContent.trim()); event.dataTransfer.effectAllowed = "move"; }
  });
  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const day = taken && event.target.closest?.("[data-day]");
    if (!day) return;
    event.preventDefault();
    day.classList.toggle("over", name === "dragover");
    if (name !== "drop" || day.contains(taken)) return;
    if ("moveReason" in taken.dataset) { location.assign(`${taken.dataset.move}?${new URLSearchParams({ jour: day.dataset.day, retour: form.elements.back.value })}`); return; }
    form.action = taken.dataset.move;
    form.elements.on.value = day.dataset.day;
    form.submit();
  }));
})();
