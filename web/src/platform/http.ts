export interface HttpProblem {
  readonly code: string;
  readonly text: string;
  readonly detail: string;
}

/** What the service answered. `status` 0: no answer came, so nobody knows whether it happened. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly problem: HttpProblem };

/** Requests to our own service, in the page's language. Nothing throws. */
export interface Http {
  get<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, body?: unknown): Promise<Answer<T>>;
  remove(path: string): Promise<Answer<null>>;
}

export interface UploadRequest {
  readonly path: string;
  readonly body: Blob;
  readonly type: string;
  /** How many bytes of the body have left this device. */
  progress(sent: number): void;
}

export interface Upload<T> {
  readonly answer: Promise<Answer<T>>;
  cancel(): void;
}

export type SendFile = <T>(request: UploadRequest) => Upload<T>;

const TIMEOUT = 15_000;
const STALLED = 60_000;

/** Forged requests of other sites cannot carry this header. */
const OURS = { "X-Video-Advice": "1" };

const NO_ANSWER: Answer<never> = {
  ok: false,
  status: 0,
  problem: { code: "page.offline", text: "", detail: "" },
};

/** Whether trying again later may help: no answer, overload, or the service is down. */
export const isPassing = (status: number): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500;

export function browserHttp(language: () => string): Http {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = { "Accept-Language": language() };
    if (method !== "GET") Object.assign(headers, OURS);
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return read<T>(response.status, await response.text());
    } catch {
      return NO_ANSWER;
    }
  }
  return {
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body ?? {}),
    remove: (path) => ask("DELETE", path),
  };
}

/** `fetch` cannot tell how much of an upload has been sent; this can. */
export const browserSendFile =
  (language: () => string): SendFile =>
  <T>({ path, body, type, progress }: UploadRequest) => {
    const request = new XMLHttpRequest();
    const answer = new Promise<Answer<T>>((resolve) => {
      let stalled: ReturnType<typeof setTimeout> | undefined;
      const watch = (): void => {
        clearTimeout(stalled);
        stalled = setTimeout(() => {
          request.abort();
        }, STALLED);
      };
      request.upload.onprogress = (event) => {
        watch();
        progress(event.loaded);
      };
      request.onload = () => {
        resolve(read<T>(request.status, request.responseText));
      };
      request.onerror = request.onabort = () => {
        resolve(NO_ANSWER);
      };
      request.onloadend = () => {
        clearTimeout(stalled);
      };
      request.open("POST", path);
      request.setRequestHeader("Content-Type", type);
      request.setRequestHeader("Accept-Language", language());
      for (const [name, value] of Object.entries(OURS)) request.setRequestHeader(name, value);
      watch();
      request.send(body);
    });
    return {
      answer,
      cancel() {
        request.abort();
      },
    };
  };

/** Make an answer of a status and a body. Exported for the tests. */
export function read<T>(status: number, body: string): Answer<T> {
  const content = parse(body);
  if (status >= 200 && status < 300) {
    // The service's answers are of the type in the contract; the page and it are built together.
    return status === 204 || content !== undefined
      ? { ok: true, value: (content ?? null) as T }
      : failed(status);
  }
  if (typeof content === "object" && content !== null && "code" in content) {
    const { code, text, detail } = content as Partial<Record<keyof HttpProblem, unknown>>;
    const problem = { code: String(code), text: String(text ?? ""), detail: String(detail ?? "") };
    return { ok: false, status, problem };
  }
  return failed(status);
}

const failed = (status: number): Answer<never> => ({
  ok: false,
  status,
  problem: { code: "page.failed", text: "", detail: "" },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
