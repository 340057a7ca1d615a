//! Which pages a request may open at all; what stands on them is decided by their server functions.

use super::forms;
use super::rendering::{refused_with, render};
use crate::access::{Gate, Level, SCREENS};
use crate::console::me::Me;
use crate::error::AppError;
use crate::features::sign_in::sign_in_first;
use crate::features::{first_start, me};
use crate::server::{Call, Caller, door};
use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};

/// Without a session to the sign-in page; behind a gate to the personal center. The page is given who asked for it.
pub async fn guard(Extension(caller): Extension<Caller>, mut request: Request, next: Next) -> Response {
    // Leptos routes the server functions with the pages.
    if request.uri().path().starts_with("/fn/") {
        return door::before(&caller, request, next).await;
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
    let call = match caller.personal() {
        Ok(call) => call,
        Err(error) => return error.into_response(),
    };
    let me = match me::ops::view(&call).await {
        Ok(me) => me,
        Err(error) => return error.into_response(),
    };
    let closed = closed(&me, request.uri().path());
    request.extensions_mut().insert(me);
    if request.method() == Method::POST {
        let password = request.uri().path() == "/me" && forms::form_of(request.uri()).is_empty();
        return if password {
            submitted(&call, request, next).await
        } else {
            forms::answer(&call, request, next).await
        };
    }
    let mut response = render(request, next).await;
    // A page that asks the server for nothing, as a form for something new, refuses nobody by itself.
    if closed && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response
}

/// The password form, sent before its page was alive: the page again, with what is wrong, unless nothing is.
async fn submitted(call: &Call, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let refused = match me::rest::submit(call, Request::from_parts(parts.clone(), body)).await {
        Ok(response) => return response,
        Err(refused) => refused,
    };
    let error = refused.error.clone();
    parts.method = Method::GET;
    parts.extensions.insert(refused);
    refused_with(&error, render(Request::from_parts(parts, Body::empty()), next).await)
}

/// Whether the page belongs to a screen that is not open.
fn closed(me: &Me, path: &str) -> bool {
    let of = |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let row = SCREENS.iter().find(|row| row.path.is_some_and(of));
    row.is_some_and(|row| me.levels.get(row.screen) == Level::None)
}

/// `/`: the first steps to whoever is to take them, else the first screen of the catalog that has a page and that one may
/// read, else the personal center.
pub async fn home(Extension(caller): Extension<Caller>) -> Response {
    let Some(session) = &caller.session else {
        return sign_in_first(&caller, "/");
    };
    match first_steps(&caller).await {
        Ok(true) => return Redirect::to(first_start::model::PATH).into_response(),
        Ok(false) => {}
        Err(error) => return error.into_response(),
    }
    let readable = |screen| session.actor.level(screen) >= Level::Read;
    let first = SCREENS.iter().filter(|row| readable(row.screen)).find_map(|row| row.path);
    Redirect::to(first.unwrap_or("/me")).into_response()
}

/// Whether the organization is still to be set up, by this caller.
async fn first_steps(caller: &Caller) -> Result<bool, AppError> {
    // Behind a gate there is nothing but the personal center, which the page itself leads to.
    let gated = caller.session.as_ref().is_none_or(|session| session.actor.gate.is_some());
    Ok(!gated && first_start::ops::is_expected(&caller.personal()?).await?)
}
