//! `/api/v1/users`.

use super::list::LISTING;
use super::model::{Handover, NewUser, PasswordSetup, Region, Rights, Status, User, UserChange};
use super::plan::MAX_PROFILES;
use super::{access, ops, passwords, plan, read};
use crate::access::{Level, Levels, Role, Screen};
use crate::error::AppError;
use crate::rights::model::Places;
use crate::server::Call;
use crate::server::openapi::{About, Id, Time, words};
use crate::server::password::policy;
use crate::server::rest::{Api, Body, Created, Declared, IfMatch, MaybeBody, NoContent, Versioned, created, versioned};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;
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
    let needs = "The caller must hold all of the user's permissions.";
    Api::of("Users", "The users of the organization and their permissions.")
        .list("/api/v1/users", READ, ("users_list", "List users"), |schemas| LISTING.parameters(schemas), list)
        .post("/api/v1/users", FULL, ("users_create", "Create a user"), create)
        .get("/api/v1/users/{id}", READ, ("users_get", "Get a user"), get)
        .patch("/api/v1/users/{id}", FULL, ("users_edit", "Edit a user"), edit)
        .delete("/api/v1/users/{id}", FULL, ("users_delete", "Delete a user from the organization"), delete)
        .get(
            "/api/v1/users/{id}/access",
            READ,
            ("users_access", "Get a user's effective access and the grants it comes from"),
            access::get,
        )
        .post("/api/v1/users/{id}/disable", FULL, ("users_disable", "Disable a user and close their sessions"), disable)
        .post("/api/v1/users/{id}/enable", FULL, ("users_enable", "Enable a user"), enable)
        .post(
            "/api/v1/users/{id}/reset-password",
            FULL,
            About::new(
                "users_reset_password",
                "Reset a user's password, close their sessions and revoke their API keys",
            )
            .text(needs),
            reset_password,
        )
        .post(
            "/api/v1/users/{id}/close-session",
            FULL,
            ("users_close_session", "Close a user's session"),
            close_session,
        )
}

words!(Region, "Region", Region::ALL.map(Region::code));
words!(Status, "UserStatus", [Status::Active, Status::Disabled].map(Status::code));

impl JsonSchema for PasswordSetup {
    fn schema_name() -> Cow<'static, str> {
        "PasswordSetup".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let value = json!({ "type": "string", "minLength": 1, "maxLength": policy::MAX });
        json_schema!({ "oneOf": [
            {
                "type": "object", "additionalProperties": false, "required": ["mode"],
                "properties": { "mode": { "const": "auto" } },
            },
            {
                "type": "object", "additionalProperties": false, "required": ["mode", "value"],
                "properties": { "mode": { "const": "custom" }, "value": value },
            },
        ] })
    }
}

/// A user as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
struct UserJson {
    #[schemars(with = "Id")]
    id: String,
    username: String,
    name: String,
    email: String,
    region: Region,
    phone: String,
    #[schemars(with = "Id")]
    company_id: String,
    role: Role,
    #[schemars(with = "Vec<Id>")]
    profiles: Vec<String>,
    /// Null if places differ per profile.
    places: Option<Places>,
    /// Places by profile, if they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    profile_places: BTreeMap<String, Places>,
    /// The user's own levels on everything, for screens that aren't tied to a place.
    organization_levels: Levels,
    description: String,
    status: Status,
    #[schemars(with = "Option<Time>")]
    last_sign_in_at: Option<String>,
    version: i64,
    /// Only in the answer that created it, and only if it isn't mailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
    /// The address the password is mailed to, instead of `temporary_password`.
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

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<UserJson>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(UserJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<UserJson>, AppError> {
    let user = read::get(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewUser")]
struct CreateBody {
    #[schemars(length(min = 1, max = 64))]
    username: String,
    #[schemars(length(min = 1, max = 100))]
    name: String,
    #[schemars(length(min = 3, max = 254), email)]
    email: String,
    #[serde(default)]
    region: Region,
    /// E.164; only in Asia-Pacific.
    #[serde(default)]
    phone: String,
    #[serde(default)]
    password: PasswordSetup,
    /// The caller's own by default.
    #[schemars(with = "Option<Id>")]
    company_id: Option<String>,
    role: Role,
    #[schemars(with = "Vec<Id>", length(max = MAX_PROFILES))]
    profiles: Vec<String>,
    /// Everything by default, if the caller can give that.
    places: Option<Places>,
    /// Places by profile, if they differ. It must name all of `profiles` and no others; leave out `places` then.
    #[serde(default)]
    profile_places: BTreeMap<String, Places>,
    #[serde(default)]
    organization_levels: Levels,
    #[serde(default)]
    #[schemars(length(max = 500))]
    description: String,
}

async fn create(call: Call, body: Result<Body<CreateBody>, AppError>) -> Result<Created<UserJson>, AppError> {
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UserChange")]
struct EditBody {
    #[schemars(length(min = 1, max = 64))]
    username: Option<String>,
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    #[schemars(length(max = 254))]
    email: Option<String>,
    region: Option<Region>,
    phone: Option<String>,
    #[schemars(with = "Option<Id>")]
    company_id: Option<String>,
    role: Option<Role>,
    #[schemars(with = "Option<Vec<Id>>", length(max = MAX_PROFILES))]
    profiles: Option<Vec<String>>,
    places: Option<Places>,
    /// It must name every profile and no others; leave out `places` then.
    profile_places: Option<BTreeMap<String, Places>>,
    organization_levels: Option<Levels>,
    #[schemars(length(max = 500))]
    description: Option<String>,
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<UserJson>, AppError> {
    let user = read::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let rights = rights(&body, user.rights)?;
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
fn rights(body: &EditBody, now: Rights) -> Result<Option<Rights>, AppError> {
    // An empty table changes none of its entries (RFC 7396 §2).
    let each = body.profile_places.as_ref().filter(|each| !each.is_empty());
    let named = body.profiles.is_some() || body.places.is_some() || each.is_some();
    if !named && body.organization_levels.is_none() {
        return Ok(None);
    }
    let profiles = body.profiles.clone().unwrap_or(now.profiles);
    let (places, profile_places) = match (&body.places, each) {
        (None, None) => (now.places, left(now.profile_places, &profiles)?),
        (places, each) => (places.clone(), each.cloned().unwrap_or_default()),
    };
    let organization_levels = body.organization_levels.unwrap_or(now.organization_levels);
    Ok(Some(Rights { profiles, places, profile_places, organization_levels }))
}

/// Where places differ per profile and a change names profiles only: those that stay keep theirs, and a new one has none.
fn left(mut differing: BTreeMap<String, Places>, profiles: &[String]) -> Result<BTreeMap<String, Places>, AppError> {
    if !differing.is_empty() && profiles.iter().any(|id| !differing.contains_key(id)) {
        return Err(AppError::invalid(vec![plan::unsaid()]));
    }
    differing.retain(|id, _| profiles.contains(id));
    Ok(differing)
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<UserJson>, AppError> {
    let user = ops::disable(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<UserJson>, AppError> {
    let user = ops::enable(&call, &id).await?;
    Ok(versioned(user.version, UserJson::from(user)))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "PasswordReset")]
struct ResetBody {
    password: PasswordSetup,
    /// Unless this is true, all API keys of the user are revoked.
    keep_api_keys: bool,
}

/// Without a body the server makes the password.
async fn reset_password(
    call: Call,
    Path(id): Path<String>,
    body: Result<MaybeBody<ResetBody>, AppError>,
) -> Result<Versioned<UserJson>, AppError> {
    let MaybeBody(body) = body?;
    let done = passwords::reset(&call, &id, &body.password, body.keep_api_keys).await?;
    let version = done.user.version;
    Ok(versioned(version, UserJson::from(done)))
}

async fn close_session(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::close_session(&call, &id).await?;
    Ok(NoContent)
}
