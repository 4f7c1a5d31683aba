import { toExtension, type Context } from './context';

/** One GraphQL request. */
export interface Question {
  query: string;
  variables?: unknown;
  operationName?: string | null;
  context?: Context;
  key?: string;
  headers?: Record<string, string>;
}

/** An error as GraphQL tells it. */
export interface GraphQLFault {
  message: string;
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
}

/** An answer as GraphQL gives it. */
export interface Answer<Data = Record<string, unknown>> {
  data?: Data | null;
  errors?: GraphQLFault[];
  extensions?: Record<string, unknown>;
}

/** Sends a question to the gateway that the page came from, and to no other. It throws where nothing that is GraphQL comes back. */
export async function ask<Data = Record<string, unknown>>(question: Question, signal?: AbortSignal): Promise<Answer<Data>> {
  const context = toExtension(question.context ?? {});
  const response = await fetch(new URL('graphql', document.baseURI), {
    method: 'POST',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal,
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      ...question.headers,
      ...(question.key ? { Authorization: `Bearer ${question.key}` } : {}),
    },
    body: JSON.stringify({
      query: question.query,
      variables: question.variables ?? undefined,
      operationName: question.operationName ?? undefined,
      extensions: context && { context },
    }),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer<Data>;
  } catch {
    throw new Error(`The gateway answered ${response.status}, and not with JSON: ${text.slice(0, 200)}`);
  }
}

/** What went wrong, in one line; '' where nothing did. */
export function faultsOf(answer: Answer<unknown>): string {
  return (answer.errors ?? []).map((fault) => fault.message).join(' ');
}
