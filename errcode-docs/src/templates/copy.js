
// The buttons that copy the body of an example.
(function () {
  "use strict";

  // Pages without TLS have no clipboard API, so copy the selection.
  function bySelection(pre) {
    var selection = getSelection();
    var range = document.createRange();
    range.selectNodeContents(pre);
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }

  function say(done) {
    var zh = document.documentElement.lang.indexOf("zh") === 0;
    var words = done ? ["已复制", "Copied"] : ["无法复制；文本已选中", "Cannot copy; the text is selected"];
    var status = document.getElementById("copied");
    status.textContent = words[zh ? 0 : 1];
    setTimeout(function () { status.textContent = ""; }, 4000);
  }

  function mark(button) {
    button.dataset.done = "";
    setTimeout(function () { delete button.dataset.done; }, 2000);
  }

  function copy(button) {
    var pre = button.parentNode.querySelector(".body");
    function finish(done) {
      if (done) { mark(button); }
      say(done);
    }
    function fallback() { finish(bySelection(pre)); }
    if (navigator.clipboard) {
      // Without the lines of the other language, which are not shown.
      navigator.clipboard.writeText(pre.innerText).then(function () { finish(true); }, fallback);
    } else {
      fallback();
    }
  }

  function add(response) {
    var button = document.createElement("button"), type = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    button.innerHTML = '<span class="zh" lang="zh">复制</span><span class="en" lang="en">Copy</span>';
    type.className = "hush";
    type.textContent = " " + response.parentNode.querySelector("summary").textContent;
    button.append(type);
    button.addEventListener("click", function () { copy(button); });
    response.insertBefore(button, response.querySelector(".body"));
  }

  document.addEventListener("DOMContentLoaded", function () {
    var examples = document.querySelector(".examples");
    if (!examples) { return; }
    var status = document.createElement("p");
    status.className = "hush";
    status.id = "copied";
    status.setAttribute("role", "status");
    examples.append(status);
    examples.querySelectorAll(".response").forEach(add);
  });
})();
