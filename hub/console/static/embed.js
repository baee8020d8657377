// The page within a cart's admin: it asks for its data with the cart's session token.
"use strict";

const main = document.getElementById("main");
const words = main.dataset;

const part = (name) => document.getElementById(name);

function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// A link that leaves the frame; only what is surely an address of the web.
function link(address, text, className) {
  const element = made("a", className, text);
  if (/^https?:\/\//.test(address)) {
    element.href = address;
  }
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  return element;
}

async function token() {
  let found = window;
  let owner = window;
  for (const name of words.token.split(".").filter(Boolean)) {
    owner = found;
    found = found?.[name];
  }
  return typeof found === "function" && found !== window ? found.call(owner) : "";
}

async function ask(path, method = "GET") {
  let answer;
  // The second time with a fresh token: one lives a minute only.
  for (let tries = 0; tries < 2; tries += 1) {
    const given = await token();
    const headers = given ? { Authorization: `Bearer ${given}` } : {};
    const address = `${words.base}${path}?language=${words.language}`;
    answer = await fetch(address, { method, headers, credentials: "omit" });
    if (answer.status !== 401) {
      break;
    }
  }
  return answer.json();
}

function tell(problem) {
  const place = part("problem");
  place.replaceChildren();
  if (!problem || !problem.length) {
    return;
  }
  const [what, means, next, code] = problem;
  const notice = made("section", "notice stop", "");
  notice.append(made("p", "strong", `${what} ${means ?? ""}`), made("p", "", next ?? ""));
  notice.append(made("p", "code", code ?? ""));
  place.append(notice);
}

function showState(now) {
  const state = part("state");
  state.replaceChildren(made("span", `pill ${now.tone ?? "wait"}`, now.state));
  if (now.shop) {
    state.append(` ${now.shop} `, made("span", "pill quiet", now.mode));
    part("console").href = now.setup_url;
  }
}

function showRows(rows) {
  part("rows-part").hidden = false;
  const list = part("rows");
  list.replaceChildren();
  for (const row of rows) {
    const line = made("li", "", "");
    line.append(link(row.url, row.number, "number"), " ", made("span", `pill ${row.tone}`, row.word));
    line.append(" ", made("span", "yen", row.total), made("span", "caption", ` ${row.at} ${row.reason}`));
    list.append(line);
  }
  if (!rows.length) {
    list.append(made("li", "caption", words.empty));
  }
}

function copyButton(text) {
  const button = made("button", "quiet small", words.copy);
  button.type = "button";
  button.addEventListener("click", async () => {
    const isDone = await navigator.clipboard.writeText(text).then(() => true, () => false);
    button.textContent = isDone ? words.copied : words.copy;
  });
  return button;
}

function showItems(items) {
  part("items-part").hidden = !items.length;
  const list = part("items");
  list.replaceChildren();
  for (const item of items) {
    const line = made("li", item.tone, "");
    const title = made("p", "", "");
    title.append(made("span", `pill ${item.tone}`, item.state), " ", made("b", "", item.title));
    line.append(title);
    if (item.note) {
      line.append(made("p", "finding", item.note));
    }
    line.append(made("p", "", item.help));
    if (item.copy) {
      line.append(made("p", "letter", item.copy), copyButton(item.copy));
    }
    if (item.link) {
      line.append(link(item.link, item.link_words, ""));
    }
    list.append(line);
  }
}

async function start() {
  let now = await ask("/now");
  if (now.needs_install) {
    showState(now);
    const taken = await ask("/install", "POST");
    if (taken.claim_url) {
      part("state").append(" ", link(taken.claim_url, words.claim, "button main"));
      return;
    }
    if (taken.problem) {
      tell(taken.problem);
      return;
    }
    now = await ask("/now");
  }
  if (!now.state) {
    part("state").textContent = "";
    tell(now.problem);
    return;
  }
  showState(now);
  tell(now.problem);
  showRows(now.rows);
  const found = await ask("/checklist");
  showItems(found.items ?? []);
  if (found.problem && found.problem.length) {
    tell(found.problem);
  }
}

start().catch(() => {
  part("state").textContent = "";
  tell([words.failed]);
});
