// What the shop's own code sends, and the column that shows what has just been stored.
const say = (text) => { document.getElementById("thanks").textContent = text; };

document.addEventListener("click", ({ target }) => {
  if (target.dataset.buy) {
    sluice("purchase", { value: Number(target.dataset.buy), currency: "EUR" });
    say("Bought: an event of your own, with value and currency.");
  }
  if ("add" in target.dataset) say("In the cart.");
});

for (const link of document.querySelectorAll("[data-view]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState({}, "", link.href);
    document.getElementById("view").textContent = `${link.textContent}: no page was loaded.`;
  });
}

document.querySelector("#contact")?.addEventListener("submit", (event) => {
  event.preventDefault();
  say("Sent, to nobody: this is a demo.");
});

const row = (record) => {
  const item = document.createElement("li");
  const type = document.createElement("b");
  type.textContent = record.eventType;
  const facts = [record.serverTimestamp.slice(11, 19), record.page, record.device.browser, record.metadata, record.utm.campaign];
  item.append(type, ` ${facts.filter(Boolean).join(" · ")}`);
  return item;
};

const look = async () => {
  try {
    const records = await (await fetch("/demo/landed.json")).json();
    document.getElementById("landed").replaceChildren(...records.map(row));
  } catch {} // the server may have been stopped; the next look may find it again
};
look();
setInterval(look, 1000);
