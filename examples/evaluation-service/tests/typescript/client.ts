// A client of the service as one would write it: every error that it knows is told in words, from details of the right types.
import { decodeResponse, UNKNOWN_CODE, type KnownCode, type ServiceError } from "./errors.js";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export async function call(base: string, { method, path, headers, body }: Call, accept: string): Promise<ServiceError | undefined> {
  const response = await fetch(base + path, { method, headers: { ...headers, accept }, body: method === "GET" ? null : body });
  return decodeResponse(response);
}

export function told(error: ServiceError): string {
  switch (error.code) {
    case "E1002": {
      const expected: string = error.details.expected;
      const received: string = error.details.received;
      return `${error.field ?? "?"}: ${expected}, not ${received}`;
    }
    case "E1007": {
      const limit: number = error.details.limit;
      return `${limit} a minute, come back in ${error.retryAfter ?? 0} s`;
    }
    case "E2001": {
      const id: string = error.details.id;
      return `no project ${id}`;
    }
    case "E3005": {
      const limit: number = error.details.limit;
      return `at most ${limit} bytes`;
    }
    case UNKNOWN_CODE:
      return `what is ${error.wireCode}?`;
    default: {
      const known: KnownCode = error.code;
      return `${known}: ${error.message}`;
    }
  }
}

// @ts-expect-error: the code has no such detail
export const missing = (error: Extract<ServiceError, { code: "E2001" }>) => error.details.number;
