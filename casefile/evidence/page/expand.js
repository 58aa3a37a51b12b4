// Opens the truncated texts (« voir plus »), never following a link that leaves the page.
() => {
  const more =
    /^(…\s*)?(voir plus|lire la suite|lire plus|afficher plus|afficher la suite|afficher les réponses|plus|suite|more|read more|see more|show more)\s*(…|\.\.\.)?$/i;
  const opened = [];
  for (const el of document.querySelectorAll("button, [role=button], summary, span[onclick], a[href^='#'], a:not([href])")) {
    const label = (el.innerText || el.ariaLabel || "").trim();
    if (!more.test(label) || el.disabled || el.ariaExpanded === "true" || el.dataset.casefileOpened) continue;
    const box = el.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) continue;
    el.click();
    opened.push(label);
    if (opened.length >= 2000) break;
  }
  return opened;
};
