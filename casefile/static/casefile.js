// Progressive enhancement only: every page works without this file. Nothing is stored but a key preference.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (node) => node.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;
  const keysOn = () => localStorage.getItem("touches") !== "non";
  const fetchPage = async (url, options = {}) => {
    const response = await fetch(url, { credentials: "same-origin", ...options });
    return { response, page: new DOMParser().parseFromString(await response.text(), "text/html") };
  };
  const swap = (page, ids) => ids.forEach((id) => {
    const fresh = page.getElementById(id), old = document.getElementById(id);
    if (fresh && old) { old.replaceWith(document.adoptNode(fresh)); enhance(fresh); }
  });

  // ---- keyboard: / ? Ctrl+K, g then a letter, any [data-key] ----
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && $("#palette")) {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]") || !keysOn()) return;
    const key = event.key.toLowerCase();
    const wanted = Date.now() - afterG < 1200 ? $(`[data-go="${CSS.escape(key)}"]`) : $(`[data-key="${CSS.escape(key)}"]`);
    afterG = key === "g" ? Date.now() : 0;
    if (key === "/" && $("[data-search]")) { event.preventDefault(); $("[data-search]").focus(); }
    else if (key === "?") { event.preventDefault(); $("#raccourcis")?.showModal(); }
    else if (wanted) { event.preventDefault(); wanted.click(); }
  });
  const keysBox = $("#raccourcis-actifs");
  if (keysBox) {
    keysBox.checked = keysOn();
    keysBox.addEventListener("change", () => localStorage.setItem("touches", keysBox.checked ? "oui" : "non"));
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    const dialog = opener && document.getElementById(opener.dataset.open);
    if (dialog) { event.preventDefault(); dialog.showModal(); }
  });

  // ---- command palette: shows the [data-result] links of the search page ----
  const palette = $("#palette");
  const openPalette = () => { if (!palette.open) palette.showModal(); $("input", palette).select(); };
  if (palette) {
    const input = $("input", palette), list = $("[role=listbox]", palette), form = $("form", palette);
    let timer = 0, asked = "";
    const options = () => $$("[role=option]", list);
    const select = (index) => {
      const all = options();
      all.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
      if (all[index]) { input.setAttribute("aria-activedescendant", all[index].id); all[index].scrollIntoView({ block: "nearest" }); }
      else input.removeAttribute("aria-activedescendant");
    };
    const show = async () => {
      const query = (asked = input.value.trim());
      const { page } = query ? await fetchPage(`${form.action}?${new URLSearchParams({ q: query })}`) : { page: document.implementation.createHTMLDocument("") };
      if (query !== asked) return;
      const links = query ? $$("[data-result]", page) : $$(".top nav a");
      list.replaceChildren(...links.slice(0, 8).map((found, index) => {
        const option = document.createElement("a");
        option.href = found.getAttribute("href");
        option.textContent = found.textContent.trim();
        option.id = `palette-${index}`;
        option.tabIndex = -1;
        option.setAttribute("role", "option");
        return option;
      }));
      input.setAttribute("aria-expanded", String(links.length > 0));
      select(0);
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 150); });
    palette.addEventListener("toggle", () => palette.open && show());
    input.addEventListener("keydown", (event) => {
      const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); select((at + step + options().length) % Math.max(options().length, 1)); }
      else if (event.key === "Enter" && options()[at]) { event.preventDefault(); options()[at].click(); }
    });
  }

  // ---- confirmation before an act: <form data-confirm="…"> ----
  document.addEventListener("submit", (event) => {
    const form = event.target, dialog = $("#confirmation");
    if (!form.dataset.confirm || form.dataset.confirmed || !dialog) return;
    event.preventDefault();
    $("[data-question]", dialog).textContent = form.dataset.confirm;
    dialog.returnValue = "non";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "oui") return;
      form.dataset.confirmed = "oui";
      form.requestSubmit(event.submitter);
    }, { once: true });
  });

  // ---- passages: select words, or move word by word with the arrows, Shift extends ----
  const codePoints = (text) => [...text].length;
  const quotedText = (source) => {
    const walker = document.createTreeWalker(source, NodeFilter.SHOW_TEXT, {
      acceptNode: (node) => (node.parentElement.closest("[data-passage-ignore]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
    });
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  };
  const offsetIn = (source, node, offset) => {
    const limit = document.createRange();
    limit.selectNodeContents(source);
    limit.setEnd(node, offset);
    return quotedText(source).reduce((length, text) => {
      if (text === node) return length + offset;
      return limit.comparePoint(text, text.length) <= 0 ? length + text.length : length;
    }, 0);
  };
  const markPassage = (source, form) => {
    const selection = getSelection();
    const chosen = selection.rangeCount && !selection.isCollapsed && source.contains(selection.getRangeAt(0).commonAncestorContainer);
    if (!chosen) return;
    const range = selection.getRangeAt(0);
    const text = quotedText(source).map((node) => node.data).join("");
    const start = offsetIn(source, range.startContainer, range.startOffset), end = offsetIn(source, range.endContainer, range.endOffset);
    const exact = text.slice(start, end);
    if (!exact.trim()) return;
    const values = { exact, prefix: text.slice(Math.max(start - 32, 0), start), suffix: text.slice(end, end + 32), start: codePoints(text.slice(0, start)), end: codePoints(text.slice(0, end)) };
    Object.entries(values).forEach(([name, value]) => { if (form.elements[name]) form.elements[name].value = value; });
    $("[data-passage-shown]", form).textContent = exact;
    $$("[data-passage-chosen]", form).forEach((part) => { part.hidden = false; });
    $$("[data-passage-typed]", form).forEach((part) => { part.hidden = true; });
  };
  const passages = (source) => {
    const form = $(`form[data-passage-form="${CSS.escape(source.id)}"]`);
    if (!form) return;
    document.addEventListener("selectionchange", () => markPassage(source, form));
    source.addEventListener("keydown", (event) => {
      const selection = getSelection();
      const direction = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
      if (direction) {
        event.preventDefault();
        if (!source.contains(selection.anchorNode)) selection.collapse(quotedText(source)[0], 0);
        else if (!event.shiftKey) direction === "forward" ? selection.collapseToEnd() : selection.collapseToStart();
        if (!event.shiftKey && direction === "backward") { selection.modify("move", "backward", "word"); selection.modify("extend", "forward", "word"); }
        else selection.modify("extend", direction, event.altKey ? "character" : "word");
      } else if (event.key.toLowerCase() === "p" && form.elements.exact?.value) form.requestSubmit();
    });
  };

  // ---- files: drop zone, list of what is chosen, progress of the sending ----
  const dropZone = (zone) => {
    const input = $("input[type=file]", zone), list = $("[data-files]", zone);
    const size = (bytes) => `${(bytes / 1e6).toLocaleString("fr", { maximumFractionDigits: 1 })}\u00a0Mo`;
    const show = () => list.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("span"), { textContent: file.name }), Object.assign(document.createElement("span"), { textContent: size(file.size) }));
      return line;
    }));
    input.addEventListener("change", show);
    ["dragover", "dragleave", "drop"].forEach((name) => zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      const files = new DataTransfer();
      [...(input.multiple ? input.files : []), ...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1).forEach((file) => files.items.add(file));
      input.files = files.files;
      show();
    }));
  };
  const upload = (form) => form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.submitter?.hasAttribute("formaction") || !$$("input[type=file]", form).some((input) => input.files.length)) return;
    event.preventDefault();
    const request = new XMLHttpRequest(), bar = document.createElement("progress"), told = document.createElement("p");
    bar.max = 1;
    bar.setAttribute("aria-label", "Envoi des fichiers");
    told.setAttribute("role", "status");
    form.append(bar, told);
    request.upload.addEventListener("progress", (sent) => { bar.value = sent.loaded / sent.total; told.textContent = bar.value < 1 ? "Envoi en cours…" : "Enregistrement et calcul des empreintes…"; });
    request.addEventListener("error", () => { bar.remove(); told.textContent = "L’envoi a été interrompu\u00a0: vérifiez la connexion, puis recommencez."; });
    request.addEventListener("load", () => {
      if (request.responseURL !== form.action) { location.assign(request.responseURL); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      $("main").replaceWith(document.adoptNode($("main", page)));
      enhance($("main"));
    });
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
  });

  // ---- drafts saved 2 s after the last key; live forms; long work that is followed ----
  const autosave = (form) => {
    let timer = 0;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(async () => {
      const told = $("[data-autosave-status]", form), body = new FormData(form);
      [...body].forEach(([name, value]) => value instanceof File && body.delete(name)); // files leave with the form alone
      try {
        const response = await fetch(form.dataset.autosave, { method: "POST", body, credentials: "same-origin" });
        told.textContent = response.ok ? `Brouillon enregistré à ${(await response.json()).saved_at}` : "Brouillon non enregistré";
      } catch { told.textContent = "Brouillon non enregistré\u00a0: le réseau ne répond pas"; }
    }, 2000); });
  };
  const live = (form) => {
    let timer = 0, asked = 0;
    const refresh = async () => {
      const turn = ++asked; // an answer that comes late must not cover a newer one
      const body = new FormData(form); // files stay here: only what is typed is asked about
      [...body].forEach(([name, value]) => value instanceof File && body.delete(name));
      const { response, page } = await fetchPage(form.dataset.liveUrl || form.action, { method: "POST", body });
      if (response.ok && turn === asked) swap(page, form.dataset.live.split(" "));
    };
    form.addEventListener("change", refresh);
    if ("typing" in form.dataset) form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, 600); });
  };
  const poll = (node) => setTimeout(async () => {
    try { const { response, page } = await fetchPage(location.href); if (response.ok) { swap(page, [node.id]); return; } } catch { /* the network comes back */ }
    poll(node);
  }, 2000);
  const conflict = (box) => {
    const kept = $("textarea, input", box), mine = $("[data-mine]", box).textContent, theirs = $("[data-theirs]", box).textContent;
    $("[data-choices]", box).hidden = false;
    const texts = { mine, theirs, both: `${theirs}\n${mine}` };
    $$("[data-take]", box).forEach((button) => button.addEventListener("click", () => { kept.value = texts[button.dataset.take]; kept.focus(); }));
  };

  const enhance = (root) => {
    const each = (selector, act) => [...(root.matches?.(selector) ? [root] : []), ...$$(selector, root)].forEach(act);
    each("[data-passage-source]", passages);
    each("[data-drop]", dropZone);
    each("form[data-upload]", upload);
    each("form[data-autosave]", autosave);
    each("form[data-live]", live);
    each("[data-poll]", poll);
    each("[data-continue]", (form) => form.requestSubmit());
    each("[data-conflict]", conflict);
    each("[data-focus]", (node) => node.focus());
  };
  enhance(document);
})();
