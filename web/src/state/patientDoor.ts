import type { Answer } from "../platform/http";
import type { World } from "../platform/world";
import type {
  Catalogue,
  ContactOpened,
  Me,
  MoveCode,
  OpenContact,
  PatientView,
} from "../protocol/messages";
import { competenceOf } from "./competence";
import { takeDraft } from "./draftBox";
import type { PatientIntent, PatientPage } from "./patientPage";
import type { PatientInput } from "./patientStep";
import type { Shell } from "./shell";

const NOBODY: Me = { role: null, contact: null, nurse: null, expires: null };

export interface DoorHooks {
  take(input: PatientInput): void;
  /** Key of the contact that the draft opens. */
  key(): string;
  /** A contact is shown: connect to it. */
  live(contact: string): void;
  /** This device is to forget the contact that was shown. */
  forget(contact: string | null): void;
}

/** How a patient gets to a contact: by opening one, by coming back, or from another device. */
export class PatientDoor {
  readonly #world: World;
  readonly #shell: Shell<PatientPage, PatientIntent>;
  readonly #hooks: DoorHooks;

  constructor(world: World, shell: Shell<PatientPage, PatientIntent>, hooks: DoorHooks) {
    this.#world = world;
    this.#shell = shell;
    this.#hooks = hooks;
  }

  /** Find out who this browser is, and show the contact or the form. */
  async begin(): Promise<void> {
    const { http, page } = this.#world;
    const catalogue = this.lookAgain();
    const move = /^move=(.+)$/.exec(page.fragment())?.[1];
    // A code that lets somebody in must not stay in the address or in the history.
    if (move) page.showPath("/");
    if (move && (await this.redeem(move))) return;
    const me = await this.#shell.persist(() => http.get<Me>("/api/me"));
    if (!me) return;
    if (me.ok) this.#hooks.take({ type: "me", me: me.value });
    else this.#hooks.take({ type: "problem", problem: me.problem });
    const named = /^\/contact\/([0-9a-f]{32})$/.exec(page.path())?.[1];
    if (named && (await this.#show(named, true))) return;
    const own = me.ok && me.value.role === "patient" ? me.value.contact : null;
    if (own && own !== named && (await this.#show(own, false))) return;
    // Without it there is no region to choose; and what it brings would move what is drawn already.
    await catalogue;
    this.#showForm();
  }

  async open(): Promise<boolean> {
    const { draft } = this.#shell.page;
    const { region, concerns, consent } = draft;
    if (!region || !concerns || !consent) {
      const missing = Object.entries({ region, concerns, consent }).filter(([, value]) => !value);
      const detail = missing.map(([name]) => name).join(",");
      this.#hooks.take({ type: "problem", problem: { code: "page.incomplete", text: "", detail } });
      return false;
    }
    const item = this.#shell.page.catalogue?.regions.find((one) => one.code === region);
    const competence = competenceOf(draft, item);
    const body: OpenContact = { ...draft, region, concerns, competence, consent, key: this.#hooks.key() };
    const answer = await this.#shell.during("open", async () => {
      const guest = await this.#beSomebody();
      return guest.ok ? this.#world.http.post<ContactOpened>("/api/contacts", body) : guest;
    });
    if (answer.ok) {
      const { contact, view } = answer.value;
      this.#hooks.take({ type: "me", me: { ...NOBODY, role: "patient", contact } });
      this.#live(view);
    } else if (answer.problem.code === "contact.consent_outdated") {
      this.#hooks.take({ type: "draft", patch: { consent: null } });
      void this.lookAgain();
    } else if (answer.problem.code === "line.paused") {
      void this.lookAgain();
    }
    return answer.ok;
  }

  /**
   * Have a session before asking for help, the one this browser has or a new one: should no answer
   * come, the second try is made by the same person, and opens nothing new.
   */
  async #beSomebody(): Promise<Answer<Me>> {
    const answer = await this.#world.http.post<Me>("/api/session");
    if (answer.ok) this.#hooks.take({ type: "me", me: answer.value });
    return answer;
  }

  async redeem(code: string): Promise<boolean> {
    const answer = await this.#shell.during("move", () =>
      this.#world.http.post<Me>("/api/moves/redeem", { code }),
    );
    if (!answer.ok) return false;
    this.#hooks.take({ type: "me", me: answer.value });
    return answer.value.contact !== null && this.#show(answer.value.contact, true);
  }

  async makeMoveCode(): Promise<boolean> {
    const answer = await this.#shell.during("move", () =>
      this.#world.http.post<MoveCode>("/api/moves"),
    );
    if (answer.ok) this.#hooks.take({ type: "moveCode", code: answer.value });
    return answer.ok;
  }

  /** Begin a new contact. The one that has ended stays readable at its own address. */
  startOver(): void {
    this.#begin(this.#shell.page.me ?? NOBODY);
  }

  /** Let this device forget who it is, and everything it has shown. */
  async forgetDevice(): Promise<boolean> {
    const answer = await this.#shell.during("forget", () =>
      this.#world.http.remove("/api/session"),
    );
    // Whoever is signed out already may be forgotten as well.
    if (!answer.ok && answer.status !== 401) return false;
    this.#begin(NOBODY);
    return true;
  }

  #begin(me: Me): void {
    this.#shell.connection.stop();
    this.#hooks.forget(this.#shell.page.contact?.contact ?? null);
    this.#hooks.take({ type: "reset", at: this.#world.clock.now() });
    this.#hooks.take({ type: "me", me });
    this.#showForm();
    void this.lookAgain();
  }

  async lookAgain(): Promise<void> {
    const { http } = this.#world;
    const answer = await this.#shell.persist(() => http.get<Catalogue>("/api/catalogue"));
    if (answer?.ok) this.#hooks.take({ type: "catalogue", catalogue: answer.value });
  }

  #showForm(): void {
    if (this.#shell.page.step !== "loading") return;
    const { clock, drawer } = this.#world;
    // The form needs no socket: that the service has answered is all there is to know.
    const connection = { status: "online", since: clock.now(), why: null } as const;
    this.#hooks.take({ type: "connection", connection });
    this.#hooks.take({ type: "step", step: takeDraft(drawer)?.step ?? "form" });
  }

  /** Show a contact. The start page does not show one that has ended: a new one may begin. */
  async #show(contact: string, evenEnded: boolean): Promise<boolean> {
    const { http, page } = this.#world;
    const answer = await this.#shell.persist(() =>
      http.get<PatientView>(`/api/contacts/${contact}`),
    );
    if (answer?.ok) {
      if (answer.value.phase === "ended" && !evenEnded) return false;
      this.#live(answer.value);
      return true;
    }
    if (answer && evenEnded) {
      this.#hooks.take({ type: "problem", problem: answer.problem });
      page.showPath("/");
    }
    return false;
  }

  #live(view: PatientView): void {
    this.#hooks.take({ type: "view", view });
    this.#hooks.live(view.contact);
  }
}
