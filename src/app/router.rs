//! Every route of the process, and the layers that each of them passes.

use super::{App, endpoints, forms, openapi, pages, shell};
use crate::error::{AppError, Kind};
use crate::features;
use crate::server::{AppState, assets, front, health, idempotency};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::{ACCEPT, CONTENT_SECURITY_POLICY};
use http::{HeaderMap, Method, StatusCode};
use leptos::config::LeptosOptions;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use std::any::Any;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

/// An answer that has not begun by then never comes.
const LONGEST: Duration = Duration::from_secs(30);

/// Whoever waits longer is told when to try again, in the form of every refusal.
async fn within(longest: Duration, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(longest, next.run(request)).await;
    answer.unwrap_or_else(|_| AppError::busy(10).into_response())
}

pub fn router(state: AppState) -> Router {
    answering_within(state, LONGEST)
}

/// `longest` is for an answer and for reading what it needs of the body.
pub(super) fn answering_within(state: AppState, longest: Duration) -> Router {
    let dynamic = Router::new()
        .route("/", get(pages::home))
        .merge(features::sign_in::routes())
        .merge(features::live::routes())
        .merge(endpoints::api().into_router().layer(from_fn_with_state(state.clone(), idempotency::layer)))
        .merge(features::oauth::api().into_router())
        .merge(openapi::routes())
        .merge(application(&state))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn(move |request, next| within(longest, request, next)))
        .layer(RequestBodyLimitLayer::new(front::BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), front::front))
        .layer(from_fn_with_state(state.clone(), features::sign_in::told_as_page));
    let fixed = Router::new()
        .route(&format!("/{}/{{file}}", state.pkg), get(assets::package))
        .route("/favicon.svg", get(|headers: HeaderMap| assets::public("favicon.svg", headers)))
        .route("/plan.svg", get(|headers: HeaderMap| assets::public("plan.svg", headers)))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(method_not_allowed);
    Router::new()
        .merge(dynamic)
        .merge(fixed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), front::security_headers))
        .with_state(state)
}

/// The pages of the console.
fn application(state: &AppState) -> Router<AppState> {
    let options = LeptosOptions::builder().output_name("doorward").site_pkg_dir(state.pkg.clone()).build();
    let (pkg, chunks) = (state.pkg.clone(), assets::chunks());
    Router::new()
        .leptos_routes(&options, routes(), move || shell::shell(&pkg, &chunks))
        .layer(from_fn(pages::guard))
        .with_state(options)
}

/// The page routes without `/`, which only leads on.
pub fn routes() -> Vec<AxumRouteListing> {
    generate_route_list(App).into_iter().filter(|route| route.path() != "/").map(with_form).collect()
}

/// Forms are also answered where their page is not alive yet.
fn with_form(route: AxumRouteListing) -> AxumRouteListing {
    if !forms::has_form(route.path()) {
        return route;
    }
    let methods = [leptos_router::Method::Get, leptos_router::Method::Post];
    AxumRouteListing::new(route.path().to_owned(), route.mode().clone(), methods, Vec::new())
}

/// A page for who follows a link, a problem for who calls the API.
async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    if wants_page(&request) {
        return page(StatusCode::NOT_FOUND, shell::missing(&state.pkg));
    }
    AppError::not_found().into_response()
}

fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html") && !request.uri().path().starts_with("/api/")
}

fn page(status: StatusCode, html: String) -> Response {
    (status, [(CONTENT_SECURITY_POLICY, front::PLAIN_PAGE)], Html(html)).into_response()
}

async fn method_not_allowed(State(state): State<AppState>, request: Request) -> Response {
    if request.method() == Method::POST && wants_page(&request) {
        return page(StatusCode::METHOD_NOT_ALLOWED, shell::unsent(&state.pkg));
    }
    let error = AppError::bad_request("method_not_allowed", "Method not allowed.");
    let mut response = error.into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// The server lives on; the log has where (the panic hook printed it).
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    AppError::new(Kind::Internal, "internal", "Something went wrong on our side.").into_response()
}
