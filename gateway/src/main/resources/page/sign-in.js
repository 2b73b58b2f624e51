// Opens and ends a session. Its secret stays in a cookie that no script can read.

const SESSIONS = "/api/v1/sessions";
const at = (id) => document.getElementById(id);
const home = "/" + location.hash; // A place of MLflow's page is behind the hash.

/** A request of this page; the header keeps the browser from asking for a password itself. */
function ask(method, path, body) {
  const headers = { "X-Requested-With": "fetch" };
  if (body) {
    headers["Content-Type"] = "application/json";
  }
  return fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store", redirect: "error" });
}

function say(text) {
  at("said").textContent = text;
}

function show(username) {
  at("name").textContent = username ?? "";
  at("known").hidden = username === undefined;
  at("stranger").hidden = username !== undefined;
  at(username === undefined ? "username" : "on").focus();
}

async function problem(answer) {
  if (answer.status === 401) {
    return "The user or the password is not right.";
  }
  if (answer.status === 429) {
    return `Too many attempts. Try again in ${answer.headers.get("Retry-After") ?? "a few"} seconds.`;
  }
  const told = await answer.json().catch(() => ({}));
  return told.detail ?? `That did not work (${answer.status}).`;
}

async function look() {
  const answer = await ask("GET", SESSIONS);
  if (answer.ok) {
    const mine = (await answer.json()).sessions.find((session) => session.current);
    show(mine?.username);
  } else if (answer.status === 401) {
    show(undefined);
  } else if (answer.status === 400) {
    say("Nobody needs to sign in here.");
  } else {
    say(await problem(answer));
  }
}

/** One at a time; what goes wrong is told. */
function on(target, event, work) {
  target.addEventListener(event, async (happened) => {
    happened.preventDefault();
    const button = at("stranger").querySelector("button");
    button.disabled = at("out").disabled = true;
    say("");
    try {
      await work();
    } catch {
      say("The server cannot be reached.");
    } finally {
      button.disabled = at("out").disabled = false;
    }
  });
}

on(at("stranger"), "submit", async () => {
  const body = { username: at("username").value, password: at("password").value };
  at("password").value = "";
  const answer = await ask("POST", SESSIONS, body);
  if (answer.ok) {
    location.assign(home);
  } else {
    say(await problem(answer));
    at("password").focus();
  }
});

on(at("out"), "click", async () => {
  const answer = await ask("DELETE", `${SESSIONS}/current`);
  if (answer.ok || answer.status === 401) {
    show(undefined);
    say("You are signed out.");
  } else {
    say(await problem(answer));
  }
});

at("on").href = home;
look().catch(() => say("The server cannot be reached."));
