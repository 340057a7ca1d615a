//! The doorway of server functions. It stands in their body, because rendering on the server calls them directly.

use super::call::Call;
use super::caller::Caller;
use super::request_target::RequestTarget;
use super::rest::Requirement;
use super::{body, problem, refusal_log};
use crate::access::{Need, Target};
use crate::error::{AppError, Kind, NOT_UNDERSTOOD};
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use leptos::prelude::use_context;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::FromServerFnError;
use leptos_axum::ResponseOptions;
use serde_json::Value;

/// Runs the work of the server function `S` for a caller that may do what its feature's table says, and sets the HTTP status
/// of a refusal. One that no table names opens nothing.
pub async fn open<S, T, F>(table: &[(&str, Requirement)], work: impl FnOnce(Call) -> F) -> Result<T, AppError>
where
    S: ServerFn,
    F: Future<Output = Result<T, AppError>>,
{
    let requirement = table.iter().find(|(path, _)| *path == S::PATH).map(|(_, requirement)| *requirement);
    match requirement {
        Some(Requirement::Screen(screen, level)) => {
            with(Need { screen, level, target: Target::Organization }, work).await
        }
        Some(Requirement::Personal) => personal(work).await,
        _ => {
            tracing::error!(
                path = S::PATH,
                ?requirement,
                "this server function isn't declared to need a screen or a signed-in user"
            );
            Err(AppError::not_found())
        }
    }
}

/// The body of a server function: `answer!(List, |call| super::ops::list(&call, &query).await)`.
macro_rules! answer {
    ($function:ty, |$call:ident| $work:expr) => {
        $crate::server::door::open::<$function, _, _>(super::rest::FUNCTIONS, |$call| async move { $work }).await
    };
}
pub(crate) use answer;

/// The same for what the arguments name.
pub async fn with<T, F>(need: Need, work: impl FnOnce(Call) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let (caller, response) = context();
    let who = caller.clone().ok();
    let run = async {
        // Server functions are the console's own; programs use the HTTP API.
        let call = caller?.personal()?.needing(&need);
        call.require(&need).await?;
        work(call).await
    };
    answered(run.await, who, response)
}

/// The same for the personal center: signed in is enough.
async fn personal<T, F>(work: impl FnOnce(Call) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let (caller, response) = context();
    let who = caller.clone().ok();
    let run = async { work(caller?.personal()?).await };
    answered(run.await, who, response)
}

/// What passes a request to a server function, whose arguments are decoded before its body runs: who asks is settled
/// first, then whether it is JSON at all, as in the HTTP API. What does not fit the arguments is told as such.
pub async fn before(caller: &Caller, request: Request, next: Next) -> Response {
    if let Err(error) = caller.personal() {
        return error.into_response();
    }
    let request = match read(caller, request).await {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    let response = next.run(request).await;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR { unfit(response).await } else { response }
}

async fn read(caller: &Caller, request: Request) -> Result<Request, AppError> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let again = parts.clone();
    let bytes = body::json(Request::from_parts(parts, body), &()).await?;
    // serde would take a list for the arguments, one by one.
    let arguments: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if !arguments.is_object() {
        return Err(AppError::bad_request("malformed", "The request couldn't be read."));
    }
    caller.asks(RequestTarget::of(again.uri.path(), &arguments));
    Ok(Request::from_parts(again, bytes.into()))
}

/// No error is longer than this.
const LONGEST: usize = 64 * 1024;

/// Leptos answers arguments that it cannot decode as it does a failure of the server.
async fn unfit(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return parts.status.into_response() };
    let error = AppError::de(bytes.clone());
    if error.code != NOT_UNDERSTOOD && error.kind != Kind::BadRequest {
        return Response::from_parts(parts, bytes.into());
    }
    tracing::debug!(fields = ?error.fields, "the arguments of a server function could not be decoded");
    match error.fields.is_empty() {
        true => AppError::bad_request("malformed", "The request couldn't be read.").into_response(),
        false => AppError::invalid(error.fields).into_response(),
    }
}

/// Read from the reactive context before anything is awaited.
fn context() -> (Result<Caller, AppError>, Option<ResponseOptions>) {
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    (caller.ok_or_else(AppError::sign_in), use_context::<ResponseOptions>())
}

/// Leptos 0.8 answers every error with 500; this is the one place that sets the real status (0.9 has `status_code`).
fn answered<T>(
    result: Result<T, AppError>,
    who: Option<Caller>,
    response: Option<ResponseOptions>,
) -> Result<T, AppError> {
    if let (Err(error), Some(who)) = (&result, &who) {
        refusal_log::beyond(who, error);
    }
    if let (Err(error), Some(response)) = (&result, response) {
        response.set_status(problem::status(error));
        if let Some(seconds) = error.retry_after {
            response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(seconds));
        }
    }
    result
}
