//! `GET` and `POST /sign-in`, `POST /sign-out`.

use super::ops::{self, Outcome, SignedIn};
use super::page::{self, Frame, Notice};
use crate::error::{AppError, Kind};
use crate::server::front::PLAIN_PAGE;
use crate::server::{AppState, Caller, cookies, problem};
use axum::extract::{Form, Query, Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;

pub fn routes() -> Router<AppState> {
    Router::new().route("/sign-in", get(show).post(submit)).route("/sign-out", post(sign_out))
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
}

#[derive(Deserialize)]
struct Submitted {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    next: String,
}

/// An own path and nothing else: what a browser would take for another host is dropped (OWASP ASVS 5.0 §3.7.2).
pub fn own_path(next: &str) -> &str {
    let plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let own = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/sign-");
    if plain && own { next } else { "/" }
}

/// Sends a page request without a session to the sign-in page, which leads back and says why the last session ended.
pub fn sign_in_first(caller: &Caller, path: &str) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if path != "/" {
        query.append_pair("next", path);
    }
    if let Some(reason) = &caller.ended {
        query.append_pair("ended", reason);
    }
    let query = query.finish();
    let target = if query.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?{query}") };
    let mut response = Redirect::to(&target).into_response();
    if caller.ended.is_some() {
        response.headers_mut().append(header::SET_COOKIE, cookies::clear_session(&caller.state.config));
    }
    response
}

fn frame<'a>(state: &'a AppState, next: &'a str) -> Frame<'a> {
    Frame { pkg: &state.pkg, next: own_path(next), insecure: state.config.insecure_http }
}

async fn show(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<Address>,
) -> Response {
    if caller.session.is_some() {
        return Redirect::to(own_path(&query.next)).into_response();
    }
    let notice = Notice { info: page::ended_text(&query.ended).map(str::to_owned), error: None };
    html(StatusCode::OK, page::form(&frame(&state, &query.next), "", &notice))
}

async fn submit(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Submitted>,
) -> Response {
    let outcome = if form.ticket.is_empty() {
        ops::with_password(&caller, &form.username, form.password).await
    } else {
        ops::with_ticket(&caller, &form.ticket).await
    };
    let frame = frame(&state, &form.next);
    match outcome {
        Ok(Outcome::SignedIn(signed_in)) => enter(&state, &signed_in, frame.next),
        Ok(Outcome::OtherSession { ticket, other }) => {
            html(StatusCode::CONFLICT, page::other_session(&frame, ticket.expose(), &other))
        }
        Ok(Outcome::Refused) if !form.ticket.is_empty() => {
            again(&frame, &form.username, &AppError::new(Kind::SignIn, "expired", "That took too long. Sign in again."))
        }
        Ok(Outcome::Refused) => {
            let message = "Wrong username or password.";
            again(&frame, &form.username, &AppError::new(Kind::SignIn, "refused", message))
        }
        Err(error) => again(&frame, &form.username, &error),
    }
}

/// The form again, with what was typed (but the password) and what went wrong.
fn again(frame: &Frame<'_>, username: &str, error: &AppError) -> Response {
    let message = match error.retry_after.filter(|_| error.kind == Kind::TooMany) {
        Some(seconds) if seconds >= 90 => {
            format!("Too many attempts. Try again in about {} minutes.", seconds.div_ceil(60))
        }
        Some(seconds) => format!("Too many attempts. Try again in {seconds} seconds."),
        None => error.message.clone(),
    };
    let typed: String = username.chars().take(255).collect();
    let notice = Notice { error: Some(message), info: None };
    failed(error, page::form(frame, &typed, &notice))
}

/// A page about an error, with the error's status.
fn failed(error: &AppError, page: String) -> Response {
    let mut response = html(problem::status(error), page);
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What failed before a form was read, or for want of a database, is told as a page: a person sent it. Who could not be
/// signed out stays signed in, and hears that.
pub async fn told_as_page(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_form = request.method() == Method::POST && matches!(path.as_str(), "/sign-in" | "/sign-out");
    let response = next.run(request).await;
    let (status, is_problem) = (response.status(), response.extensions().get::<AppError>());
    let error = match is_problem {
        _ if !is_form => return response,
        _ if status == StatusCode::PAYLOAD_TOO_LARGE && path == "/sign-in" => {
            let message = "The form is too long. Passwords have at most 128 characters.";
            AppError::new(Kind::TooLarge, "too_large", message)
        }
        Some(error) if status.is_server_error() => error.clone(),
        _ => return response,
    };
    let frame = frame(&state, "");
    let mut page = match path.as_str() {
        "/sign-in" => again(&frame, "", &error),
        _ => failed(&error, page::still_signed_in(&frame, &error.message)),
    };
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(id) = response.headers().get("x-request-id") {
        page.headers_mut().insert("x-request-id", id.clone());
    }
    page
}

fn enter(state: &AppState, signed_in: &SignedIn, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::session(&state.config, signed_in.token.expose()));
    if let Some(device) = &signed_in.device {
        headers.append(header::SET_COOKIE, cookies::device(&state.config, device.expose()));
    }
    response
}

async fn sign_out(State(state): State<AppState>, Extension(caller): Extension<Caller>, headers: HeaderMap) -> Response {
    if let Err(error) = ops::sign_out(&caller, &cookies::all(&headers, state.config.cookie_name())).await {
        return error.into_response();
    }
    let mut response = Redirect::to("/sign-in?ended=signed_out").into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::clear_session(&state.config));
    // Drops what the browser kept of the pages (OWASP ASVS 5.0 §14.3.1); the device cookie is meant to stay.
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// A page without a script: nothing but its own stylesheet and form.
fn html(status: StatusCode, page: String) -> Response {
    let mut response = (status, Html(page)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PLAIN_PAGE));
    response
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_followed_after_sign_in() {
        assert_eq!(own_path("/users?sort=name"), "/users?sort=name");
        for foreign in ["//evil", "https:evil", "https://evil", "\\evil", "/\\evil", "/\t/evil", "", "/sign-in", "evil"]
        {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
