// Asks how an application stands, and leaves the page once there is a way on. Without
// it the page loads itself again.
"use strict";

const card = document.getElementById("card");
const leave = document.getElementById("leave");
const lost = document.getElementById("lost");
const SHORTEST = 2000;
const LONGEST = 10000;
let pause = SHORTEST;
let timer = 0;
let isAsking = false;

function show(now) {
  if (card.dataset.state === now.state) {
    return;
  }
  const title = document.getElementById("title");
  card.dataset.state = now.state;
  card.dataset.tone = now.tone;
  title.textContent = now.title;
  document.title = now.title;
  document.getElementById("text").textContent = now.text;
  document.getElementById("note").textContent = now.note;
  // Who stood on the button when it went must not stand nowhere.
  if (!now.may_leave && !leave.hidden && leave.contains(document.activeElement)) {
    title.focus();
  }
  leave.hidden = !now.may_leave;
}

async function look() {
  const answer = await fetch(card.dataset.now, { cache: "no-store", credentials: "omit" });
  if (answer.status === 404 || answer.status === 429) {
    location.reload();
    return false;
  }
  if (!answer.ok) {
    throw new Error("not now");
  }
  const now = await answer.json();
  lost.textContent = "";
  show(now);
  if (now.is_over) {
    // The address itself leads on: where to, only the server says.
    location.replace(card.dataset.page);
    return false;
  }
  return true;
}

async function turn() {
  if (isAsking) {
    return;
  }
  isAsking = true;
  let goesOn = true;
  try {
    goesOn = await look();
    pause = Math.min(pause * 1.15, LONGEST);
  } catch {
    lost.textContent = card.dataset.lost;
    pause = LONGEST;
  }
  isAsking = false;
  if (goesOn) {
    timer = setTimeout(turn, pause);
  }
}

function turnNow() {
  pause = SHORTEST;
  clearTimeout(timer);
  turn();
}

document.addEventListener("visibilitychange", () => document.hidden || turnNow());
addEventListener("online", turnNow);
timer = setTimeout(turn, SHORTEST);
