import { type Html, html } from './html.js';
import { schemaText } from './schema-text.js';

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly 'x-permission'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The OpenAPI document, for reading. */
export function docsPage(document: Json): string {
  const { info, tags, paths } = document as unknown as OpenApi;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const sections = tags.map(({ name }) =>
    section(
      name,
      routes.filter(({ operation }) => operation.tags.includes(name)),
    ),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}: REST</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#routes">To the routes</a>
<header>
<h1>${info.title} <small>${info.version}</small></h1>
<p>Send <code>Authorization: Bearer</code> with an API key or a JWT: everything is of its tenant. Errors are
<code>application/problem+json</code> with a stable <code>code</code> and a <code>hint</code>. Writes take an
<code>Idempotency-Key</code>. For programs: <a href="/openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Groups of routes"><ul>${tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}</ul></nav>
<main id="routes">${sections}</main>
</body>
</html>`.text;
}

function section(name: string, routes: readonly Route[]): Html {
  return html`<section aria-labelledby="${name}">
<h2 id="${name}">${name}</h2>
${routes.map(routeDetails)}
</section>`;
}

function routeDetails({ method, path, operation }: Route): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<details id="${operationId}">
<summary><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> <span>${summary}</span></summary>
${description ? html`<p>${description}</p>` : undefined}
${permission(operation)}
${parameters.length > 0 ? parameterTable(parameters) : undefined}
${requestBody ? contents('Body', requestBody) : undefined}
${Object.entries(responses)
  .filter(([status]) => status !== 'default')
  .map(([status, response]) => contents(`Answer ${status}`, response))}
</details>`;
}

function permission(operation: Operation): Html | undefined {
  const needed = operation['x-permission'];
  return needed ? html`<p>Needs <code>${needed}</code>.</p>` : undefined;
}

function parameterTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    ({ name, in: where, required, schema, description }) =>
      html`<tr><th scope="row"><code>${name}</code></th><td>${where}${required ? ', required' : ''}</td><td><code>${schemaText(schema)}</code></td><td>${description}</td></tr>`,
  );
  return html`<div class="wide" role="region" aria-label="Parameters" tabindex="0"><table>
<thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function contents(title: string, { content }: Content): Html {
  const [type, { schema }] = Object.entries(content ?? {})[0] ?? ['', { schema: undefined }];
  if (!schema) return html`<h3>${title}</h3><p>No body.</p>`;
  return html`<h3>${title} <small>${type}</small></h3><pre tabindex="0" aria-label="${title}">${schemaText(schema)}</pre>`;
}
