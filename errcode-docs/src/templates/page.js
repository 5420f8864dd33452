(function () {
  "use strict";
  var root = document.documentElement;
  function stored(key) { try { return localStorage.getItem("errcode-" + key); } catch (e) { return null; } }
  // Storage is unavailable for file: URLs and in private mode.
  function store(key, value) { try { localStorage.setItem("errcode-" + key, value); } catch (e) { /* see above */ } }
  function show(theme) {
    if (theme === "light" || theme === "dark") { root.dataset.theme = theme; }
  }
  function speak(lang) {
    root.lang = lang;
    document.querySelectorAll("[data-zh]").forEach(function (it) { it.textContent = it.dataset[lang]; });
    document.querySelectorAll("[data-hint-zh]").forEach(function (it) {
      it.placeholder = it.dataset[lang === "zh" ? "hintZh" : "hintEn"];
    });
    document.dispatchEvent(new Event("speak"));
  }
  // A service has chosen the language by `Accept-Language`, but nobody has for a file. Of a catalog in one language,
  // a page in the other would be half translated.
  function preferred() {
    if (location.protocol !== "file:" || !document.querySelector("meta[data-both]")) { return null; }
    var known = (navigator.languages || []).map(function (it) { return it.slice(0, 2).toLowerCase(); });
    return known.filter(function (it) { return it === "zh" || it === "en"; })[0];
  }
  // A page without scripts has no buttons.
  function button(id, words) {
    var it = document.createElement("button");
    it.type = "button";
    it.id = id;
    it.innerHTML = words;
    document.querySelector(".top").append(it);
    return it;
  }
  show(stored("theme"));
  document.addEventListener("DOMContentLoaded", function () {
    var lang = stored("lang") || preferred();
    if (lang === "zh" || lang === "en") { speak(lang); }
    var language =
      button("lang", '<span class="zh" lang="en">English</span><span class="en" lang="zh">中文</span>');
    var theme = button("theme", '<span class="zh" lang="zh">主题</span><span class="en" lang="en">Theme</span>');
    theme.addEventListener("click", function () {
      var isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : isDark;
      root.dataset.theme = dark ? "light" : "dark";
      store("theme", root.dataset.theme);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) { return; }
      // The search is on the index, where search.js focuses it.
      var home = document.querySelector("a.home");
      if (home) { location.href = home.href + "#search"; }
    });
    language.addEventListener("click", function () {
      var next = root.lang.indexOf("zh") === 0 ? "en" : "zh";
      store("lang", next);
      speak(next);
    });
  });
})();
