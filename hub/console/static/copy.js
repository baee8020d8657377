// Copies a ready text; without this script the text can be selected by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.focus();
    text.select();
    const isDone = navigator.clipboard
      ? await navigator.clipboard.writeText(text.value).then(() => true, () => false)
      : document.execCommand("copy");
    if (isDone) {
      button.textContent = button.dataset.done;
    }
  });
}
