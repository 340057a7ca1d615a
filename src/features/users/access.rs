//! `GET /api/v1/users/{id}/access`: what a user may do, where, and which grants give it; *Effective access* for programs.

use super::read;
use crate::access::{Actor, Grant, Level, Place, SCREENS, Screen};
use crate::error::AppError;
use crate::rights::rest::reason;
use crate::server::Call;
use crate::server::openapi::{Id, Time};
use crate::types::rfc3339;
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserAccess")]
pub struct AccessJson {
    #[schemars(with = "Id")]
    user_id: String,
    /// The screens that are open, in the order of the catalog.
    screens: Vec<ScreenJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ScreenAccess")]
struct ScreenJson {
    screen: Screen,
    /// The highest that any grant gives, anywhere.
    level: Level,
    places: PlacesJson,
    grants: Vec<GrantJson>,
}

/// `everything`, or the places.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PlacesByName")]
enum PlacesJson {
    Everything(#[schemars(extend("const" = "everything"))] &'static str),
    Some(Vec<PlaceJson>),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "PlaceName")]
struct PlaceJson {
    name: String,
    #[schemars(with = "Id")]
    id: String,
}

/// One grant, as far as it opens this screen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ScreenGrant")]
struct GrantJson {
    #[schemars(with = "Id")]
    id: String,
    level: Level,
    places: PlacesJson,
    #[schemars(with = "Option<Time>")]
    until: Option<String>,
    reason: String,
}

pub async fn get(call: Call, Path(id): Path<String>) -> Result<Json<AccessJson>, AppError> {
    let actor = read::effective(&call, &id).await?;
    let open = SCREENS.iter().map(|row| row.screen).filter(|screen| actor.level(*screen) > Level::None);
    Ok(Json(AccessJson { user_id: id, screens: open.map(|screen| of_screen(&actor, screen)).collect() }))
}

/// Grants are read the way `decide` reads them: one that is limited to a place opens nothing where rows have none.
fn of_screen(actor: &Actor, screen: Screen) -> ScreenJson {
    let counts =
        |grant: &&Grant| grant.levels.get(screen) > Level::None && (screen.has_places() || grant.place.is_none());
    let grants: Vec<&Grant> = actor.grants.iter().filter(counts).collect();
    let places: Option<Vec<&Place>> = grants.iter().map(|grant| grant.place.as_ref()).collect();
    ScreenJson {
        screen,
        level: actor.level(screen),
        places: places_json(places),
        grants: grants.into_iter().map(|grant| grant_json(grant, screen)).collect(),
    }
}

/// None is everything: a grant without a place is in it.
fn places_json(places: Option<Vec<&Place>>) -> PlacesJson {
    let Some(places) = places else { return PlacesJson::Everything("everything") };
    let json = |place: &Place| PlaceJson { id: place.id.clone(), name: place.full_name.clone() };
    let mut all: Vec<PlaceJson> = places.into_iter().map(json).collect();
    all.sort();
    all.dedup();
    PlacesJson::Some(all)
}

fn grant_json(grant: &Grant, screen: Screen) -> GrantJson {
    GrantJson {
        id: grant.id.clone(),
        level: grant.levels.get(screen),
        places: places_json(grant.place.as_ref().map(|place| vec![place])),
        until: grant.until.map(rfc3339),
        reason: reason(&grant.source, grant.team.as_ref()),
    }
}
