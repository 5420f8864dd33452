//! The OpenAPI document: `GET /openapi.json`, and `GET /docs` to read it.

use crate::{
    CATALOG, accounts, documents, evaluation_items, evaluations, projects, rag_routes, relay,
    suppliers,
};
use errcode_axum::openapi::{CatalogPaths, DocumentPaths, ErrorSchemas};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, openapi};

/// `GET /errors` and `GET /errors/{code}`.
const ERRORS: CatalogPaths = CatalogPaths(&CATALOG);

/// Every operation of the service with its codes.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Bid evaluation",
        description = "Projects, their suppliers and documents, and evaluation sessions in which people score \
                       and review.\n\nEvery failure has one of the codes below, in one format. `Accept` selects \
                       another one: `application/problem+json` or `application/vnd.api+json`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(name = "errcode", url = "https://github.com/errcode-rs/errcode"),
    ),
    servers((url = "/", description = "This service.")),
    security(("token" = [])),
    tags(
        (name = "accounts", description = "Senders of requests. All other operations need an account's token."),
        (name = "projects", description = "Tenders that suppliers bid for."),
        (name = "suppliers", description = "Bidders of a project."),
        (name = "documents", description = "Files of a project, stored and parsed."),
        (name = "evaluations", description = "Sessions in which people score suppliers and review the scores."),
        (name = "questions", description = "Questions about documents, answered with the help of other services."),
        (name = "errors", description = "The catalog of error codes."),
        (name = "about", description = "This document."),
        (name = "demo", description = "How the ids of a request are propagated, and where the upstream is."),
    ),
    paths(
        accounts::register,
        accounts::me,
        projects::create,
        projects::list,
        projects::show,
        projects::change,
        suppliers::add,
        suppliers::list,
        documents::upload,
        documents::list,
        documents::show,
        documents::parse,
        evaluations::create,
        evaluations::show,
        evaluations::start,
        evaluations::cancel,
        evaluation_items::score,
        evaluation_items::review,
        rag_routes::index,
        rag_routes::search,
        rag_routes::ask,
        rag_routes::ask_streaming,
        rag_routes::upstream,
        relay::relay,
    ),
    modifiers(&ErrorSchemas, &ERRORS, &DocumentPaths, &Token)
)]
pub struct Api;

/// The token of an account.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("The token that `POST /accounts` gave.".to_owned());
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
