//! `/api/v1/api-users`.

use super::model::{AccessToken, ApiUser, ApiUserChange, Made, NAME_MAX, NewApiUser, REMARK_MAX};
use super::{ops, read};
use crate::access::{Level, Role, Screen};
use crate::error::{AppError, FieldError};
use crate::features::integrations::model::Status;
use crate::features::integrations::rest::HealthJson;
use crate::rights::rest::{RightsBody, RightsJson};
use crate::server::Call;
use crate::server::clock::parse_rfc3339;
use crate::server::openapi::{About, Id, Time};
use crate::server::rest::{Api, Body, Created, Declared, IfMatch, NoContent, Versioned, created, versioned};
use crate::types::{ListQuery, Millis, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Members, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Members, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/api_users.list", READ),
    ("/fn/api_users.detail", READ),
    ("/fn/api_users.create", FULL),
    ("/fn/api_users.edit", FULL),
    ("/fn/api_users.set_status", FULL),
    ("/fn/api_users.replace_token", FULL),
    ("/fn/api_users.delete", FULL),
];

pub fn api() -> Api {
    let replaced = "The previous token stops working immediately; the new one is shown once.";
    Api::of("API users", "Service accounts of the organization, each with one access token.")
        .list(
            "/api/v1/api-users",
            READ,
            ("api_users_list", "List API users"),
            |schemas| read::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/api-users",
            FULL,
            ("api_users_create", "Create an API user; its access token is shown once"),
            create,
        )
        .get("/api/v1/api-users/{id}", READ, ("api_users_get", "Get an API user"), get)
        .patch("/api/v1/api-users/{id}", FULL, ("api_users_edit", "Edit an API user"), edit)
        .delete("/api/v1/api-users/{id}", FULL, ("api_users_delete", "Delete an API user"), delete)
        .post("/api/v1/api-users/{id}/disable", FULL, ("api_users_disable", "Disable an API user"), disable)
        .post("/api/v1/api-users/{id}/enable", FULL, ("api_users_enable", "Enable an API user"), enable)
        .post(
            "/api/v1/api-users/{id}/token",
            FULL,
            About::new("api_users_replace_token", "Replace the access token of an API user").text(replaced),
            replace_token,
        )
        .get("/api/v1/api-users/{id}/health", READ, ("api_users_health", "Get an API user's health"), health)
}

/// An API user as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiUser")]
struct ApiUserJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
    remark: String,
    #[schemars(with = "Id")]
    company_id: String,
    role: Role,
    status: Status,
    /// Ids, ordered by the teams' names.
    #[schemars(with = "Vec<Id>")]
    teams: Vec<String>,
    rights: RightsJson,
    token: TokenJson,
    made_by: String,
    #[schemars(with = "Time")]
    created_at: String,
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    last_address: Option<String>,
    version: i64,
    /// Only in the answer that created it.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiUserToken")]
struct TokenJson {
    /// The first characters of the token.
    hint: String,
    #[schemars(with = "Time")]
    made_at: String,
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
}

impl From<AccessToken> for TokenJson {
    fn from(token: AccessToken) -> Self {
        TokenJson { hint: token.hint, made_at: rfc3339(token.made_at), expires_at: token.expires_at.map(rfc3339) }
    }
}

impl From<ApiUser> for ApiUserJson {
    fn from(it: ApiUser) -> Self {
        ApiUserJson {
            id: it.id,
            name: it.name,
            remark: it.remark,
            company_id: it.company_id,
            role: it.role,
            status: it.status,
            teams: it.teams.into_iter().map(|team| team.id).collect(),
            rights: it.held.into(),
            token: it.token.into(),
            made_by: it.made_by,
            created_at: rfc3339(it.created_at),
            last_used_at: it.last_used_at.map(rfc3339),
            last_address: it.last_address,
            version: it.version,
            access_token: None,
        }
    }
}

impl From<Made> for ApiUserJson {
    fn from(made: Made) -> Self {
        ApiUserJson { access_token: Some(made.access_token), ..ApiUserJson::from(made.api_user) }
    }
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<ApiUserJson>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(ApiUserJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUserJson>, AppError> {
    let api_user = read::get(&call, &id).await?;
    Ok(versioned(api_user.version, ApiUserJson::from(api_user)))
}

/// An RFC 3339 instant, or none.
fn instant(text: Option<&str>) -> Result<Option<Millis>, AppError> {
    let malformed =
        || FieldError::new("expires_at", "malformed", "Use an RFC 3339 time, for example 2026-11-30T00:00:00Z.");
    let parsed = text.map(|text| parse_rfc3339(text).ok_or_else(malformed)).transpose();
    parsed.map_err(|error| AppError::invalid(vec![error]))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewApiUser")]
struct CreateBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: String,
    #[serde(default)]
    #[schemars(length(max = REMARK_MAX))]
    remark: String,
    /// The caller's own by default.
    role: Option<Role>,
    #[serde(default)]
    #[schemars(with = "Vec<Id>")]
    teams: Vec<String>,
    #[serde(default)]
    rights: RightsBody,
    /// When the token expires; by default never.
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
}

async fn create(call: Call, body: Result<Body<CreateBody>, AppError>) -> Result<Created<ApiUserJson>, AppError> {
    let Body(body) = body?;
    let new = NewApiUser {
        name: body.name,
        remark: body.remark,
        role: body.role,
        teams: body.teams,
        rights: body.rights.understood()?,
        expires_at: instant(body.expires_at.as_deref())?,
    };
    let made = ops::create(&call, new).await?;
    let (location, version) = (format!("/api/v1/api-users/{}", made.api_user.id), made.api_user.version);
    Ok(created(&location, version, ApiUserJson::from(made)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ApiUserChange")]
struct EditBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: Option<String>,
    #[schemars(length(max = REMARK_MAX))]
    remark: Option<String>,
    role: Option<Role>,
    /// The complete list, as with `rights`; it replaces the current one.
    #[schemars(with = "Option<Vec<Id>>")]
    teams: Option<Vec<String>>,
    rights: Option<RightsBody>,
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<ApiUserJson>, AppError> {
    read::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let change = ApiUserChange {
        name: body.name,
        remark: body.remark,
        role: body.role,
        teams: body.teams,
        rights: body.rights.map(RightsBody::understood).transpose()?,
    };
    let api_user = ops::edit(&call, &id, known, change).await?;
    Ok(versioned(api_user.version, ApiUserJson::from(api_user)))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUserJson>, AppError> {
    set_status(&call, &id, Status::Disabled).await
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUserJson>, AppError> {
    set_status(&call, &id, Status::Active).await
}

async fn set_status(call: &Call, id: &str, status: Status) -> Result<Versioned<ApiUserJson>, AppError> {
    let api_user = ops::set_status(call, id, status).await?;
    Ok(versioned(api_user.version, ApiUserJson::from(api_user)))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NewApiUserToken")]
struct TokenBody {
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
}

/// 200 with the new token, once: the API user is the same.
async fn replace_token(
    call: Call,
    Path(id): Path<String>,
    body: Result<Body<TokenBody>, AppError>,
) -> Result<Versioned<ApiUserJson>, AppError> {
    read::get(&call, &id).await?;
    let Body(TokenBody { expires_at }) = body?;
    let made = ops::replace_token(&call, &id, instant(expires_at.as_deref())?).await?;
    Ok(versioned(made.api_user.version, ApiUserJson::from(made)))
}

async fn health(call: Call, Path(id): Path<String>) -> Result<Json<HealthJson>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.health.into()))
}
