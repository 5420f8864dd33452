// How a client uses the types: this must compile, and mistakes must not.
import { decodeError, UNKNOWN_CODE, type ErrorDetails, type KnownCode, type ServiceError } from "./errors.js";

export function explain(error: ServiceError): string {
  switch (error.code) {
    case "E2201": {
      const id: string = error.details.id;
      return `no project ${id}`;
    }
    case "E2203": {
      const seconds: number = error.details.retry_after;
      const tries: number | null = error.details.tries;
      const holders: string[] = error.details.holders;
      return `locked for ${seconds} s, ${tries ?? 0} tries, by ${holders.join(", ")}`;
    }
    case "E2202": {
      // An internal code is shown as this one, without values.
      const number: string | undefined = error.details.number;
      return number ?? "taken";
    }
    case UNKNOWN_CODE: {
      const anything: unknown = error.details["anything"];
      return `${error.wireCode}: ${error.message}${anything === undefined ? "" : "…"}`;
    }
    default: {
      const known: KnownCode = error.code;
      return known;
    }
  }
}

// @ts-expect-error: the code has no such detail
export type Missing = ErrorDetails["E2201"]["nothing"];
// @ts-expect-error: no such code
export const wrong: KnownCode = "E9999";

export const decoded: ServiceError | undefined = decodeError({});
