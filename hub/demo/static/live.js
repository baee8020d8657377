// Keeps the part of the page marked data-live fresh; without it the page still works.
"use strict";

const QUICK = 1500;
const SLOW = 8000;

const pause = (part) => (part.dataset.live === "quick" ? QUICK : SLOW);

const renew = async () => {
  const part = document.querySelector("[data-live]");
  if (!part) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-live]");
        if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
          const status = document.getElementById("status");
          if (status && fresh.dataset.say !== part.dataset.say) {
            status.textContent = fresh.dataset.say;
          }
          part.replaceWith(document.adoptNode(fresh));
        }
      }
    } catch {
      // The shop is restarting; the next look will find it.
    }
  }
  const now = document.querySelector("[data-live]");
  if (now) window.setTimeout(renew, pause(now));
};

const first = document.querySelector("[data-live]");
if (first) window.setTimeout(renew, pause(first));
