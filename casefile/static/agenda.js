// Dragging what people may move; a legal date has no handle, and the link « Déplacer » does the same by keyboard.
"use strict";
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
