
/** The codes that were known when this file was generated. */
export type KnownCode = keyof ErrorDetails & string;

/** The facts of a code in the catalog. */
export interface CodeFacts {
  readonly status: number;
  readonly category: string;
  readonly retryable: boolean | "conditional";
  readonly title: string;
  readonly details: { readonly [name: string]: (value: unknown) => boolean };
}

/** The `code` of an error that this file does not know. It is not a valid code. */
export const UNKNOWN_CODE = "?" as const;

/** One of several violations of a request. */
export interface FieldViolation {
  readonly field?: string;
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly code?: string;
  readonly rule?: string;
  readonly params?: Record<string, unknown>;
  readonly message: string;
}

/** What all errors have in common. */
export interface ErrorFacts {
  /** The code in the response. */
  readonly wireCode: string;
  /** The HTTP status, if the body or the response has it. */
  readonly status?: number;
  readonly message: string;
  /** The field with the violation, if the body names one. */
  readonly field?: string;
  readonly retryable: boolean;
  /** The delay before a retry, in seconds. */
  readonly retryAfter?: number;
  /** The URL of the code's page. */
  readonly docs?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly taskId?: string;
  readonly timestamp?: string;
  readonly violations: readonly FieldViolation[];
  /** The number of further violations, which the body does not list. */
  readonly violationsOmitted?: number;
}

/** An error with a known code and details of its types. */
export type KnownError = {
  [C in KnownCode]: ErrorFacts & { readonly code: C; readonly details: ErrorDetails[C] };
}[KnownCode];

/** An error of a newer service: its code is unknown here, or its details have other types. */
export interface UnknownError extends ErrorFacts {
  readonly code: typeof UNKNOWN_CODE;
  readonly details: Record<string, unknown>;
}

/** Any error of the service. `switch (error.code)` narrows the type. */
export type ServiceError = KnownError | UnknownError;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isString(value: unknown): value is string {
  return typeof value === "string";
}
function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}
function isNull(value: unknown): boolean {
  return value === null;
}
function isAnything(value: unknown): boolean {
  return value !== undefined;
}
function isOptional(inner: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || inner(value);
}
function isAbsentOr(inner: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || inner(value);
}
function isList(item: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(item);
}
function isMap(item: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => isObject(value) && Object.values(value).every(item);
}
// `CODES` may not use all of them.
void [isString, isNumber, isBoolean, isNull, isAnything, isOptional, isAbsentOr, isList, isMap];

function text(value: unknown): string | undefined {
  return isString(value) ? value : undefined;
}
function number(value: unknown): number | undefined {
  if (isNumber(value)) {
    return value;
  }
  return isString(value) && /^\d+$/.test(value) ? Number(value) : undefined;
}
/** A delay that no timer can wait for is not known: `setTimeout` fires at once after an overflow. */
function delay(value: unknown): number | undefined {
  const seconds = number(value);
  return seconds !== undefined && seconds >= 0 && seconds * 1000 < 2 ** 31 ? seconds : undefined;
}
function object(value: unknown): Json {
  return isObject(value) ? value : {};
}
function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** What the three body formats have in common. */
interface Raw {
  code: string;
  status: number | undefined;
  message: string;
  field: string | undefined;
  docs: string | undefined;
  requestId: string | undefined;
  /** The object with `retryable` and `retry_after`. */
  retry: Json;
  /** The object with the ids and the timestamp. */
  ids: Json;
  details: Json;
  violations: FieldViolation[];
  violationsOmitted: number | undefined;
}

function violation(it: Json): FieldViolation {
  const source = object(it["source"]);
  const meta = object(it["meta"]);
  const params = it["params"] ?? meta["params"];
  const message = text(it["message"]) ?? text(it["detail"]) ?? "";
  const found: { -readonly [K in keyof FieldViolation]: FieldViolation[K] } = { message };
  for (const name of ["field", "pointer", "parameter", "header", "code", "rule"] as const) {
    const value = text(it[name]) ?? text(source[name]) ?? text(meta[name]);
    if (value !== undefined) {
      found[name] = value;
    }
  }
  if (isObject(params)) {
    found.params = params;
  }
  return found;
}

function envelope(body: Json): Raw | undefined {
  const error = body["error"];
  if (body["success"] !== false || !isObject(error) || !isString(error["code"])) {
    return undefined;
  }
  const { errors, errors_omitted, ...details } = object(error["details"]);
  // A code's own subject is in the error itself.
  const itself = ["field", "pointer", "parameter", "header"].some((name) => isString(error[name]));
  const violations = Array.isArray(errors) ? list(errors) : itself ? [error] : [];
  return {
    code: error["code"],
    status: undefined,
    message: text(error["message"]) ?? "",
    field: text(error["field"]),
    docs: text(error["docs"]),
    requestId: text(body["request_id"]),
    retry: error,
    ids: body,
    details,
    violations: violations.map(violation),
    violationsOmitted: number(errors_omitted),
  };
}

function problem(body: Json): Raw | undefined {
  if (!isString(body["code"]) || !isString(body["title"])) {
    return undefined;
  }
  const violations = list(body["errors"]).map(violation);
  return {
    code: body["code"],
    status: number(body["status"]),
    message: text(body["detail"]) ?? "",
    field: violations[0]?.field,
    docs: text(body["type"]),
    requestId: text(body["request_id"]),
    retry: body,
    ids: body,
    details: object(body["details"]),
    violations,
    violationsOmitted: number(body["errors_omitted"]),
  };
}

function jsonApi(body: Json): Raw | undefined {
  const errors = list(body["errors"]);
  const first = errors[0];
  if (first === undefined || !isString(first["code"])) {
    return undefined;
  }
  const meta = object(first["meta"]);
  // What concerns all violations. Without it, the only error is the whole, perhaps with the part of the request.
  const common = object(body["meta"]);
  const all = isString(common["code"]);
  const violations = errors.filter((error) => all || isObject(error["source"])).map(violation);
  return {
    code: text(common["code"]) ?? first["code"],
    status: number(first["status"]),
    message: text(common["message"]) ?? text(first["detail"]) ?? "",
    field: violations[0]?.field,
    docs: text(object(first["links"])["type"]),
    requestId: text(first["id"]),
    retry: meta,
    ids: meta,
    details: object(meta["details"]),
    violations,
    violationsOmitted: number(common["errors_omitted"]),
  };
}

/** What a response says in addition to its body. */
export interface ResponseFacts {
  readonly status?: number;
  /** The header `X-Error-Code`. In JSON:API each of several violations may have its own code. */
  readonly code?: string | null;
}

/** Decodes a body in any of the three formats. Returns `undefined` if it is not an error. */
export function decodeError(body: unknown, response: ResponseFacts = {}): ServiceError | undefined {
  if (!isObject(body)) {
    return undefined;
  }
  const raw = envelope(body) ?? problem(body) ?? jsonApi(body);
  if (raw === undefined) {
    return undefined;
  }
  const wireCode = response.code || raw.code;
  const facts: Record<string, unknown> = {
    wireCode,
    message: raw.message,
    retryable: raw.retry["retryable"] === true,
    violations: raw.violations,
    details: raw.details,
  };
  const optional: Record<string, unknown> = {
    status: response.status ?? raw.status ?? (isKnown(wireCode) ? CODES[wireCode].status : undefined),
    field: raw.field,
    retryAfter: delay(raw.retry["retry_after"]),
    docs: raw.docs,
    requestId: raw.requestId,
    traceId: text(raw.ids["trace_id"]),
    taskId: text(raw.ids["task_id"]),
    timestamp: text(raw.ids["timestamp"]),
    violationsOmitted: raw.violationsOmitted,
  };
  for (const [name, value] of Object.entries(optional)) {
    if (value !== undefined) {
      facts[name] = value;
    }
  }
  const code = isKnown(wireCode) && fits(wireCode, raw.details) ? wireCode : UNKNOWN_CODE;
  return { ...facts, code } as unknown as ServiceError;
}

/** Decodes the error in a response of `fetch`. Returns `undefined` if it is not an error. */
export async function decodeResponse(response: {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}): Promise<ServiceError | undefined> {
  if (response.ok) {
    return undefined;
  }
  const body = await response.json().catch(() => undefined);
  return decodeError(body, { status: response.status, code: response.headers.get("X-Error-Code") });
}

/** Returns whether this file knows the code. */
export function isKnown(code: string): code is KnownCode {
  return has(CODES, code);
}

/** Returns whether the object itself has the member, since all objects inherit some. */
function has(object: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, name);
}

/** Returns whether the details have the types of the code. */
function fits(code: KnownCode, details: Json): boolean {
  return Object.entries(CODES[code].details).every(([name, is]) => is(has(details, name) ? details[name] : undefined));
}
