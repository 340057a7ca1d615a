//! `/api/v1/integrations`.

use super::model::{
    CLIENT_ID_MAX, ClientSecret, EVERYTHING, Health, Integration, NAME_MAX, NewIntegration, OVERLAPS, Rights, Status,
};
use super::{ops, read, secrets};
use crate::access::{Level, Levels, Role, Screen};
use crate::error::{AppError, FieldError};
use crate::rights::model::Places;
use crate::rights::rest::{Table, levels};
use crate::server::Call;
use crate::server::openapi::{About, Id, Time, words};
use crate::server::rest::{Api, Body, Created, Declared, IfMatch, NoContent, Versioned, created, versioned};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
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
    const SECRETS: &str = "/api/v1/integrations/{id}/secrets";
    let delete_text = "Its tokens stop working immediately.";
    let rotate_text = "The previous secret keeps working for the time you choose.";
    Api::of("Integrations", "Third-party clients, their permissions and their secrets.")
        .list(
            "/api/v1/integrations",
            READ,
            ("integrations_list", "List integrations"),
            |schemas| read::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/integrations",
            FULL,
            ("integrations_create", "Create an integration; its secret is shown once"),
            create,
        )
        .get("/api/v1/integrations/{id}", READ, ("integrations_get", "Get an integration"), get)
        .patch("/api/v1/integrations/{id}", FULL, ("integrations_edit", "Edit an integration"), edit)
        .delete(
            "/api/v1/integrations/{id}",
            FULL,
            About::new("integrations_delete", "Delete an integration").text(delete_text),
            delete,
        )
        .post("/api/v1/integrations/{id}/disable", FULL, ("integrations_disable", "Disable an integration"), disable)
        .post("/api/v1/integrations/{id}/enable", FULL, ("integrations_enable", "Enable an integration"), enable)
        .get("/api/v1/integrations/{id}/health", READ, ("integrations_health", "Get an integration's health"), health)
        .get(
            SECRETS,
            READ,
            ("integrations_list_secrets", "List an integration's active secrets, without their values"),
            list_secrets,
        )
        .post(
            SECRETS,
            FULL,
            About::new("integrations_rotate", "Rotate an integration's secret; the new one is shown once")
                .text(rotate_text),
            rotate,
        )
        .delete(
            "/api/v1/integrations/{id}/secrets/{secret_id}",
            FULL,
            ("integrations_end_secret", "Revoke a secret and the tokens issued for it"),
            end_secret,
        )
}

words!(Status, "IntegrationStatus", [Status::Active, Status::Disabled].map(Status::code));

/// An integration as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Integration")]
struct IntegrationJson {
    #[schemars(with = "Id")]
    id: String,
    client_id: String,
    name: String,
    #[schemars(with = "Id")]
    company_id: String,
    role: Role,
    /// Null if levels differ per place.
    levels: Option<Levels>,
    places: Option<Places>,
    /// Levels by place, or by `everything`, if they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    place_levels: BTreeMap<String, Levels>,
    status: Status,
    made_by: String,
    #[schemars(with = "Time")]
    created_at: String,
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    version: i64,
    /// Only in the answer that created it.
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

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<IntegrationJson>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(IntegrationJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<IntegrationJson>, AppError> {
    let integration = read::get(&call, &id).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
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
        let differs = "The permissions apply to different places. Choose the places for the new ones.";
        let places = self.places.or(now.places);
        let places = places.ok_or_else(|| AppError::invalid(vec![FieldError::new("places", "required", differs)]))?;
        Ok(Rights { levels: named.unwrap_or(now.levels), places: Some(places), place_levels: BTreeMap::new() })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewIntegration")]
struct CreateBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: String,
    /// Generated by default.
    #[serde(default)]
    #[schemars(length(max = CLIENT_ID_MAX))]
    client_id: String,
    /// At most the caller's own, which is the default.
    role: Option<Role>,
    #[schemars(with = "Option<Levels>")]
    levels: Option<Table>,
    places: Option<Places>,
    /// Levels by place, or by `everything`; leave out `levels` and `places` then.
    #[schemars(with = "Option<BTreeMap<String, Levels>>")]
    place_levels: Option<BTreeMap<String, Table>>,
}

async fn create(call: Call, body: Result<Body<CreateBody>, AppError>) -> Result<Created<IntegrationJson>, AppError> {
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IntegrationChange")]
struct EditBody {
    #[schemars(with = "Option<Levels>")]
    levels: Option<Table>,
    places: Option<Places>,
    /// Levels by place, or by `everything`; leave out `levels` and `places` then.
    #[schemars(with = "Option<BTreeMap<String, Levels>>")]
    place_levels: Option<BTreeMap<String, Table>>,
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<IntegrationJson>, AppError> {
    let now = read::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let rights = RightsBody { levels: body.levels, places: body.places, place_levels: body.place_levels };
    // What the body leaves out is what was just read: it must still stand when it is written.
    let whole = rights.place_levels.is_some() || (rights.levels.is_some() && rights.places.is_some());
    let known = if whole { known } else { known.or(Some(now.version)) };
    let integration = ops::edit(&call, &id, known, rights.over(now.rights)?).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<IntegrationJson>, AppError> {
    set_status(&call, &id, Status::Disabled).await
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<IntegrationJson>, AppError> {
    set_status(&call, &id, Status::Active).await
}

async fn set_status(call: &Call, id: &str, status: Status) -> Result<Versioned<IntegrationJson>, AppError> {
    let integration = ops::set_status(call, id, status).await?;
    Ok(versioned(integration.version, IntegrationJson::from(integration)))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SubjectHealth")]
pub struct HealthJson {
    calls_24h: i64,
    errors_24h: i64,
    tokens: i64,
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    last_address: String,
    refused: Vec<RefusedJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RefusedNeed")]
struct RefusedJson {
    screen: Screen,
    level: Level,
    times: i64,
    #[schemars(with = "Time")]
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

async fn health(call: Call, Path(id): Path<String>) -> Result<Json<HealthJson>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.health.into()))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientSecret")]
struct SecretJson {
    #[schemars(with = "Id")]
    id: String,
    hint: String,
    #[schemars(with = "Time")]
    created_at: String,
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    /// Only in the answer that created it.
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
async fn list_secrets(call: Call, Path(id): Path<String>) -> Result<Json<Vec<SecretJson>>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.secrets.into_iter().map(SecretJson::from).collect()))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NewSecret")]
struct RotateBody {
    /// How long the previous secret keeps working.
    #[schemars(extend("enum" = OVERLAPS.map(|(hours, _)| hours)))]
    overlap_hours: i64,
}

async fn rotate(
    call: Call,
    Path(id): Path<String>,
    body: Result<Body<RotateBody>, AppError>,
) -> Result<Created<SecretJson>, AppError> {
    read::get(&call, &id).await?;
    let Body(RotateBody { overlap_hours }) = body?;
    let made = secrets::rotate(&call, &id, overlap_hours).await?;
    let location = format!("/api/v1/integrations/{id}/secrets/{}", made.secret.id);
    let json = SecretJson { client_secret: Some(made.client_secret), ..SecretJson::from(made.secret) };
    Ok(created(&location, 1, json))
}

async fn end_secret(call: Call, Path((id, secret_id)): Path<(String, String)>) -> Result<NoContent, AppError> {
    secrets::remove(&call, &id, &secret_id).await?;
    Ok(NoContent)
}
