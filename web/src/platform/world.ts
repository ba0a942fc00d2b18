import { browserHttp, browserSendFile, type Http, type SendFile } from "./http";
import { browserMedia, type Media } from "./media";
import { browserPage, type Page } from "./page";
import { browserPush, type Push } from "./push";
import { systemRandom, type Random } from "./random";
import { openWebSocket, type OpenSocket } from "./socket";
import { browserDrawer, browserShelf, type Drawer, type Shelf } from "./storage";
import { systemClock, systemTimers, type Clock, type Timers } from "./time";

/** Everything outside our own code. Tests hand in another one. */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  readonly http: Http;
  readonly sendFile: SendFile;
  readonly drawer: Drawer;
  readonly shelf: <T>(name: string) => Shelf<T>;
  readonly media: Media;
  readonly page: Page;
  readonly push: Push;
}

/** The real world. `language` is asked for each request. */
export function browserWorld(language: () => string): World {
  return {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    openSocket: openWebSocket,
    http: browserHttp(language),
    sendFile: browserSendFile(language),
    drawer: browserDrawer(systemClock),
    shelf: browserShelf,
    media: browserMedia,
    page: browserPage,
    push: browserPush,
  };
}
