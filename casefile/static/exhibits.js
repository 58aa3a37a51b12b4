// Dragging an exhibit to another place; « Monter » and « Descendre » do the same by keyboard, without this file too.
"use strict";
(() => {
  const form = document.querySelector("form[data-placing]");
  if (!form) return;
  let taken = null;
  document.addEventListener("dragstart", (event) => {
    taken = event.target.closest?.("[data-place]") ?? null;
    if (taken) { event.dataTransfer.setData("text/plain", taken.dataset.number); event.dataTransfer.effectAllowed = "move"; }
  });
  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const row = taken && event.target.closest?.("[data-place]");
    if (!row) return;
    event.preventDefault();
    row.classList.toggle("over", name === "dragover");
    if (name !== "drop" || row === taken) return;
    form.action = taken.dataset.place;
    form.elements.number.value = row.dataset.number;
    form.submit();
  }));
})();
