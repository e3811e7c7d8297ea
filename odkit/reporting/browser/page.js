
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = (id) => { const at = $("data-" + id); return at ? JSON.parse(at.textContent) : null; };
  const made = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const number = (value) => value.toLocaleString("en");
  const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text, wanted) => wanted.every((word) => text.includes(word));

  // findings: those behind the first ones of a rule are in the data, and are shown when they are asked for
  function findings() {
    const bar = $("filter");
    if (!bar) return;
    const cases = data("cases") || { rules: {}, left: {} };
    const rules = [...document.querySelectorAll("details.rule")].map((element) => {
      const own = [...element.querySelectorAll(".cases > li")].map((item) => ({
        item, severity: item.dataset.severity, text: item.textContent.toLowerCase(),
      }));
      const rest = (cases.rules[element.id] || []).map(([severity, where, subject, text]) => ({
        severity, where, subject, said: text, text: [text, where, subject].join(" ").toLowerCase(),
      }));
      return {
        element, own, rest, shown: 0, opened: element.open, count: Number(element.dataset.count),
        head: element.querySelector("summary").textContent.toLowerCase(), severity: element.dataset.severity,
        list: element.querySelector(".cases"), left: element.querySelector(".left"), hit: 0,
      };
    });
    const query = $("filter-text");
    const boxes = [...bar.querySelectorAll("input[type=checkbox]")];
    let matching = [];

    function more(rule, wanted, severities) {
      const found = rule.rest.filter((each) => severities.has(each.severity) && (rule.byHead || holds(each.text, wanted)));
      const next = found.slice(rule.shown, rule.shown + 200);
      rule.shown += next.length;
      for (const each of next) {
        const item = made("li", "more");
        item.dataset.severity = each.severity;
        item.append(made("span", "text", each.said), " ", made("span", "where", [each.where, each.subject].filter(Boolean).join(" · ")));
        rule.list.append(item);
      }
      const absent = cases.left[rule.element.id] || 0;
      rule.left.textContent = absent ? `${number(absent)} more are not in this page: odkit verify --json lists all. ` : "";
      if (rule.shown < found.length) {
        const button = made("button", "", `Show ${number(Math.min(200, found.length - rule.shown))} more of ${number(found.length - rule.shown)}`);
        button.type = "button";
        button.addEventListener("click", () => {
          const at = rule.list.children.length;
          more(rule, wanted, severities);
          const first = rule.list.children[at];
          if (first) { first.tabIndex = -1; first.focus(); }
        });
        rule.left.append(button);
      }
    }

    function apply() {
      const wanted = words(query.value);
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const open = severities.size < boxes.length || wanted.length > 0;
      let total = 0;
      matching = [];
      for (const rule of rules) {
        rule.byHead = holds(rule.head, wanted);
        let count = 0;
        for (const each of rule.own) {
          const match = severities.has(each.severity) && (rule.byHead || holds(each.text, wanted));
          each.item.hidden = !match;
          if (match) count += 1;
        }
        for (const item of rule.element.querySelectorAll("li.more")) item.remove();
        rule.shown = 0;
        if (rule.rest.length) {
          count += rule.rest.filter((each) => severities.has(each.severity) && (rule.byHead || holds(each.text, wanted))).length;
          more(rule, wanted, severities);
        }
        if (!rule.own.length && rule.byHead && severities.has(rule.severity)) count = rule.count;
        if (open && !rule.filtered) rule.opened = rule.element.open;
        rule.element.hidden = count === 0;
        if (wanted.length) rule.element.open = count > 0;
        else if (rule.filtered) rule.element.open = rule.opened;
        rule.filtered = wanted.length > 0;
        rule.hit = count;
        total += count;
        if (count) matching.push(rule);
      }
      $("filter-count").textContent = `${counted(total, "finding")} of ${counted(matching.length, "rule")}`;
    }
    query.addEventListener("input", apply);
    for (const box of boxes) box.addEventListener("change", apply);
    bar.hidden = false;
    apply();
  }

  // a link to a rule opens it
  function follow() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.querySelector("summary").focus();
    }
  }

  // the search: only the rows that are seen are elements
  function search() {
    const finder = $("finder");
    if (!finder) return;
    const HEIGHT = 48;
    const list = $("list"), record = $("record"), query = $("query"), kind = $("kind");
    const tables = {};
    let table, found = [], active = -1, drawn = "";
    const space = made("div");
    space.setAttribute("role", "presentation");
    list.append(space);

    function load(name) {
      if (tables[name]) return tables[name];
      const raw = data(name);
      const cell = (row, index) => {
        const value = row[index];
        return value === null ? "" : raw.pools[index] ? raw.pools[index][value] : String(value);
      };
      raw.cell = cell;
      raw.texts = raw.rows.map((row) => row.map((_, index) => cell(row, index)).join("\n").toLowerCase());
      return (tables[name] = raw);
    }

    function draw() {
      const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 4);
      const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 4);
      const state = [first, last, active, table.kind, query.value].join("|");
      if (state === drawn) return;
      drawn = state;
      const rows = [];
      for (let at = first; at < last; at++) {
        const row = table.rows[found[at]];
        const line = made("div", "result");
        line.id = "result-" + at;
        line.setAttribute("role", "option");
        line.setAttribute("aria-setsize", String(found.length));
        line.setAttribute("aria-posinset", String(at + 1));
        line.setAttribute("aria-selected", String(at === active));
        line.style.top = at * HEIGHT + "px";
        const rest = table.brief.map((index) => table.cell(row, index)).filter(Boolean).join(" · ");
        line.append(made("b", "", table.cell(row, 0) || "(no name)"), made("span", "", rest));
        line.addEventListener("click", () => { choose(at); list.focus(); });
        rows.push(line);
      }
      space.replaceChildren(...rows);
      if (active >= first && active < last) list.setAttribute("aria-activedescendant", "result-" + active);
      else list.removeAttribute("aria-activedescendant");
    }

    function choose(at) {
      active = Math.max(0, Math.min(found.length - 1, at));
      if (!found.length) { active = -1; record.replaceChildren(); draw(); return; }
      const top = active * HEIGHT;
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
      const row = table.rows[found[active]];
      const facts = made("dl");
      table.columns.forEach(([name, what], index) => {
        const term = made("dt", "", name);
        term.title = what;
        facts.append(term, made("dd", "", table.cell(row, index) || "–"));
      });
      record.replaceChildren(facts);
      draw();
    }

    function apply() {
      table = load(kind.value);
      const wanted = words(query.value);
      found = [];
      for (let at = 0; at < table.texts.length; at++) if (holds(table.texts[at], wanted)) found.push(at);
      space.style.height = found.length * HEIGHT + "px";
      list.scrollTop = 0;
      drawn = "";
      $("found").textContent = `${number(found.length)} found`;
      $("not-here").textContent = table.left ? `${number(table.left)} more are not in this page: odkit list ${table.kind} EXPORT lists all.` : "";
      choose(0);
    }

    list.addEventListener("scroll", draw, { passive: true });
    list.addEventListener("keydown", (event) => {
      const page = Math.max(1, Math.floor(list.clientHeight / HEIGHT) - 1);
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
      if (!(event.key in steps)) return;
      event.preventDefault();
      const step = steps[event.key];
      choose(step === Infinity ? found.length - 1 : step === -Infinity ? 0 : active + step);
    });
    query.addEventListener("input", apply);
    query.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); list.focus(); }
    });
    kind.addEventListener("change", apply);
    finder.hidden = false;
    $("plain").hidden = true;
    apply();
  }

  // a printed page has everything open
  let closed = [];
  addEventListener("beforeprint", () => {
    const now = [...document.querySelectorAll("details:not([open])")];
    for (const each of now) each.open = true;
    closed.push(...now); // a second event before the page was printed adds none
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
    closed = [];
  });

  findings();
  search();
  addEventListener("hashchange", follow);
  follow();
})();
