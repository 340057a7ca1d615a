//! `/api/v1/api-keys`: one's own keys. They are made and revoked at the console's session alone.

use super::model::{ApiKey, NAME_MAX, NewApiKey, REMARK_MAX};
use super::ops;
use crate::access::Levels;
use crate::error::{AppError, FieldError};
use crate::features::organizations::rest::OrganizationJson;
use crate::rights::rest::{Table, levels};
use crate::server::Caller;
use crate::server::clock::parse_rfc3339;
use crate::server::openapi::{About, Id, Time};
use crate::server::rest::{Api, Body, Created, Declared, NoContent, Versioned, created, versioned};
use crate::types::{ListQuery, Page, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/api_keys.list", Declared::Personal),
    ("/fn/api_keys.get", Declared::Personal),
    ("/fn/api_keys.create", Declared::Personal),
    ("/fn/api_keys.revoke", Declared::Personal),
];

pub fn api() -> Api {
    Api::of("API keys", "The caller's own API keys, which act as their owner.")
        .list(
            "/api/v1/api-keys",
            Declared::Known,
            About::new("api_keys_list", "List your API keys").also(&[403]),
            |schemas| ops::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/api-keys",
            Declared::Personal,
            ("api_keys_create", "Create an API key; its secret is shown once"),
            create,
        )
        .get("/api/v1/api-keys/{id}", Declared::Known, About::new("api_keys_get", "Get an API key").also(&[403]), get)
        .delete("/api/v1/api-keys/{id}", Declared::Personal, ("api_keys_revoke", "Revoke an API key"), revoke)
}

/// A key never changes.
const VERSION: i64 = 1;

/// A key as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
struct KeyJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
    organization: OrganizationJson,
    remark: String,
    /// The first characters of the secret.
    hint: String,
    /// Null means everything its owner is allowed to do.
    levels: Option<Levels>,
    may_administer_access: bool,
    #[schemars(with = "Time")]
    created_at: String,
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    last_address: Option<String>,
    /// Only in the answer that created it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<ApiKey> for KeyJson {
    fn from(key: ApiKey) -> Self {
        KeyJson {
            id: key.id,
            name: key.name,
            organization: OrganizationJson { id: key.organization.id, name: key.organization.name },
            remark: key.remark,
            hint: key.hint,
            levels: key.levels,
            may_administer_access: key.may_administer,
            created_at: rfc3339(key.created_at),
            expires_at: key.expires_at.map(rfc3339),
            last_used_at: key.last_used_at.map(rfc3339),
            last_address: key.last_address,
            secret: None,
        }
    }
}

async fn list(
    Extension(caller): Extension<Caller>,
    query: Result<ListQuery, AppError>,
) -> Result<Json<Page<KeyJson>>, AppError> {
    let call = caller.person()?;
    Ok(Json(ops::list(&call, &query?).await?.map(KeyJson::from)))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Versioned<KeyJson>, AppError> {
    let call = caller.person()?;
    Ok(versioned(VERSION, KeyJson::from(ops::get(&call, &id).await?)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewApiKey")]
struct CreateBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: String,
    /// Only the current organization is possible; it is the default.
    #[schemars(with = "Option<Id>")]
    organization_id: Option<String>,
    #[serde(default)]
    #[schemars(length(max = REMARK_MAX))]
    remark: String,
    /// The most it can do; by default everything its owner is allowed to do.
    #[schemars(with = "Option<Levels>")]
    levels: Option<Table>,
    /// Without it, the key can only read wherever a write would give or remove access.
    #[serde(default)]
    may_administer_access: bool,
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Created<KeyJson>, AppError> {
    let call = caller.personal()?;
    // Who may make none learns nothing of the body.
    ops::owner(&call)?;
    let Body(body) = body?;
    let expires_at = body.expires_at.map(|text| {
        let message = "Use an RFC 3339 time, for example 2027-06-30T22:00:00Z.";
        parse_rfc3339(&text).ok_or_else(|| AppError::invalid(vec![FieldError::new("expires_at", "malformed", message)]))
    });
    let new = NewApiKey {
        name: body.name,
        organization_id: body.organization_id,
        remark: body.remark,
        levels: body.levels.map(|table| levels("levels", table)).transpose()?,
        may_administer: body.may_administer_access,
        expires_at: expires_at.transpose()?,
    };
    let made = ops::create(&call, new).await?;
    let location = format!("/api/v1/api-keys/{}", made.key.id);
    Ok(created(&location, VERSION, KeyJson { secret: Some(made.secret), ..KeyJson::from(made.key) }))
}

async fn revoke(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<NoContent, AppError> {
    let call = caller.personal()?;
    ops::revoke(&call, &id).await?;
    Ok(NoContent)
}
