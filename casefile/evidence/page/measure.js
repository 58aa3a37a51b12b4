// Measures the page: size, repeated items, signs of a wall.
() => {
  const distinct = (attribute) =>
    new Set([...document.querySelectorAll(`[${attribute}]`)].map((el) => el.getAttribute(attribute))).size;
  const count = (selector) => document.querySelectorAll(selector).length;
  const shown = (el) => el.getBoundingClientRect().width > 1 && getComputedStyle(el).visibility !== "hidden";
  const root = document.documentElement;
  return {
    width: Math.max(root.scrollWidth, root.clientWidth),
    height: Math.max(root.scrollHeight, document.body?.scrollHeight ?? 0),
    title: document.title,
    images: document.images.length,
    images_loaded: [...document.images].filter((i) => i.complete && i.naturalWidth > 0).length,
    passwords: [...document.querySelectorAll("input[type=password]")].filter(shown).length,
    frames: [...document.querySelectorAll("iframe")].map((f) => f.src).slice(0, 50),
    items: {
      "data-review-id": distinct("data-review-id"),
      "itemprop=review": count('[itemprop="review"]'),
      "itemtype=Review": count('[itemtype$="/Review"]'),
      ".review": count(".review, .avis"),
      ".comment": count(".comment, .commentaire"),
      article: count("article, [role=article]"),
    },
  };
};
