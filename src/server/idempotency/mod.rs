//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST of the HTTP API that is sent again with the same
//! key is answered as the first one was, and does nothing. Kept for a day, in the database, so on every node and after a
//! restart; `docs/decisions/0028-idempotency-keys.md` says for whom and why sealed.

mod key;
mod seal;
mod store;
#[cfg(test)]
mod tests;

use super::call::Call;
use super::caller::Caller;
use super::state::AppState;
use super::write::{Reason, System};
use super::{bearer, cookies, token};
use crate::db::DbError;
use crate::error::{AppError, Kind};
use crate::types::Millis;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use seal::Seal;
use std::time::Duration;
use store::NewKey;

/// How long a key is remembered.
const LIFE: Millis = 24 * 3_600_000;

/// How many live keys one caller may have.
const MOST: i64 = 10_000;

/// A request that has no answer after this long was interrupted: none takes half as long.
const LONGEST: Millis = 60_000;

const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Around every route of the HTTP API, once the caller is known. Who is not is refused by the route itself.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().filter(|caller| caller.session.is_some()).cloned();
    let Some(caller) = caller.filter(|_| request.method() == Method::POST) else { return next.run(request).await };
    let key = match key::read(request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(error) => return error.into_response(),
    };
    let (once, request) = match Once::understand(&state, caller, &key, request).await {
        Ok(understood) => understood,
        Err(error) => return error.into_response(),
    };
    // To its end also when the client hangs up: who does is who sends it again.
    let run = state.beside.spawn(async move { once.answer(request, next).await });
    match run.await {
        Ok(answer) => answer.unwrap_or_else(IntoResponse::into_response),
        Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
        Err(_) => AppError::busy(2).into_response(),
    }
}

/// One request with its key.
struct Once {
    caller: Caller,
    system: System,
    caller_id: String,
    seal: Seal,
    fingerprint: String,
}

impl Once {
    async fn understand(
        state: &AppState,
        caller: Caller,
        key: &str,
        request: Request,
    ) -> Result<(Once, Request), AppError> {
        let (parts, body) = request.into_parts();
        let seal = Seal::new(credential(&caller, &parts.headers).ok_or_else(AppError::sign_in)?, key);
        let limited = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(limited, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                AppError::new(Kind::TooLarge, "too_large", "The body is larger than 256 KiB.")
            }
            _ => AppError::bad_request("malformed", "The body couldn't be read."),
        })?;
        let actor = caller.session.as_ref().map(|session| &session.actor).ok_or_else(AppError::sign_in)?;
        let media = parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        // A session may have switched to another organization meanwhile, where the same request means something else.
        let (path, organization) = (parts.uri.to_string(), actor.organization_id.as_bytes());
        let expects = caller.expects.as_deref().unwrap_or_default().as_bytes();
        let fingerprint = seal.fingerprint(&[path.as_bytes(), organization, expects, media, &body]);
        let caller_id = if actor.subject_id.is_empty() { &actor.account_id } else { &actor.subject_id }.clone();
        let system = Call::system(state, Reason::Idempotency);
        let once = Once { system, caller_id, seal, fingerprint, caller };
        Ok((once, Request::from_parts(parts, Body::from(body))))
    }

    async fn answer(self, request: Request, next: Next) -> Result<Response, AppError> {
        if let Some(answer) = self.earlier().await? {
            return Ok(answer);
        }
        if !self.claimed().await? {
            return self.earlier().await?.ok_or_else(under_way);
        }
        let (parts, body) = next.run(request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|error| self.caller.internal(error))?;
        let fails = parts.status.is_server_error();
        let kept = !fails && ![StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&parts.status);
        let answer = kept.then(|| seal::written(parts.status, &parts.headers, &body));
        if let Err(error) = self.settle(answer).await {
            // Who sends it again is told that nothing is known of it.
            tracing::warn!(request_id = %self.caller.request_id, %error, "could not store an answer for its idempotency key");
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }

    /// What stands under the key already.
    async fn earlier(&self) -> Result<Option<Response>, AppError> {
        let now = self.caller.state.now();
        let found = async { store::find(&mut self.system.read().await?.conn(), &self.seal.id(), now).await };
        let Some(row) = found.await.map_err(|error| self.caller.database(error))? else { return Ok(None) };
        if row.fingerprint != self.fingerprint {
            let message = "This Idempotency-Key was used for another request. Send a new request with a new key.";
            return Err(AppError::new(Kind::Invalid, "idempotency_key_reused", message));
        }
        let Some(sealed) = row.answer else {
            return Err(if now - row.created_at < LONGEST { under_way() } else { interrupted() });
        };
        let answer = self.seal.open(&sealed).and_then(|bytes| seal::read(&bytes));
        let mut answer =
            answer.ok_or_else(|| self.caller.internal("could not read the stored answer of an idempotency key"))?;
        answer.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        Ok(Some(answer))
    }

    /// Takes the key for this request, durably, before anything is done; false when another one just did.
    async fn claimed(&self) -> Result<bool, AppError> {
        let database = |error| self.caller.database(error);
        let mut write = self.system.write().await.map_err(database)?;
        let now = write.now;
        let live = store::count(&mut write.conn(), &self.caller_id, now, MOST).await.map_err(database)?;
        if live >= MOST {
            let end = store::next_end(&mut write.conn(), &self.caller_id, now).await.map_err(database)?;
            return Err(too_many(end.unwrap_or(now) - now));
        }
        let id = self.seal.id();
        let new =
            NewKey { id: &id, caller_id: &self.caller_id, fingerprint: &self.fingerprint, expires_at: now + LIFE };
        let claimed = store::claim(&mut write.conn(), &new, now).await.map_err(database)?;
        write.commit_unlogged().await.map_err(database)?;
        Ok(claimed)
    }

    /// Keeps the answer, or frees the key where there is none to keep.
    async fn settle(&self, answer: Option<Vec<u8>>) -> Result<(), DbError> {
        let mut write = self.system.write().await?;
        match answer.and_then(|answer| self.seal.close(&answer)) {
            Some(sealed) => store::keep(&mut write.conn(), &self.seal.id(), &sealed).await?,
            None => store::forget(&mut write.conn(), &self.seal.id()).await?,
        }
        write.commit_unlogged().await
    }
}

/// What proved who the caller is, of all that came with the request.
fn credential<'a>(caller: &Caller, headers: &'a HeaderMap) -> Option<&'a str> {
    let (_, hash) = caller.credential()?;
    let cookies = cookies::all(headers, caller.state.config.cookie_name());
    bearer::text(headers).into_iter().chain(cookies).find(|secret| token::hash(secret) == hash)
}

fn under_way() -> AppError {
    let message = "The first request with this Idempotency-Key is still in progress. Try again in a moment.";
    AppError { retry_after: Some(1), ..AppError::conflict("idempotency_in_progress", message) }
}

/// The act may be done or not: doing it again is for the caller to decide.
fn interrupted() -> AppError {
    let message = "The first request with this Idempotency-Key was interrupted, and it may or may not have been \
        completed. Check, then send what is missing with a new key.";
    AppError::conflict("idempotency_interrupted", message)
}

fn too_many(wait: Millis) -> AppError {
    let seconds = u32::try_from((wait.max(1) + 999) / 1000).unwrap_or(u32::MAX);
    let message = format!("You have used {MOST} idempotency keys in the last 24 hours. Wait, or send no key.");
    AppError { message, ..AppError::too_many(seconds) }
}

/// Takes out what ran out, at the start and every few minutes. Runs until the process ends.
pub async fn sweep(state: AppState) {
    loop {
        if let Err(error) = forget_old(&state).await {
            tracing::warn!(%error, "could not delete old idempotency keys");
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

pub async fn forget_old(state: &AppState) -> Result<(), DbError> {
    let mut write = Call::system(state, Reason::Idempotency).write().await?;
    let now = write.now;
    store::forget_old(&mut write.conn(), now).await?;
    write.commit_unlogged().await
}
