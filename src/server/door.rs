//! The doorway of server functions. It stands in their body, because rendering on the server calls them directly.

use super::call::Call;
use super::caller::Caller;
use super::problem;
use crate::access::Need;
use crate::error::AppError;
use http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Runs a server function's work for a caller that may do what `need` says, and sets the HTTP status of a refusal.
pub async fn with<T, F>(need: Need, work: impl FnOnce(Call) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let (caller, response) = context();
    let run = async {
        // Server functions are the console's own; programs use the HTTP API.
        let call = caller?.personal()?.needing(&need);
        call.require(&need).await?;
        work(call).await
    };
    answered(run.await, response)
}

/// The same for the personal center: signed in is enough.
pub async fn personal<T, F>(work: impl FnOnce(Call) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let (caller, response) = context();
    let run = async { work(caller?.personal()?).await };
    answered(run.await, response)
}

/// Read from the reactive context before anything is awaited.
fn context() -> (Result<Caller, AppError>, Option<ResponseOptions>) {
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    (caller.ok_or_else(AppError::sign_in), use_context::<ResponseOptions>())
}

/// Leptos 0.8 answers every error with 500; this is the one place that sets the real status (0.9 has `status_code`).
fn answered<T>(result: Result<T, AppError>, response: Option<ResponseOptions>) -> Result<T, AppError> {
    if let (Err(error), Some(response)) = (&result, response) {
        response.set_status(problem::status(error));
        if let Some(seconds) = error.retry_after {
            response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(seconds));
        }
    }
    result
}
