//! `GET` on `/api/v1/buildings`, `floors`, `rooms`, `devices`, `lights` and `hvac`, and what the server functions need.

use super::list::LISTING;
use super::model::{Above, Listed, Place, PlaceKind};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::rights::model::Places;
use crate::server::Call;
use crate::server::openapi::{Id, words};
use crate::server::rest::{Api, Declared, Versioned, versioned};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

const fn read(screen: Screen) -> Declared {
    Declared::Screen(screen, Level::Read)
}

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/places.rooms", read(Screen::Rooms)),
    ("/fn/places.lights", read(Screen::Lighting)),
    ("/fn/places.hvac", read(Screen::Hvac)),
    ("/fn/places.devices", read(Screen::Devices)),
    ("/fn/places.options", Declared::NamedScreen(Level::Read)),
];

type Asked = Result<ListQuery, AppError>;
type Listing = Result<Json<Page<PlaceJson>>, AppError>;

pub fn api() -> Api {
    let of = |listed, name, text, paths, about| list_of(listed, Api::of(name, text), paths, about);
    Api::default()
        .merge(of(
            Listed::Buildings,
            "Buildings",
            "Buildings, the top level of places.",
            ["/api/v1/buildings", "/api/v1/buildings/{id}"],
            [("buildings_list", "List buildings"), ("buildings_get", "Get a building")],
        ))
        .merge(of(
            Listed::Floors,
            "Floors",
            "Floors of buildings.",
            ["/api/v1/floors", "/api/v1/floors/{id}"],
            [("floors_list", "List floors"), ("floors_get", "Get a floor")],
        ))
        .merge(of(
            Listed::Rooms,
            "Rooms",
            "Rooms and their last known state.",
            ["/api/v1/rooms", "/api/v1/rooms/{id}"],
            [("rooms_list", "List rooms"), ("rooms_get", "Get a room")],
        ))
        .merge(of(
            Listed::Devices,
            "Devices",
            "Devices in rooms: lights, HVAC units, sensors, controllers.",
            ["/api/v1/devices", "/api/v1/devices/{id}"],
            [("devices_list", "List devices"), ("devices_get", "Get a device")],
        ))
        .merge(of(
            Listed::Lights,
            "Lights",
            "Lights, the devices of the *Lighting* screen.",
            ["/api/v1/lights", "/api/v1/lights/{id}"],
            [("lights_list", "List lights"), ("lights_get", "Get a light")],
        ))
        .merge(of(
            Listed::Hvac,
            "HVAC",
            "HVAC units, the devices of the *HVAC* screen.",
            ["/api/v1/hvac", "/api/v1/hvac/{id}"],
            [("hvac_list", "List HVAC units"), ("hvac_get", "Get an HVAC unit")],
        ))
}

type Words = (&'static str, &'static str);

/// A list of places and one of them.
fn list_of(listed: Listed, api: Api, [all, one]: [&'static str; 2], [list_words, get_words]: [Words; 2]) -> Api {
    let need = read(listed.screen());
    let list = move |call: Call, query: Asked| list(listed, call, query);
    let get = move |call: Call, id: Path<String>| get(listed, call, id);
    api.list(all, need, list_words, |schemas| LISTING.parameters(schemas), list).get(one, need, get_words, get)
}

/// A place as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct PlaceJson {
    #[schemars(with = "Id")]
    id: String,
    kind: PlaceKind,
    name: String,
    /// Names from the building down: `Building A / Floor 1 / Room 101`.
    full_name: String,
    /// Null for a building.
    #[schemars(with = "Option<Id>")]
    parent_id: Option<String>,
    #[serde(flatten)]
    above: AboveJson,
    /// The last known state. Rooms: `occupied`, `temperature`. Devices: `online`; a light also `on`, `brightness` (per
    /// cent), an HVAC unit `mode`, `target`, `actual`, a sensor `occupied`, `temperature`, `humidity`, `battery`.
    /// Temperatures are in degrees Celsius.
    #[schemars(with = "Map<String, Value>")]
    state: Value,
    version: i64,
}

/// The places that hold a row, as far as there are such.
#[derive(Serialize, JsonSchema)]
pub struct AboveJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Id")]
    building_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Id")]
    floor_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Id")]
    room_id: Option<String>,
}

impl From<Above> for AboveJson {
    fn from(above: Above) -> AboveJson {
        AboveJson { building_id: above.building_id, floor_id: above.floor_id, room_id: above.room_id }
    }
}

impl From<Place> for PlaceJson {
    fn from(place: Place) -> PlaceJson {
        PlaceJson {
            id: place.id,
            kind: place.kind,
            name: place.name,
            full_name: place.full_name,
            parent_id: place.parent_id,
            above: place.above.into(),
            state: place.state,
            version: place.version,
        }
    }
}

const KINDS: [PlaceKind; 3] = [PlaceKind::Building, PlaceKind::Floor, PlaceKind::Room];

words!(PlaceKind, "PlaceKind", KINDS.into_iter().chain(PlaceKind::DEVICES).map(PlaceKind::code));

impl JsonSchema for Places {
    fn schema_name() -> Cow<'static, str> {
        "Places".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let id = generator.subschema_for::<Id>();
        json_schema!({
            "description": "`everything`, or the ids of places; each includes everything inside it.",
            "anyOf": [{ "const": "everything" }, { "type": "array", "items": id, "minItems": 1 }],
        })
    }
}

async fn list(listed: Listed, call: Call, query: Asked) -> Listing {
    Ok(Json(ops::list(&call, listed, &query?).await?.map(PlaceJson::from)))
}

async fn get(listed: Listed, call: Call, Path(id): Path<String>) -> Result<Versioned<PlaceJson>, AppError> {
    let place = ops::get(&call, listed, &id).await?;
    Ok(versioned(place.version, place.into()))
}
