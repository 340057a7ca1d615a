//! `/api/v1/users`.

use super::model::{Handover, NewUser, PasswordSetup, Region, Rights, Status, User, UserChange, UserQuery};
use super::{access, ops, passwords, view};
use crate::access::{Level, Levels, Need, Role, Screen};
use crate::error::AppError;
use crate::features::places::model::Places;
use crate::server::Caller;
use crate::server::rest::{Api, Body, Declared, IfMatch, Params, created, versioned};
use crate::types::{Count, rfc3339};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const READ: Declared = Declared::Screen(Screen::Users, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Users, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/users.list", READ),
    ("/fn/users.get", READ),
    ("/fn/users.choices", READ),
    ("/fn/users.filters", READ),
    ("/fn/users.create", FULL),
    ("/fn/users.edit", FULL),
    ("/fn/users.reset_password", FULL),
    ("/fn/users.disable", FULL),
    ("/fn/users.enable", FULL),
    ("/fn/users.delete", FULL),
    ("/fn/users.close_session", FULL),
    ("/fn/users.access", READ),
    ("/fn/users.consequences", READ),
];

pub fn api() -> Api {
    Api::default()
        .get("/api/v1/users", READ, list)
        .post("/api/v1/users", FULL, create)
        .get("/api/v1/users/{id}", READ, get)
        .patch("/api/v1/users/{id}", FULL, edit)
        .delete("/api/v1/users/{id}", FULL, delete)
        .get("/api/v1/users/{id}/access", READ, access::get)
        .post("/api/v1/users/{id}/disable", FULL, disable)
        .post("/api/v1/users/{id}/enable", FULL, enable)
        .post("/api/v1/users/{id}/reset-password", FULL, reset_password)
        .post("/api/v1/users/{id}/close-session", FULL, close_session)
}

/// A user as the HTTP API shows it.
#[derive(Serialize)]
struct UserJson {
    id: String,
    username: String,
    name: String,
    email: String,
    region: Region,
    phone: String,
    company_id: String,
    role: Role,
    profiles: Vec<String>,
    /// Null when places differ per profile.
    places: Option<Places>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    profile_places: BTreeMap<String, Places>,
    organization_levels: Levels,
    description: String,
    status: Status,
    last_sign_in_at: Option<String>,
    version: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
    /// Where a mail brings it, in place of `temporary_password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    password_mailed_to: Option<String>,
}

impl From<User> for UserJson {
    fn from(user: User) -> Self {
        UserJson {
            id: user.id,
            username: user.username,
            name: user.name,
            email: user.email,
            region: user.region,
            phone: user.phone,
            company_id: user.company_id,
            role: user.role,
            profiles: user.rights.profiles,
            places: user.rights.places,
            profile_places: user.rights.profile_places,
            organization_levels: user.rights.organization_levels,
            description: user.description,
            status: user.status,
            last_sign_in_at: user.last_sign_in_at.map(rfc3339),
            version: user.version,
            temporary_password: None,
            password_mailed_to: None,
        }
    }
}

impl From<Handover> for UserJson {
    fn from(done: Handover) -> Self {
        UserJson {
            temporary_password: done.temporary_password,
            password_mailed_to: done.mailed_to,
            ..UserJson::from(done.user)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    q: String,
    company_id: String,
    role: String,
    profile_id: String,
    status: String,
}

#[derive(Serialize)]
struct ListJson {
    items: Vec<UserJson>,
    next_cursor: Option<String>,
    count: Count,
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Users)).await?;
    let Params(params) = params?;
    let query = UserQuery {
        q: params.q,
        company_id: params.company_id,
        role: params.role,
        profile_id: params.profile_id,
        status: params.status,
        sort: params.sort,
        cursor: params.cursor,
        limit: params.limit,
    };
    let page = view::list(&call, &query).await?;
    let items = page.items.into_iter().map(UserJson::from).collect();
    Ok(Json(ListJson { items, next_cursor: page.next_cursor, count: page.count }).into_response())
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Users)).await?;
    let user = view::get(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    username: String,
    name: String,
    email: String,
    #[serde(default)]
    region: Region,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    password: PasswordSetup,
    company_id: Option<String>,
    role: Role,
    profiles: Vec<String>,
    places: Option<Places>,
    #[serde(default)]
    profile_places: BTreeMap<String, Places>,
    #[serde(default)]
    organization_levels: Levels,
    #[serde(default)]
    description: String,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    let Body(body) = body?;
    let new = NewUser {
        username: body.username,
        name: body.name,
        region: body.region,
        phone: body.phone,
        email: body.email,
        password: body.password,
        company_id: body.company_id,
        description: body.description,
        role: Some(body.role),
        rights: Rights {
            profiles: body.profiles,
            places: body.places,
            profile_places: body.profile_places,
            organization_levels: body.organization_levels,
        },
    };
    let made = ops::create(&call, new).await?;
    let (version, location) = (made.user.version, format!("/api/v1/users/{}", made.user.id));
    Ok(created(&location, version, UserJson::from(made)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    username: Option<String>,
    name: Option<String>,
    email: Option<String>,
    region: Option<Region>,
    phone: Option<String>,
    company_id: Option<String>,
    role: Option<Role>,
    profiles: Option<Vec<String>>,
    places: Option<Places>,
    profile_places: Option<BTreeMap<String, Places>>,
    organization_levels: Option<Levels>,
    description: Option<String>,
}

async fn edit(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    let user = view::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let rights = rights(&body, user.rights);
    // Rights that the body leaves out are those that were just read: they must still stand when it is written.
    let known = known.or_else(|| rights.is_some().then_some(user.version));
    let change = UserChange {
        username: body.username,
        name: body.name,
        region: body.region,
        phone: body.phone,
        email: body.email,
        company_id: body.company_id,
        description: body.description,
        role: body.role,
        rights,
    };
    let user = ops::edit(&call, &id, known, change).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

/// The rights that a PATCH asks for: what it names, over what stands there; none when it names nothing.
fn rights(body: &EditBody, now: Rights) -> Option<Rights> {
    let named = body.profiles.is_some() || body.places.is_some() || body.profile_places.is_some();
    if !named && body.organization_levels.is_none() {
        return None;
    }
    let (places, profile_places) = match (&body.places, &body.profile_places) {
        (Some(places), None) => (Some(places.clone()), BTreeMap::new()),
        (places, Some(differing)) => (places.clone(), differing.clone()),
        (None, None) => (now.places, now.profile_places),
    };
    Some(Rights {
        profiles: body.profiles.clone().unwrap_or(now.profiles),
        places,
        profile_places,
        organization_levels: body.organization_levels.unwrap_or(now.organization_levels),
    })
}

async fn delete(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    ops::delete(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn disable(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    let user = ops::disable(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

async fn enable(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    let user = ops::enable(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ResetBody {
    password: PasswordSetup,
}

/// Without a body the server makes the password.
async fn reset_password(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: axum::extract::Request,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    let body = if request.headers().contains_key(http::header::CONTENT_TYPE) {
        <Body<ResetBody> as axum::extract::FromRequest<()>>::from_request(request, &()).await?.0
    } else {
        ResetBody::default()
    };
    let done = passwords::reset(&call, &id, &body.password).await?;
    let version = done.user.version;
    Ok(versioned(version, UserJson::from(done)))
}

async fn close_session(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Users)).await?;
    ops::close_session(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
