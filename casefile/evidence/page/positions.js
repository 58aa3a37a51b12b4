// Gives each visible text node with its box on the page, so that a passage can be framed on the image.
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  const range = document.createRange();
  for (let node = walker.nextNode(); node && found.length < 20000; node = walker.nextNode()) {
    if (!node.data.trim() || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.parentElement?.tagName ?? "")) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) continue;
    const round = (value) => Math.round(value * 10) / 10;
    found.push({
      text: node.data,
      x: round(box.x + scrollX),
      y: round(box.y + scrollY),
      width: round(box.width),
      height: round(box.height),
    });
  }
  return found;
};
