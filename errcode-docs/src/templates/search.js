(function () {
  "use strict";
  var FEW = 100, rows = null, limit = FEW;
  function id(name) { return document.getElementById(name); }
  function zh() { return document.documentElement.lang.indexOf("zh") === 0; }

  // "{id}" is a placeholder, "{{" a brace: the literals of a message's template.
  function template(text) {
    var literals = [""], i = 0, end;
    while (i < text.length) {
      var c = text[i];
      if ((c === "{" || c === "}") && text[i + 1] === c) { literals[literals.length - 1] += c; i += 2; continue; }
      end = c === "{" ? text.indexOf("}", i) : -1;
      if (end > 0) { literals.push(""); i = end + 1; } else { literals[literals.length - 1] += c; i += 1; }
    }
    return literals;
  }
  // How many of the template's own letters the pasted text holds, in order; 0 where one piece is missing.
  function fits(literals, text) {
    var letters = literals.join("").replace(/[^\p{L}\p{N}]/gu, "").length;
    var at = text.indexOf(literals[0]), n, found;
    if (letters < 2 || at < 0) { return 0; }
    at += literals[0].length;
    for (n = 1; n < literals.length; n += 1) {
      found = literals[n] === "" ? text.length : text.indexOf(literals[n], at);
      if (found <= at || found - at > 200) { return 0; }
      at = found + literals[n].length;
    }
    return letters;
  }
  function read() {
    rows = Array.prototype.map.call(document.querySelectorAll("#all .codes > li"), function (li) {
      var messages = (li.dataset.m || "").toLowerCase().split("\n").filter(Boolean);
      var code = li.querySelector(".code").textContent.toLowerCase();
      return {
        li: li, code: code, names: [code].concat((li.dataset.a || "").toLowerCase().split(" ").filter(Boolean)),
        messages: messages.map(template), set: li.dataset,
        title: li.querySelector(".title").textContent.toLowerCase(),
        text: (li.textContent + "\n" + messages.join("\n") + "\n" + (li.dataset.x || "") + " " + (li.dataset.a || "")).toLowerCase()
      };
    });
  }
  function rank(row, query, words) {
    if (row.names.indexOf(query) >= 0) { return 1000; }
    if (row.code.indexOf(query) === 0) { return 800; }
    var best = 0;
    row.messages.forEach(function (message) { best = Math.max(best, fits(message, query)); });
    if (best) { return 500 + Math.min(best, 250); }
    if (!words.every(function (word) { return row.text.indexOf(word) >= 0; })) { return 0; }
    if (row.code.indexOf(query) >= 0) { return 400; }
    if (row.title.indexOf(query) >= 0) { return 350; }
    return row.text.indexOf(query) >= 0 ? 250 : 100;
  }
  function state() {
    return { q: id("q").value.trim(), status: id("status").value, category: id("category").value,
             owner: id("owner") ? id("owner").value : "", retry: id("retry").value };
  }
  function matches(now) {
    var query = now.q.toLowerCase(), words = query.split(/\s+/).filter(Boolean);
    // A log line or a body that names codes: those.
    var named = words.length > 1 || /[{"':,]/.test(query) ? query.split(/[^a-z0-9_.:-]+/)
      .map(function (w) { return w.replace(/^[_.:-]+|[_.:-]+$/g, ""); }).filter(function (w) { return /[0-9_]/.test(w); }) : [];
    var found = [];
    rows.forEach(function (row, at) {
      if (now.status && row.set.s !== now.status || now.category && row.set.c !== now.category ||
          now.owner && row.set.o !== now.owner || now.retry && row.set.r !== now.retry) { return; }
      var score = words.length === 0 ? 1 : rank(row, query, words);
      if (named.length && row.names.some(function (name) { return named.indexOf(name) >= 0; })) { score = Math.max(score, 900); }
      if (score) { found.push({ row: row, score: score, at: at }); }
    });
    return found.sort(function (a, b) { return b.score - a.score || a.at - b.at; });
  }
  function remember(now) {
    var parts = Object.keys(now).filter(function (key) { return now[key]; })
      .map(function (key) { return key + "=" + encodeURIComponent(now[key]); });
    try { history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search); } catch (e) { /* opaque origin */ }
  }
  function show() {
    var now = state(), active = Boolean(now.q || now.status || now.category || now.owner || now.retry);
    if (!rows) { read(); }
    var found = active ? matches(now) : [], list = id("found");
    id("all").hidden = active;
    id("results").hidden = !active;
    list.replaceChildren.apply(list, found.slice(0, limit).map(function (it) { return it.row.li.cloneNode(true); }));
    id("none").hidden = !active || found.length > 0;
    id("more").hidden = found.length <= limit;
    var n = active ? found.length : rows.filter(function (row) { return row.set.s; }).length;
    id("count").textContent = zh() ? n + " 个错误码" : n + (n === 1 ? " code" : " codes");
    return now;
  }
  function changed() { limit = FEW; remember(show()); }
  function restore() {
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("="), field = at > 0 && id(part.slice(0, at));
      if (field && field.form === id("find")) { try { field.value = decodeURIComponent(part.slice(at + 1)); } catch (e) { /* not ours */ } }
    });
    show();
  }
  function links() {
    return Array.prototype.filter.call(document.querySelectorAll(id("results").hidden ? "#all .code" : "#found .code"), function (a) { return a.href; });
  }
  function keys(event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); id("q").focus(); }
    if (event.key === "Escape" && event.target === id("q")) { id("q").value = ""; changed(); }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.target.tagName === "SELECT") { return; }
    var all = links(), at = all.indexOf(document.activeElement), next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 && event.target !== id("q")) { return; }
    event.preventDefault();
    (next || id("q")).focus();
  }
  document.addEventListener("DOMContentLoaded", function () {
    var form = id("find");
    form.hidden = false;
    form.addEventListener("input", changed);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = links()[0];
      if (first && id("q").value.trim()) { first.click(); }
    });
    id("more").addEventListener("click", function () { limit += 10 * FEW; show(); });
    document.addEventListener("keydown", keys);
    document.addEventListener("speak", show);
    window.addEventListener("hashchange", restore);
    restore();
  });
})();
