//! Which pages a request may open at all; what stands on them is decided by their server functions.

use crate::access::{Gate, Level, SCREENS};
use crate::error::AppError;
use crate::features::me;
use crate::features::me::model::Me;
use crate::features::sign_in::sign_in_first;
use crate::server::Caller;
use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use std::time::Duration;

/// Without a session to the sign-in page; behind a gate to the personal center. The page is given who asked for it.
pub async fn guard(Extension(caller): Extension<Caller>, mut request: Request, next: Next) -> Response {
    // Leptos routes the server functions with the pages; their doorway answers for itself.
    if request.uri().path().starts_with("/fn/") {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let Some(session) = &caller.session else {
        return sign_in_first(&caller, path);
    };
    let gated =
        session.actor.gate == Some(Gate::PasswordChangeRequired) || session.actor.gate == Some(Gate::NoMembership);
    if gated && request.uri().path() != "/me" {
        return Redirect::to("/me").into_response();
    }
    let me = match whoever(caller).await {
        Ok(me) => me,
        Err(error) => return error.into_response(),
    };
    let closed = closed(&me, request.uri().path());
    request.extensions_mut().insert(me);
    let mut response = render(request, next).await;
    // A page that asks the server for nothing, as a form for something new, refuses nobody by itself.
    if closed && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response
}

/// Whether the page belongs to a screen that is not open.
fn closed(me: &Me, path: &str) -> bool {
    let of = |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let row = SCREENS.iter().find(|row| row.path.is_some_and(of));
    row.is_some_and(|row| me.levels.get(row.screen) == Level::None)
}

/// A page takes milliseconds. One that takes this long waits for a wake-up that was lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// Renders a page, and once more when it does not finish (`docs/decisions/0010-rendered-again.md`).
async fn render(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let first = next.clone().run(Request::from_parts(parts.clone(), Body::empty()));
    match tokio::time::timeout(PATIENCE, first).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(path = parts.uri.path(), "a page did not finish and is rendered again");
            next.run(Request::from_parts(parts, body)).await
        }
    }
}

async fn whoever(caller: Caller) -> Result<Me, AppError> {
    me::ops::view(&caller.personal()?).await
}

/// `/`: the first screen of the catalog that has a page and that one may read, else the personal center.
pub async fn home(Extension(caller): Extension<Caller>) -> Response {
    let Some(session) = &caller.session else {
        return sign_in_first(&caller, "/");
    };
    let readable = |screen| session.actor.level(screen) >= Level::Read;
    let first = SCREENS.iter().filter(|row| readable(row.screen)).find_map(|row| row.path);
    Redirect::to(first.unwrap_or("/me")).into_response()
}
