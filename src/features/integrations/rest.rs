//! `/api/v1/integrations`.

use super::model::{ClientSecret, EVERYTHING, Health, Integration, IntegrationQuery, NewIntegration, Rights, Status};
use super::{ops, secrets, view};
use crate::access::{Level, Levels, Need, Role, Screen};
use crate::error::{AppError, FieldError};
use crate::features::places::model::Places;
use crate::server::Caller;
use crate::server::rest::{Api, Body, Declared, IfMatch, Params, created, versioned};
use crate::types::{Page, rfc3339};
use axum::extract::Path;
use axum::response::Response;
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const READ: Declared = Declared::Screen(Screen::Integrations, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Integrations, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/integrations.list", READ),
    ("/fn/integrations.detail", READ),
    ("/fn/integrations.choices", READ),
    ("/fn/integrations.draft", FULL),
    ("/fn/integrations.create", FULL),
    ("/fn/integrations.edit", FULL),
    ("/fn/integrations.set_status", FULL),
    ("/fn/integrations.delete", FULL),
    ("/fn/integrations.rotate", FULL),
    ("/fn/integrations.end_secret", FULL),
];

pub fn api() -> Api {
    Api::default()
        .get("/api/v1/integrations", READ, list)
        .post("/api/v1/integrations", FULL, create)
        .get("/api/v1/integrations/{id}", READ, get)
        .patch("/api/v1/integrations/{id}", FULL, edit)
        .delete("/api/v1/integrations/{id}", FULL, delete)
        .post("/api/v1/integrations/{id}/disable", FULL, disable)
        .post("/api/v1/integrations/{id}/enable", FULL, enable)
        .get("/api/v1/integrations/{id}/health", READ, health)
        .get("/api/v1/integrations/{id}/secrets", READ, list_secrets)
        .post("/api/v1/integrations/{id}/secrets", FULL, rotate)
        .delete("/api/v1/integrations/{id}/secrets/{secret_id}", FULL, end_secret)
}

/// An integration as the HTTP API shows it.
#[derive(Serialize)]
struct IntegrationJson {
    id: String,
    client_id: String,
    name: String,
    company_id: String,
    role: Role,
    /// Null when levels differ per place.
    levels: Option<Levels>,
    places: Option<Places>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    place_levels: BTreeMap<String, Levels>,
    status: Status,
    made_by: String,
    created_at: String,
    last_used_at: Option<String>,
    version: i64,
    /// Once, in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

impl From<Integration> for IntegrationJson {
    fn from(it: Integration) -> Self {
        IntegrationJson {
            id: it.id,
            client_id: it.client_id,
            name: it.name,
            company_id: it.company_id,
            role: it.role,
            levels: it.rights.places.is_some().then_some(it.rights.levels),
            places: it.rights.places,
            place_levels: it.rights.place_levels,
            status: it.status,
            made_by: it.made_by,
            created_at: rfc3339(it.created_at),
            last_used_at: it.last_used_at.map(rfc3339),
            version: it.version,
            client_secret: None,
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
    status: String,
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<Page<IntegrationJson>>, AppError> {
    let call = caller.allow(&Need::read(Screen::Integrations)).await?;
    let Params(ListParams { limit, cursor, sort, q, status }) = params?;
    let page = view::list(&call, &IntegrationQuery { q, status, sort, cursor, limit }).await?;
    let items = page.items.into_iter().map(IntegrationJson::from).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Integrations)).await?;
    let integration = view::get(&call, &id).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
}

/// Screens by their codes, so that one that does not exist is told at its field.
pub type Table = BTreeMap<String, Level>;

pub fn levels(field: &str, table: Table) -> Result<Levels, AppError> {
    let unknown = |code: &str| FieldError::new(field, "unknown", format!("There is no screen {code:?}."));
    let errors: Vec<FieldError> =
        table.keys().filter(|code| Screen::from_code(code).is_none()).map(|code| unknown(code)).collect();
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    Ok(table.into_iter().filter_map(|(code, level)| Screen::from_code(&code).map(|screen| (screen, level))).collect())
}

/// The three fields that say what an integration may do, where.
#[derive(Default)]
struct RightsBody {
    levels: Option<Table>,
    places: Option<Places>,
    place_levels: Option<BTreeMap<String, Table>>,
}

impl RightsBody {
    /// What was named over what stands there.
    fn over(self, now: Rights) -> Result<Rights, AppError> {
        if let Some(tables) = self.place_levels {
            if self.levels.is_some() || self.places.is_some() {
                let message =
                    format!("Send levels and places, or place_levels ({EVERYTHING:?} for everything), not both.");
                return Err(AppError::invalid(vec![FieldError::new("place_levels", "not_allowed", message)]));
            }
            let tables = tables.into_iter().map(|(place, table)| Ok((place, levels("place_levels", table)?)));
            let place_levels = tables.collect::<Result<_, AppError>>()?;
            return Ok(Rights { levels: Levels::NONE, places: None, place_levels });
        }
        let named = self.levels.map(|table| levels("levels", table)).transpose()?;
        if named.is_none() && self.places.is_none() {
            return Ok(now);
        }
        let places = self.places.or(now.places).unwrap_or_default();
        Ok(Rights { levels: named.unwrap_or(now.levels), places: Some(places), place_levels: BTreeMap::new() })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    /// One is made where none is given.
    #[serde(default)]
    client_id: String,
    role: Option<Role>,
    levels: Option<Table>,
    places: Option<Places>,
    place_levels: Option<BTreeMap<String, Table>>,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    let Body(body) = body?;
    let rights = RightsBody { levels: body.levels, places: body.places, place_levels: body.place_levels };
    let nothing = Rights { places: Some(Places::Everything), ..Rights::default() };
    let new = NewIntegration {
        name: body.name,
        client_id: body.client_id,
        draft_id: None,
        role: body.role,
        rights: rights.over(nothing)?,
    };
    let made = ops::create(&call, new).await?;
    let (version, location) = (made.integration.version, format!("/api/v1/integrations/{}", made.integration.id));
    let json = IntegrationJson { client_secret: made.client_secret, ..IntegrationJson::from(made.integration) };
    Ok(created(&location, version, json))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    levels: Option<Table>,
    places: Option<Places>,
    place_levels: Option<BTreeMap<String, Table>>,
}

async fn edit(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    let now = view::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let rights = RightsBody { levels: body.levels, places: body.places, place_levels: body.place_levels };
    let integration = ops::edit(&call, &id, known, rights.over(now.rights)?).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
}

async fn delete(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    ops::delete(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn disable(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    set_status(caller, &id, Status::Disabled).await
}

async fn enable(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    set_status(caller, &id, Status::Active).await
}

async fn set_status(caller: Caller, id: &str, status: Status) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    let integration = ops::set_status(&call, id, status).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
}

#[derive(Serialize)]
pub struct HealthJson {
    calls_24h: i64,
    errors_24h: i64,
    tokens: i64,
    last_used_at: Option<String>,
    last_address: String,
    refused: Vec<RefusedJson>,
}

#[derive(Serialize)]
struct RefusedJson {
    screen: Screen,
    level: Level,
    times: i64,
    last_at: String,
}

impl From<Health> for HealthJson {
    fn from(health: Health) -> Self {
        let refused = health.refused.into_iter().map(|it| RefusedJson {
            screen: it.screen,
            level: it.level,
            times: it.times,
            last_at: rfc3339(it.last_at),
        });
        HealthJson {
            calls_24h: health.calls,
            errors_24h: health.errors,
            tokens: health.tokens,
            last_used_at: health.last_used_at.map(rfc3339),
            last_address: health.last_address,
            refused: refused.collect(),
        }
    }
}

async fn health(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<HealthJson>, AppError> {
    let call = caller.allow(&Need::read(Screen::Integrations)).await?;
    Ok(Json(view::detail(&call, &id).await?.health.into()))
}

#[derive(Serialize)]
struct SecretJson {
    id: String,
    hint: String,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

impl From<ClientSecret> for SecretJson {
    fn from(secret: ClientSecret) -> Self {
        SecretJson {
            id: secret.id,
            hint: secret.hint,
            created_at: rfc3339(secret.created_at),
            expires_at: secret.expires_at.map(rfc3339),
            last_used_at: secret.last_used_at.map(rfc3339),
            client_secret: None,
        }
    }
}

/// The live secrets, two at the most: never what they are.
async fn list_secrets(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Vec<SecretJson>>, AppError> {
    let call = caller.allow(&Need::read(Screen::Integrations)).await?;
    Ok(Json(view::detail(&call, &id).await?.secrets.into_iter().map(SecretJson::from).collect()))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RotateBody {
    /// How long the secret before lives on: 0, 1, 24, 168 or 720.
    overlap_hours: i64,
}

async fn rotate(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Body<RotateBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    view::get(&call, &id).await?;
    let Body(RotateBody { overlap_hours }) = body?;
    let made = secrets::rotate(&call, &id, overlap_hours).await?;
    let location = format!("/api/v1/integrations/{id}/secrets/{}", made.secret.id);
    let json = SecretJson { client_secret: Some(made.client_secret), ..SecretJson::from(made.secret) };
    Ok(created(&location, 1, json))
}

async fn end_secret(
    Extension(caller): Extension<Caller>,
    Path((id, secret_id)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Integrations)).await?;
    secrets::remove(&call, &id, &secret_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
