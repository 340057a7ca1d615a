//! Forms that a browser sends itself: before the application has started, or where there is none.

use super::{rendering, shell};
use crate::console::done::Done;
use crate::console::sending::Sending;
use crate::error::AppError;
use crate::server::Call;
use crate::server::front::PLAIN_PAGE;
use crate::ui::Sent;
use axum::body::Body;
use axum::extract::{Form, FromRequest, Request};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::CONTENT_SECURITY_POLICY;
use http::request::Parts;
use http::{Method, StatusCode, Uri};

/// Whether a page, by its path among the routes, has a form.
pub fn has_form(path: &str) -> bool {
    path.ends_with("/new") || path.ends_with("/edit") || ["/me", "/settings"].contains(&path)
}

/// Renders the page with what was filled in, whereby it is saved, and leads on. What is refused is shown by the page again, as
/// it was filled in, with what is wrong at its fields.
pub async fn answer(call: &Call, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Ok(Form(fields)) = form else {
        return AppError::bad_request("malformed", "The form couldn't be read.").into_response();
    };
    let (sent, sending) = (Sent::new(form_of(&parts.uri), fields), Sending::default());
    let mut saving = page_of(&parts, sent.clone());
    saving.extensions_mut().insert(sending.clone());
    // Once: what waits for a wake-up that was lost has been saved, or not.
    let page = rendering::to_its_end(next.clone().run(saving)).await;
    match sending.outcome() {
        Some(Ok(done)) => lead_on(call, done),
        Some(Err(error)) => {
            let again = page_of(&parts, sent.refused(error.clone()));
            rendering::refused_with(&error, rendering::render(again, next).await)
        }
        None if page.status() == StatusCode::OK => AppError::not_found().into_response(),
        None => page,
    }
}

/// Which form of a page that has several.
pub fn form_of(uri: &Uri) -> &str {
    uri.query().and_then(|query| query.strip_prefix("form=")).unwrap_or_default()
}

fn page_of(parts: &Parts, sent: Sent) -> Request {
    let mut request = Request::from_parts(parts.clone(), Body::empty());
    *request.method_mut() = Method::GET;
    request.extensions_mut().insert(sent);
    request
}

fn lead_on(call: &Call, done: Done) -> Response {
    let Some(handed) = done.handed else { return Redirect::to(&done.to).into_response() };
    let page = shell::handed(&call.state().pkg, handed, done.to);
    ([(CONTENT_SECURITY_POLICY, PLAIN_PAGE)], Html(page)).into_response()
}
