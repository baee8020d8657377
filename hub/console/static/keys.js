// j and k move from row to row, / goes to the search; all of it works without this file.
"use strict";
(function () {
  var rows = Array.prototype.slice.call(document.querySelectorAll("table.rows a.go"));

  function isTyping(element) {
    return element && /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  }

  function move(step) {
    var here = rows.indexOf(document.activeElement);
    var next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    if (rows[next]) {
      rows[next].focus();
      rows[next].scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "/") {
      var search = document.getElementById("q");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
  });

  document.querySelectorAll("select[data-submits]").forEach(function (select) {
    select.form.classList.add("submits");
    select.addEventListener("change", function () {
      select.form.submit();
    });
  });

  // A menu closes when something else is pressed.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.me[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  // A second press must not send a form twice.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.target.method === "post") {
      event.target.dataset.sent = "yes";
    }
  });
})();
