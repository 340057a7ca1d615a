//! `GET /api/v1/me`: the caller and its effective access.

use crate::access::{ActorKind, Levels, Role, Source};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::rest::{Api, Declared};
use crate::types::rfc3339;
use axum::{Extension, Json};
use serde::Serialize;

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/me.view", Declared::Personal),
    ("/fn/me.change_password", Declared::Personal),
    ("/fn/me.edit", Declared::Personal),
    ("/fn/me.act", Declared::Personal),
];

pub fn api() -> Api {
    Api::default().get("/api/v1/me", Declared::Known, me)
}

#[derive(Serialize)]
struct MeJson {
    kind: &'static str,
    /// Null without an active membership, and for what is no person.
    user_id: Option<String>,
    account_id: Option<String>,
    /// The client ID of an integration.
    username: String,
    name: String,
    organization: Option<OrganizationJson>,
    role: Option<Role>,
    /// What a person asks with who is not at the console.
    key: Option<KeyJson>,
    access: Vec<GrantJson>,
}

#[derive(Serialize)]
struct KeyJson {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct OrganizationJson {
    id: String,
    name: String,
}

/// One live grant: what it opens, where, until when, and why it is there.
#[derive(Serialize)]
struct GrantJson {
    grant_id: String,
    levels: Levels,
    /// `everything`, or the place.
    place: PlaceJson,
    until: Option<String>,
    reason: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PlaceJson {
    Everything(&'static str),
    One { id: String, name: String },
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
        reason: match grant.source {
            Source::Profile { name, .. } => format!("profile {name}"),
            Source::Own => "own rights".to_owned(),
        },
    });
    Ok(Json(MeJson {
        kind: kind.code(),
        access: access.collect(),
        user_id: (person && member).then_some(actor.subject_id),
        account_id: person.then_some(session.account_id),
        username: session.username,
        name: session.name,
        organization: session.organization.map(|o| OrganizationJson { id: o.id, name: o.name }),
        role: member.then_some(actor.role),
        key: session.key.map(|key| KeyJson { id: key.id, name: key.name }),
    }))
}
