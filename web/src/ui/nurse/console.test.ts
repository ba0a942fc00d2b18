import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import Gallery from "../../../dev/NurseGallery.svelte";
import { fakeApp } from "../../../dev/nurseApp";
import { STATES } from "../../../dev/nurseStates";
import type { NurseApp } from "../../state/nurse";

// There is no canvas to draw on here.
vi.mock("../../../dev/pictures", () => ({
  NURSE: {},
  PATIENT: {},
  somebody: () => null,
  drawnPhoto: (id: string, what: string) => `/${id}/${what}`,
}));

// Whether something is hidden is costly to find out here; the pictures and axe look at that.
configure({ defaultHidden: true });
afterEach(cleanup);

function open(state: string): NurseApp {
  const make = STATES[state];
  if (!make) throw new Error(`no state ${state}`);
  const app = fakeApp(make());
  render(Gallery, { app });
  return app;
}

async function press(key: string): Promise<void> {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key });
  await tick();
}

describe("how well the forecasts held", () => {
  it("is told in the line", () => {
    open("line");
    expect(screen.getByText("Prognosen höll 8 av 10 gånger den senaste veckan")).toBeTruthy();
  });

  it("is not told before enough is known", () => {
    open("line-empty");
    expect(screen.queryByTestId("held")).toBeNull();
  });
});

describe("the note", () => {
  it("keeps signing locked, says what is left, and leads to the first of it", async () => {
    const app = open("chat-asked");
    const sign = vi.spyOn(app, "sign");
    const button = screen.getByRole("button", { name: "Signera och avsluta" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById("note-left")?.textContent).toContain("vårdnivå");
    await fireEvent.click(button);
    expect(sign).not.toHaveBeenCalled();
    expect(document.activeElement?.id).toBe("note-situation");
  });

  it("asks before signing ends a talk, and not when the talk is over", async () => {
    const app = open("wrapping-up");
    const sign = vi.spyOn(app, "sign");
    await fireEvent.click(screen.getByRole("button", { name: "Signera och avsluta" }));
    expect(sign).toHaveBeenCalledOnce();
    expect(await screen.findByText("Signerat. Maja kan läsa rådet nu.")).toBeTruthy();
  });

  it("warns gently when the advice is in another language than the patient chose", async () => {
    const app = open("chat");
    expect(screen.getByText(/Patienten valde arabiska/)).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Byt till arabiska" }));
    expect(app.page.contacts[app.page.current ?? ""]?.draft.advice_language).toBe("ar");
    expect(screen.queryByText(/Patienten valde arabiska/)).toBeNull();
    expect(screen.getByRole("textbox", { name: /Råd till patienten/ }).getAttribute("dir")).toBe("rtl");
  });

  it("offers every care level by its Swedish name", () => {
    open("chat");
    const list = screen.getByRole("combobox", { name: /Vårdnivå/ });
    expect(within(list).getAllByRole("option")).toHaveLength(19);
    expect(within(list).getByRole("option", { name: "Akutmottagning" })).toBeTruthy();
  });

  it("shows no time that the talk has taken", () => {
    open("chat-asked");
    expect(document.querySelector("time, [role='timer']")).toBeNull();
    expect(document.querySelector("main")?.textContent).not.toMatch(/\d+:\d\d|\d+ s\b/);
  });
});

describe("the line", () => {
  it("is walked with the arrows, one stop for Tab", async () => {
    open("line");
    const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
    expect(rows.filter((row) => row.tabIndex === 0)).toHaveLength(1);
    rows[0]?.focus();
    await press("ArrowDown");
    expect(document.activeElement).toBe(rows[1]);
    expect(rows[1]?.tabIndex).toBe(0);
    await press("End");
    expect(document.activeElement).toBe(rows.at(-1));
  });

  it("takes the next one with N, but not while something is written or she is busy", async () => {
    const app = open("lost");
    const take = vi.spyOn(app, "take");
    await press("n");
    expect(take).toHaveBeenCalledExactlyOnceWith(undefined);
    cleanup();

    const busy = open("chat-asked");
    const takeWhileBusy = vi.spyOn(busy, "take");
    await press("n");
    document.getElementById("note-situation")?.focus();
    await press("n");
    expect(takeWhileBusy).not.toHaveBeenCalled();
  });

  it("takes a chosen one", async () => {
    const app = open("lost");
    const take = vi.spyOn(app, "take");
    const row = document.querySelectorAll<HTMLElement>("[data-row]")[2];
    if (!row) throw new Error("no row");
    await fireEvent.click(row);
    await fireEvent.click(screen.getByRole("button", { name: "Ta emot Siv" }));
    expect(take).toHaveBeenCalledExactlyOnceWith(row.dataset["row"]);
  });

  it("lets nobody be taken without a connection", async () => {
    const app = open("refused");
    const take = vi.spyOn(app, "take");
    await fireEvent.click(screen.getByRole("button", { name: "Ta nästa" }));
    await press("n");
    expect(take).not.toHaveBeenCalled();
  });
});

describe("an offer", () => {
  it("is accepted with A, with all that the patient wrote in sight", async () => {
    const app = open("offer");
    const accept = vi.spyOn(app, "accept");
    const card = screen.getByRole("region", { name: "Ett ärende erbjuds dig" });
    expect(card.textContent).toContain("Dricker dåligt");
    expect(within(card).getByRole("progressbar").getAttribute("aria-valuetext")).toMatch(/Svara inom \d+ s/);
    await press("a");
    expect(accept).toHaveBeenCalledOnce();
    expect(document.querySelector("main")?.dataset["phase"]).toBe("talking");
  });

  it("does not take the focus from the note, and a letter there answers nothing", async () => {
    const app = open("offer-over-note");
    const accept = vi.spyOn(app, "accept");
    document.getElementById("note-assessment")?.focus();
    await press("a");
    expect(accept).not.toHaveBeenCalled();
    expect(document.activeElement?.id).toBe("note-assessment");
  });

  it("is told in words to those who do not see it", async () => {
    open("offer");
    await tick();
    const told = document.querySelector("[aria-live='assertive']");
    expect(told?.textContent).toContain("Ett ärende erbjuds dig. Elin, 8 år, Video");
  });
});

describe("sending back", () => {
  it("gives reason and urgency", async () => {
    const app = open("chat-asked");
    const back = vi.spyOn(app, "returnToLine");
    await fireEvent.click(screen.getByRole("button", { name: /Lämna tillbaka/ }));
    const dialog = screen.getByRole("dialog");
    await fireEvent.input(within(dialog).getByRole("textbox", { name: /Skäl/ }), {
      target: { value: " Behöver finsktalande " },
    });
    await fireEvent.click(within(dialog).getByRole("radio", { name: "Skyndsamt" }));
    await fireEvent.click(within(dialog).getByRole("button", { name: "Lämna tillbaka" }));
    expect(back).toHaveBeenCalledExactlyOnceWith("P2", "Behöver finsktalande");
  });
});

describe("handing over", () => {
  it("to another line tells what changed, and why", async () => {
    const app = open("chat-asked");
    const transfer = vi.spyOn(app, "transfer");
    await fireEvent.click(screen.getByRole("button", { name: "Lämna över" }));
    const dialog = within(screen.getByRole("dialog"));
    const hand = dialog.getByRole("button", { name: "Lämna över" });
    await fireEvent.click(hand);
    expect(dialog.getByRole("alert").textContent).toBe("Välj vart ärendet ska.");
    await fireEvent.change(dialog.getByLabelText("Kompetens"), { target: { value: "child" } });
    expect(dialog.getByRole("alert").textContent).toBe("Skriv varför du lämnar över.");
    await fireEvent.input(dialog.getByRole("textbox", { name: /Skäl/ }), { target: { value: " Litet barn " } });
    await fireEvent.click(hand);
    expect(transfer).toHaveBeenCalledExactlyOnceWith({
      to: { competence: "child", language: null, interpreter: null, nurse: null },
      urgency: null,
      reason: "Litet barn",
      summary: "",
    });
  });

  it("to a colleague names one of those who can", async () => {
    const app = open("chat-asked");
    const transfer = vi.spyOn(app, "transfer");
    await fireEvent.click(screen.getByRole("button", { name: "Lämna över" }));
    const dialog = within(screen.getByRole("dialog"));
    await fireEvent.click(dialog.getByRole("radio", { name: "En kollega i tjänst" }));
    const busy = dialog.getByRole("radio", { name: /Omar Haddad/ });
    expect(document.getElementById(busy.getAttribute("aria-describedby") ?? "")?.textContent).toContain("upptagen");
    await fireEvent.click(busy);
    await fireEvent.input(dialog.getByRole("textbox", { name: /Skäl/ }), { target: { value: "Kan hud" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Lämna över" }));
    expect(transfer).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        to: { competence: null, language: null, interpreter: null, nurse: "demo-omar" },
        reason: "Kan hud",
      }),
    );
  });
});

describe("signing in", () => {
  it("marks the demo identities as demo", async () => {
    const app = open("sign-in");
    const signIn = vi.spyOn(app, "signIn");
    const demo = screen.getByRole("region", { name: /Demo/ });
    await fireEvent.click(within(demo).getByRole("button", { name: /Omar Haddad/ }));
    expect(signIn).toHaveBeenCalledExactlyOnceWith("demo-omar");
  });

  it("says so when there is no way to sign in", async () => {
    vi.useFakeTimers();
    open("sign-in-missing");
    await vi.advanceTimersByTimeAsync(2000);
    expect(screen.getByRole("heading", { name: "Inloggningen är inte inkopplad" })).toBeTruthy();
    vi.useRealTimers();
  });
});
