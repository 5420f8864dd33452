
// Search and filters of the index.
(function () {
  "use strict";

  var FEW = 100;
  var FILTERS = ["module", "status", "category", "retry", "owner"];
  var rows = null;
  var limit = FEW;

  function id(name) { return document.getElementById(name); }
  function zh() { return document.documentElement.lang.indexOf("zh") === 0; }
  function lower(text) { return (text || "").toLowerCase(); }
  function textOf(element) { return element ? element.textContent : ""; }

  // Splits a template into its literals and the names of its placeholders: "{id}" is a placeholder, "{{" a brace.
  function template(text) {
    var literals = [""], names = [], i = 0, end;
    while (i < text.length) {
      var c = text[i];
      if ((c === "{" || c === "}") && text[i + 1] === c) {
        literals[literals.length - 1] += c;
        i += 2;
        continue;
      }
      end = c === "{" ? text.indexOf("}", i) : -1;
      if (end > 0) {
        names.push(text.slice(i + 1, end));
        literals.push("");
        i = end + 1;
      } else {
        literals[literals.length - 1] += c;
        i += 1;
      }
    }
    return { literals: literals, names: names };
  }

  // Leaves out the period at the end, which people do not select.
  function withoutPeriod(literals) {
    return literals.map(function (it, at) { return at + 1 < literals.length ? it : it.replace(/[.。!！]+$/, ""); });
  }

  // Counts the letters of the literals if the text contains all of them in order, else returns 0.
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

  function row(li) {
    var set = li.dataset;
    var shown = Array.prototype.map.call(li.querySelectorAll(".msg"), textOf);
    var messages = shown.concat((set.m || "").split("\n")).map(lower).filter(Boolean).map(template);
    var code = lower(textOf(li.querySelector(".code")));
    var title = lower(textOf(li.querySelector(".title")));
    var literals = messages.map(function (message) { return message.literals.join(" "); });
    var names = messages.map(function (message) { return message.names.join(" "); });
    var tags = Array.prototype.map.call(li.querySelectorAll(".tag"), textOf);
    return {
      li: li,
      code: code,
      title: title,
      names: [code].concat(lower(set.a).split(" ").filter(Boolean)),
      messages: messages.map(function (message) { return withoutPeriod(message.literals); }),
      status: textOf(li.querySelector(".status")),
      module: set.g || "",
      category: set.c || "",
      owner: set.o || "",
      retry: "gone" in set ? "" : set.r || "no",
      counts: !("gone" in set) && !li.closest("#framework"),
      text: [code, lower(set.a), title].concat(literals, lower(set.x)).join("\n"),
      // Matches in the names of tags and placeholders rank last: they say little.
      least: lower(names.concat(tags, set.t || "").join("\n"))
    };
  }

  function rank(row, query, words) {
    if (row.names.indexOf(query) >= 0) { return 1000; }
    if (row.code.indexOf(query) === 0) { return 800; }
    if (row.status === query || /^[45]xx$/.test(query) && row.status[0] === query[0]) { return 780; }
    var best = 0;
    row.messages.forEach(function (message) { best = Math.max(best, fits(message, query)); });
    if (best) { return 500 + Math.min(best, 250); }
    if (words.every(function (word) { return row.text.indexOf(word) >= 0; })) {
      if (row.code.indexOf(query) >= 0) { return 400; }
      if (row.title.indexOf(query) >= 0) { return 350; }
      return row.text.indexOf(query) >= 0 ? 250 : 100;
    }
    var has = function (word) {
      return row.status === word || row.text.indexOf(word) >= 0 || row.least.indexOf(word) >= 0;
    };
    return words.every(has) ? 10 : 0;
  }

  function state() {
    var now = { q: id("q").value.trim() };
    FILTERS.forEach(function (name) { now[name] = id(name) ? id(name).value : ""; });
    return now;
  }

  function isActive(now) {
    return Object.keys(now).some(function (name) { return now[name]; });
  }

  // Finds the codes in a log line or a body.
  function named(query, words) {
    if (words.length < 2 && !/[{"':,]/.test(query)) { return []; }
    return query.split(/[^a-z0-9_.:-]+/)
      .map(function (word) { return word.replace(/^[_.:-]+|[_.:-]+$/g, ""); })
      .filter(function (word) { return /[0-9_]/.test(word); });
  }

  function matches(now) {
    var query = lower(now.q);
    var words = query.split(/\s+/).filter(Boolean);
    var codes = named(query, words);
    var found = [];
    rows.forEach(function (row, at) {
      var passes = FILTERS.every(function (name) { return !now[name] || row[name] === now[name]; });
      if (!passes) { return; }
      var score = words.length === 0 ? 1 : rank(row, query, words);
      if (row.names.some(function (name) { return codes.indexOf(name) >= 0; })) { score = Math.max(score, 900); }
      if (score) { found.push({ row: row, score: score, at: at }); }
    });
    return found.sort(function (a, b) { return b.score - a.score || a.at - b.at; });
  }

  function remember(now) {
    var parts = Object.keys(now).filter(function (key) { return now[key]; })
      .map(function (key) { return key + "=" + encodeURIComponent(now[key]); });
    try {
      history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
    } catch (e) { /* an opaque origin */ }
  }

  // Marks the words of the query in the results.
  function mark(words) {
    if (words.length === 0) { return; }
    var escaped = words.map(function (word) { return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); });
    var any = new RegExp("(" + escaped.join("|") + ")", "i");
    var walker = document.createTreeWalker(id("found"), NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) { texts.push(walker.currentNode); }
    texts.forEach(function (text) {
      // Every other part is a word.
      var parts = text.data.split(any).map(function (part, at) {
        if (at % 2 === 0) { return part; }
        var marked = document.createElement("mark");
        marked.textContent = part;
        return marked;
      });
      if (parts.length > 1) { text.replaceWith.apply(text, parts); }
    });
  }

  function show() {
    var now = state();
    var active = isActive(now);
    if (!rows) { rows = Array.prototype.map.call(document.querySelectorAll("#all .codes > li"), row); }
    var found = active ? matches(now) : [];
    var list = id("found");
    id("all").hidden = active;
    id("results").hidden = !active;
    list.replaceChildren.apply(list, found.slice(0, limit).map(function (it) { return it.row.li.cloneNode(true); }));
    mark(lower(now.q).split(/\s+/).filter(Boolean));
    id("none").hidden = !active || found.length > 0;
    id("more").hidden = found.length <= limit;
    var n = active ? found.length : rows.filter(function (row) { return row.counts; }).length;
    id("count").textContent = zh() ? n + " 个错误码" : n + (n === 1 ? " code" : " codes");
    return now;
  }

  function changed() {
    limit = FEW;
    remember(show());
  }

  function clear() {
    ["q"].concat(FILTERS).forEach(function (name) { if (id(name)) { id(name).value = ""; } });
  }

  // A link has the whole state: what it does not name is cleared.
  function restore() {
    clear();
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("=");
      var field = at > 0 && id(part.slice(0, at));
      if (!field || field.form !== id("find")) { return; }
      try { field.value = decodeURIComponent(part.slice(at + 1)); } catch (e) { /* malformed: not our link */ }
    });
    show();
    if (location.hash === "#search") { id("q").focus(); }
  }

  function links() {
    var shown = id("results").hidden ? "#all .code" : "#found .code";
    return Array.prototype.filter.call(document.querySelectorAll(shown), function (a) {
      var fold = a.closest("details");
      return a.href && (!fold || fold.open);
    });
  }

  function keys(event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      id("q").focus();
    }
    if (event.key === "Escape" && event.target === id("q")) {
      id("q").value = "";
      changed();
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.target.tagName === "SELECT") { return; }
    var all = links();
    var at = all.indexOf(document.activeElement);
    var next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 && event.target !== id("q")) { return; }
    event.preventDefault();
    (next || id("q")).focus();
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = id("find");
    if (!form) { return; }
    form.hidden = false;
    form.addEventListener("input", changed);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = links()[0];
      if (first && id("q").value.trim()) { first.click(); }
    });
    id("more").addEventListener("click", function () {
      limit += 10 * FEW;
      show();
    });
    id("clear").addEventListener("click", function () {
      clear();
      changed();
      id("q").focus();
    });
    document.addEventListener("keydown", keys);
    document.addEventListener("speak", show);
    window.addEventListener("hashchange", restore);
    restore();
  });
})();
