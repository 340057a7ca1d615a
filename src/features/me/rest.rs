//! `GET /api/v1/me`: the caller and its effective access. `POST /me`: the password form before its page is alive.

use super::model::{PasswordChange, Refused};
use super::ops;
use crate::access::{ActorKind, Gate, Levels, Role};
use crate::error::AppError;
use crate::features::organizations::model::OrganizationName;
use crate::rights::rest::reason;
use crate::server::openapi::{Id, Time};
use crate::server::rest::{Api, Requirement};
use crate::server::{Call, Caller};
use crate::types::rfc3339;
use axum::extract::{Form, FromRequest, Request};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use http::header::SET_COOKIE;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/me.view", Requirement::Personal),
    ("/fn/me.change_password", Requirement::Personal),
    ("/fn/me.edit", Requirement::Personal),
    ("/fn/me.act", Requirement::Personal),
];

pub fn api() -> Api {
    Api::of("Me", "The caller and its access.").get(
        "/api/v1/me",
        Requirement::Known,
        ("me", "Get the caller, and each of its grants with its reason"),
        me,
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
struct MeJson {
    #[schemars(extend("enum" = ["user", "integration", "api_user"]))]
    kind: &'static str,
    /// Null without an active membership, and for integrations and API users.
    #[schemars(with = "Option<Id>")]
    user_id: Option<String>,
    #[schemars(with = "Option<Id>")]
    account_id: Option<String>,
    /// The client ID of an integration, the id of an API user.
    username: String,
    name: String,
    organization: Option<OrganizationName>,
    role: Option<Role>,
    /// The API key of the request, if there is one.
    key: Option<KeyJson>,
    access: Vec<GrantJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KeyName")]
struct KeyJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
}

/// An active grant: what it gives, where, until when, and where it comes from.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LiveGrant")]
struct GrantJson {
    #[schemars(with = "Id")]
    grant_id: String,
    levels: Levels,
    /// `everything`, or the place.
    place: PlaceJson,
    #[schemars(with = "Option<Time>")]
    until: Option<String>,
    reason: String,
    /// The team the grant comes through; null for the caller's own.
    team: Option<TeamJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TeamName")]
struct TeamJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PlaceOfGrant")]
enum PlaceJson {
    Everything(#[schemars(extend("const" = "everything"))] &'static str),
    One {
        #[schemars(with = "Id")]
        id: String,
        name: String,
    },
}

async fn me(Extension(caller): Extension<Caller>) -> Result<Json<MeJson>, AppError> {
    let call = caller.authenticated()?;
    let session = call.session;
    let actor = session.actor;
    let (kind, member) = (actor.kind, !actor.subject_id.is_empty());
    let person = kind == ActorKind::User;
    let access = actor.grants.into_iter().map(|grant| GrantJson {
        grant_id: grant.id,
        levels: grant.levels,
        place: match grant.place {
            None => PlaceJson::Everything("everything"),
            Some(place) => PlaceJson::One { id: place.id, name: place.full_name },
        },
        until: grant.until.map(rfc3339),
        reason: reason(&grant.source, grant.team.as_ref()),
        team: grant.team.map(|team| TeamJson { id: team.id, name: team.name }),
    });
    Ok(Json(MeJson {
        kind: kind.code(),
        access: access.collect(),
        user_id: (person && member).then_some(actor.subject_id),
        account_id: person.then_some(session.account_id),
        username: session.username,
        name: session.name,
        organization: session.organization.map(|o| OrganizationName { id: o.id, name: o.name }),
        role: member.then_some(actor.role),
        key: session.key.map(|key| KeyJson { id: key.id, name: key.name }),
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Submitted {
    name: String,
    email: String,
    current: String,
    new: String,
    again: String,
    revoke_api_keys: bool,
}

/// The password form of the personal center, sent as a form: leads on, or says what the page is to show.
pub async fn submit(call: &Call, request: Request) -> Result<Response, Refused> {
    let Form(form) = Form::<Submitted>::from_request(request, &()).await.map_err(|_| Refused {
        error: AppError::bad_request("malformed", "The form couldn't be read."),
        name: call.session.name.clone(),
        email: String::new(),
    })?;
    let Submitted { name, email, current, new, again, revoke_api_keys } = form;
    let (typed_name, typed_email) = (name.clone(), email.clone());
    let change =
        PasswordChange { current, new, again, name: typed_name, email: typed_email, version: None, revoke_api_keys };
    let cookie = ops::change_password(call, change).await.map_err(|error| Refused { error, name, email })?;
    let gated = call.actor().gate == Some(Gate::PasswordChangeRequired);
    let mut response = Redirect::to(if gated { "/" } else { "/me" }).into_response();
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
