// Moves every scrolling box of the page by most of its height, and measures what is loaded.
() => {
  const boxes = [document.scrollingElement ?? document.documentElement];
  for (const el of document.querySelectorAll("*")) {
    if (el.scrollHeight > el.clientHeight + 100 && el.clientHeight > 200 && el !== boxes[0] && el !== document.body) {
      if (/(auto|scroll)/.test(getComputedStyle(el).overflowY)) boxes.push(el);
    }
  }
  let moved = false;
  let inner = false;
  for (const box of boxes) {
    const before = box.scrollTop;
    box.scrollTo({ top: before + box.clientHeight * 0.8, behavior: "instant" });
    if (Math.abs(box.scrollTop - before) > 1) {
      moved = true;
      inner = inner || box !== boxes[0];
    }
  }
  return {
    moved,
    inner,
    height: boxes.reduce((sum, box) => sum + box.scrollHeight, 0),
    nodes: document.getElementsByTagName("*").length,
  };
};
