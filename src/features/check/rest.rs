//! `GET /api/v1/check`: 204, 401 or 403 for a reverse proxy, from the cookie or the token of the request that it holds.

use crate::access::{ActorKind, Need, Screen, Target};
use crate::error::{AppError, Kind};
use crate::features::places::store;
use crate::server::clock::is_id;
use crate::server::openapi::{About, Answer, Id, Operation, Output, Schemas};
use crate::server::rest::{Api, Params, Requirement};
use crate::server::{Call, Caller};
use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Who it is, for the application behind the proxy.
const USER: &str = "x-doorward-user";

/// `user`, `integration` or `api_user`: a client ID may read like a username.
const KIND: &str = "x-doorward-kind";

pub fn api() -> Api {
    let text = "For a reverse proxy: 204 if the caller is allowed, 403 if not, 401 if nobody is signed in.";
    let about = About::new("check", "Check whether the caller is allowed to do something")
        .text(text)
        .also(&[403])
        .never(&[409]);
    Api::of("Check", "Access checks for other applications, made by the proxy in front of them.").get(
        "/api/v1/check",
        Requirement::Known,
        about,
        check,
    )
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct CheckParams {
    #[schemars(with = "Screen")]
    screen: String,
    /// `read` by default.
    #[schemars(extend("enum" = ["read", "full"]))]
    level: String,
    /// The id of a place; without it, access at any place is enough.
    #[schemars(with = "Id")]
    place: String,
}

impl CheckParams {
    fn need(&self) -> Result<Need, AppError> {
        let unknown = |message| AppError::bad_request("invalid_parameter", message);
        let screen =
            Screen::from_code(&self.screen).ok_or_else(|| unknown(format!("There is no screen {:?}.", self.screen)))?;
        match self.level.as_str() {
            "" | "read" => Ok(Need::read(screen)),
            "full" => Ok(Need::full(screen)),
            other => Err(unknown(format!("level must be read or full, not {other:?}."))),
        }
    }
}

async fn check(
    Extension(caller): Extension<Caller>,
    asked: Result<Params<CheckParams>, AppError>,
) -> Result<CheckAnswer, AppError> {
    let call = caller.authenticated().map_err(shut)?;
    let (need, place) = match asked.and_then(|Params(asked)| Ok((asked.need()?, asked.place))) {
        // A gate refuses every need alike, so also one that was not understood.
        Err(_) if call.actor().gate.is_some() => (Need::read(Screen::Overview), String::new()),
        understood => understood?,
    };
    let verdict = require(&call, need, &place).await.map_err(shut);
    Ok(CheckAnswer { verdict, user: header_safe(&call.session.username), kind: call.actor().kind })
}

/// Yes or no, and in either case of whom.
struct CheckAnswer {
    verdict: Result<(), AppError>,
    user: HeaderValue,
    kind: ActorKind,
}

impl IntoResponse for CheckAnswer {
    fn into_response(self) -> Response {
        let mut response = match self.verdict {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => error.into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(USER, self.user);
        headers.insert(KIND, HeaderValue::from_static(self.kind.code()));
        response
    }
}

impl Output for CheckAnswer {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        let text = json!({ "type": "string" });
        let headers = vec![
            (USER, "The username or client ID in visible ASCII; other bytes are percent-encoded.", text.clone()),
            (KIND, "`user`, `integration` or `api_user`.", text),
        ];
        operation.answers.insert(204, Answer { description: "The caller is allowed.", headers, ..Answer::default() });
    }
}

/// The screen first, then the place: missing and out of reach are one answer.
async fn require(call: &Call, need: Need, place: &str) -> Result<(), AppError> {
    call.require(&need).await?;
    if place.is_empty() {
        return Ok(());
    }
    let mut held = call.read().await?;
    let row = if is_id(place) { store::find(&mut held.conn(), call.organization_id(), place).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    drop(held);
    call.require(&need.on(Target::Place(row.path))).await
}

/// A proxy understands 401 and 403; what else is closed is 403 too.
fn shut(error: AppError) -> AppError {
    match error.kind {
        Kind::NotFound | Kind::Conflict => AppError { kind: Kind::Forbidden, ..error },
        _ => error,
    }
}

/// Visible ASCII as it is; everything else, and `%`, as the percent-encoded bytes of its UTF-8.
fn header_safe(name: &str) -> HeaderValue {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'!'..=b'~' if byte != b'%' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
