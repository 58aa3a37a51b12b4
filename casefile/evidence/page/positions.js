// Gives each visible text node with its box on the page, and the box of each of its words in order: [x, y, width, height].
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  const range = document.createRange();
  const round = (value) => Math.round(value * 10) / 10;
  const placed = (box) => [round(box.x + scrollX), round(box.y + scrollY), round(box.width), round(box.height)];
  let left = 60000; // Words measured; a longer page keeps the boxes of its texts only.
  for (let node = walker.nextNode(); node && found.length < 20000; node = walker.nextNode()) {
    if (!node.data.trim() || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.parentElement?.tagName ?? "")) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) continue;
    const [x, y, width, height] = placed(box);
    const words = [];
    for (const word of node.data.matchAll(/\S+/g)) {
      if (left-- <= 0) break;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      words.push(placed(range.getBoundingClientRect()));
    }
    found.push({ text: node.data, x, y, width, height, ...(left > 0 ? { words } : {}) });
  }
  return found;
};
