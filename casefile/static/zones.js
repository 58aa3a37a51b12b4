// Draws zones to mask with the mouse or a finger; each one becomes a line of the form, where it can be corrected.
"use strict";
(() => {
  const field = document.querySelector("[name=zones]");
  if (!field) return;
  const share = (value, size) => Math.round(Math.min(1, Math.max(0, value / size)) * 1000) / 10;
  const place = (box, zone) => Object.assign(box.style, {
    left: `${zone[1]}%`, top: `${zone[2]}%`, width: `${zone[3] - zone[1]}%`, height: `${zone[4] - zone[2]}%`,
  });
  const frames = new Map([...document.querySelectorAll("[data-zones]")].map((frame) => [Number(frame.dataset.zones), frame]));
  const newBox = (frame) => frame.appendChild(Object.assign(document.createElement("span"), { className: "zone" }));
  const redraw = () => {
    document.querySelectorAll(".zone").forEach((box) => box.remove());
    field.value.split("\n").forEach((line) => {
      const zone = line.replaceAll(",", ".").split(/[\s;%]+/).filter(Boolean).map(Number);
      if (zone.length === 5 && zone.every(Number.isFinite) && frames.has(zone[0])) place(newBox(frames.get(zone[0])), zone);
    });
  };
  frames.forEach((frame, number) => {
    let start = null, box = null, zone = null;
    const at = (event) => {
      const edge = frame.firstElementChild.getBoundingClientRect();
      return [share(event.clientX - edge.left, edge.width), share(event.clientY - edge.top, edge.height)];
    };
    frame.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button !== 0) return;
      event.preventDefault();
      frame.setPointerCapture(event.pointerId);
      start = at(event);
      box = newBox(frame);
    });
    frame.addEventListener("pointermove", (event) => {
      if (!start) return;
      const end = at(event);
      zone = [number, Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.max(start[0], end[0]), Math.max(start[1], end[1])];
      place(box, zone);
    });
    frame.addEventListener("pointerup", () => {
      if (zone && zone[3] - zone[1] > 0.3 && zone[4] - zone[2] > 0.05) {
        field.value = `${field.value.trimEnd()}\n${zone.join(" ")}`.trimStart();
      }
      start = box = zone = null;
      redraw();
    });
  });
  field.addEventListener("input", redraw);
  redraw();
})();
